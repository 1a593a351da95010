// Random rules, records and people. Whatever is sent to anybody holds nothing that it may not see, by an
// oracle that knows every state of every record; and what it holds of its rooms is exactly what it may see.
// COTERIE_SEED=N begins with world N, COTERIE_WORLDS tells how many.
#include <cstdlib>

#include "tests/rights/random_rules.hpp"
#include "tests/rights/rights_person.hpp"

namespace coterie::testing {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class RightsWorld {
 public:
  explicit RightsWorld(std::uint64_t seed)
      : dice_(seed),
        rules_(random_rules(dice_)),
        world_(options()),
        admin_(world_, "root", Roles({"admin"})) {
    admin_.rooms[1];
    admin_.join(1);
    const std::vector<std::vector<std::string>> roles{{"red"}, {"blue"}, {"red", "blue"}, {}};
    for (const char* name : {"ann", "ben", "cho"}) {
      people_.push_back(std::make_unique<Person>(world_, name, Roles(dice_.pick(roles))));
      people_.back()->rooms[1];
      people_.back()->rooms[2].filter = R"({"status":"open"})";
      people_.back()->rooms[3].id = "r1";
      people_.back()->rooms[4].filter = R"({"owner":"ann"})";
    }
    settle();
  }

  void run(std::size_t steps) {
    for (std::size_t step = 0; step < steps; ++step) {
      if (dice_.one_in(15)) {
        change_rights();
      } else if (dice_.one_in(12)) {
        fall_behind(*people_[dice_.below(people_.size())]);
      } else if (dice_.one_in(10)) {
        rest_on_an_interlude(*people_[dice_.below(people_.size())]);
      } else if (dice_.one_in(3)) {
        acting_ = &admin_;  // who sees all writes what others may not see
        mutate(admin_);
      } else {
        act(*people_[dice_.below(people_.size())]);
      }
      if (dice_.one_in(3)) settle();
    }
    settle();
  }

 private:
  WorldOptions options() const {
    WorldOptions options;
    options.access = rules_;
    if (const_cast<model::Dice&>(dice_).chance(50)) options.hub.ring_events = 4;  // the log is read as well
    return options;
  }
  std::string token() { return "tok" + std::to_string(++tokens_); }
  std::string text(const char* field) {
    const std::string made = own_token();
    field_of_[made] = path_of(field);
    return '"' + made + '"';
  }
  std::string own_token() {
    std::string made = token();
    acting_->own.insert(made);
    return made;
  }
  std::string id() { return "r" + std::to_string(dice_.between(1, 6)); }
  std::string status() {
    return dice_.pick(std::vector<std::string>{"\"open\"", "\"closed\"", "\"secret\""});
  }
  std::string owner() { return dice_.pick(std::vector<std::string>{"\"ann\"", "\"ben\"", "\"cho\""}); }
  std::string team() { return dice_.pick(std::vector<std::string>{"\"red\"", "\"blue\""}); }

  std::string members() {
    std::string text = R"("owner":)" + owner() + R"(,"team":)" + team() + R"(,"status":)" + status();
    if (dice_.chance(60)) text += R"(,"note":)" + this->text("note");
    if (dice_.chance(60)) text += R"(,"secret":)" + this->text("secret");
    if (dice_.chance(60))
      text +=
          R"(,"deep":{"inner":)" + this->text("deep.inner") + R"(,"outer":)" + this->text("deep.outer") + "}";
    return text;
  }
  std::uint64_t version_of(const std::string& id) {
    const auto found = everything_.now().find(id);
    const std::uint64_t now = found == everything_.now().end() ? 1 : found->second.meta.version.value();
    return dice_.chance(60) ? now : dice_.between(now > 4 ? now - 4 : 1, now);
  }
  std::string update_of(const std::string& id) {
    const std::vector<std::string> sets{R"("note":)" + text("note"),
                                        R"("secret":)" + text("secret"),
                                        R"("status":)" + status(),
                                        R"("owner":)" + owner(),
                                        R"("team":)" + team(),
                                        R"("deep.outer":)" + text("deep.outer"),
                                        R"("deep.inner":)" + text("deep.inner")};
    std::string op = R"({"op":"update","entityType":"Tent","entityId":")" + id + R"(","baseVersion":)" +
                     std::to_string(version_of(id)) + R"(,"set":{)" + dice_.pick(sets) + "}";
    if (dice_.chance(40)) op += R"(,"return":")" + std::string(dice_.chance(50) ? "before" : "after") + '"';
    if (dice_.chance(25)) op += R"(,"guard":{"status":"open"})";
    return op + "}";
  }
  std::string operation() {
    const std::string id = this->id();
    switch (dice_.below(8)) {
      case 0:
      case 1:
        return R"({"op":"create","entityType":"Tent","entityId":")" + id + R"(","data":{)" + members() + "}}";
      case 2:
        return R"({"op":"delete","entityType":"Tent","entityId":")" + id + R"(","baseVersion":)" +
               std::to_string(version_of(id)) + "}";
      case 3:
        return R"({"op":"restore","entityType":"Tent","entityId":")" + id + R"(","baseVersion":)" +
               std::to_string(version_of(id)) + R"(,"toVersion":)" + std::to_string(version_of(id)) +
               R"(,"return":"after"})";
      case 4:
        return R"({"op":"update","entityType":"Tent","where":{"status":)" + status() +
               R"(},"guard":{"owner":)" + owner() + R"(},"set":{"note":)" + text("note") +
               R"(},"return":"before"})";
      default:
        return update_of(id);
    }
  }

  void mutate(Person& person) {
    std::string request = R"("type":"mutate","mutationId":"m)" + std::to_string(++mutations_) + '"';
    if (dice_.chance(40))
      request += R"(,"strategy":")" + std::string(dice_.chance(50) ? "merge" : "latest-wins") + '"';
    if (dice_.chance(50)) request += R"(,"onConflict":"store")";
    request += R"(,"ops":[)" + operation() + "]";
    person.ask(request);
    if (dice_.one_in(4))
      person.ask(request);  // again: its answer is the first one, or as much of it as may be seen
    repeats_.emplace_back(&person, request);
  }
  void act(Person& person) {
    acting_ = &person;
    const std::string of_id = R"("entityType":"Tent","entityId":")" + id() + '"';
    switch (dice_.below(16)) {
      case 0:
        person.ask(R"("type":"get",)" + of_id);
        break;
      case 1:
        person.ask(R"("type":"get",)" + of_id + R"(,"version":)" + std::to_string(dice_.between(1, 6)));
        break;
      case 2:
        compare_list(person);
        break;
      case 3:
        person.ask(R"("type":"history","entityType":"Tent","limit":500)");
        person.ask(R"("type":"history","limit":20)");
        break;
      case 4:
        person.ask(R"("type":"history",)" + of_id);
        person.ask(R"("type":"blame",)" + of_id);
        break;
      case 5:
        person.ask(R"("type":"conflicts")");
        show_conflicts(person);
        break;
      case 6:
        person.ask(R"("type":"notifications","unread":false)");
        break;
      case 7:
        person.ask(R"("type":"lock",)" + of_id);
        break;
      case 8:
        compare_absent(person);
        break;
      case 9:
        if (!repeats_.empty()) {
          const auto [who, request] = dice_.pick(repeats_);
          who->ask(request);
        }
        break;
      case 10:
        person.ask(
            R"("type":"list","entityType":"Tent","filter":{"secret":{"$startsWith":"tok1"}},"sort":"note","count":true)");
        break;
      case 11:
        person.ask(R"("type":"changes","reader":"out","entityType":"Tent")");
        break;
      default:
        mutate(person);
    }
  }
  void show_conflicts(Person& person) {
    for (std::uint64_t number = 1; number <= 5; ++number) {
      const auto shown = person.ask(R"("type":"conflict","conflictId":)" + std::to_string(number));
      if (text_of(shown, "type") == "error" || !dice_.one_in(4)) continue;
      person.ask(R"("type":"decide","conflictId":)" + std::to_string(number) + R"(,"mutationId":"d)" +
                 std::to_string(++mutations_) + R"(","resolution":"use-mine","baseVersion":)" +
                 std::to_string(dice_.between(1, 8)));
    }
  }
  // What a list tells is what may be seen, no more and no less.
  void compare_list(Person& person) {
    settle();
    const auto list = person.ask(R"("type":"list","entityType":"Tent","count":true)");
    if (text_of(list, "type") == "error") return;
    const Documents expected = everything_.readable(rules_.get(), person.author(), Filter());
    CHECK(number_of(list, "total") == expected.size());
    CHECK(list.at("entities").as_array().size() == expected.size());
  }
  // What may not be seen answers as what is not there.
  void compare_absent(Person& person) {
    settle();
    const Documents seen = everything_.readable(rules_.get(), person.author(), Filter());
    for (const auto& [hidden, image] : everything_.now()) {
      if (seen.contains(hidden)) continue;
      for (
          const std::string form :
          {R"("type":"get","entityType":"Tent","entityId":"%")",
           R"("type":"blame","entityType":"Tent","entityId":"%")",
           R"("type":"lock","entityType":"Tent","entityId":"%")",
           R"("type":"mutate","mutationId":"none","ops":[{"op":"update","entityType":"Tent","entityId":"%","baseVersion":1,"set":{"status":"open"}}]})",
           R"("type":"mutate","mutationId":"none","ops":[{"op":"delete","entityType":"Tent","entityId":"%","baseVersion":1}]})",
           R"("type":"mutate","mutationId":"none","ops":[{"op":"restore","entityType":"Tent","entityId":"%","baseVersion":1,"toVersion":1}]})"}) {
        CHECK(without_ids(person, form, hidden) == without_ids(person, form, "never"));
      }
      return;
    }
  }
  std::string without_ids(Person& person, std::string request, const std::string& id) {
    if (request.back() == ')') request.pop_back();
    while (request.ends_with("}]}")) request.pop_back();
    request.replace(request.find('%'), 1, id);
    json::object answer = person.ask(request);
    answer.erase("id");
    return serialized(answer);
  }

  // Two versions that fewer may see, and an edit that rests on one of them: its conflict may tell nobody else
  // what stood there.
  void rest_on_an_interlude(Person& person) {
    settle();
    if (everything_.now().empty()) return;
    const auto& [id, image] = *everything_.now().begin();
    const std::string record = id;
    const std::uint64_t version = image.meta.version.value();
    const json::object before = image.data;
    const auto owner = before.if_contains("owner");
    const auto set = [&](std::uint64_t base, const std::string& members, const std::string& more = {}) {
      return R"("type":"mutate","mutationId":"m)" + std::to_string(++mutations_) + '"' + more +
             R"(,"ops":[{"op":"update","entityType":"Tent","entityId":")" + record + R"(","baseVersion":)" +
             std::to_string(base) + R"(,"set":{)" + members + "}}]";
    };
    acting_ = &admin_;
    admin_.ask(set(version, R"("status":"secret","team":"none","owner":"nobody","note":)" + text("note")));
    admin_.ask(set(version + 1, R"("note":)" + text("note")));
    admin_.ask(set(version + 2, R"("status":"open","team":)" + team() + R"(,"owner":)" +
                                    (owner != nullptr ? serialized(*owner) : this->owner()) + R"(,"note":)" +
                                    text("note")));
    acting_ = &person;
    const std::uint64_t base = version + dice_.between(1, 2);
    person.ask(set(base, R"("note":)" + text("note"), dice_.chance(40) ? R"(,"onConflict":"store")" : ""));
    show_conflicts(person);
    settle();
  }

  // What it does not take meanwhile it is told from the ring or the log.
  void fall_behind(Person& person) {
    settle();
    person.caller.sink.stuck = true;
    acting_ = &admin_;
    for (int edits = 0; edits < 8; ++edits) mutate(admin_);
    person.caller.sink.drain();
    person.caller.subscriber.drained();
    settle();
  }

  void change_rights() {
    settle();
    before_ = rules_;
    if (dice_.chance(60)) {
      rules_ = dice_.one_in(8) ? nullptr : random_rules(dice_);
      world_.change_rules(rules_);
    } else {
      Person& person = *people_[dice_.below(people_.size())];
      earlier_ = person.author();
      const std::vector<std::vector<std::string>> roles{{"red"}, {"blue"}, {"red", "blue"}, {}};
      world_.rights.roles_changed(person.author().user, Roles(dice_.pick(roles)));
    }
    settle();
    before_.reset();
    earlier_.reset();
  }

  // Until everyone holds exactly what it may see.
  void settle() {
    world_.until([&] {
      admin_.catch_up([this](const json::object& message) { everything_.take(message); });
      bool all = true;
      for (const auto& person : people_) {
        person->catch_up();
        all = all && holds_what_it_may(*person);
      }
      return all;
    });
    for (const auto& person : people_) look_for_leaks(*person);
    for (const auto& person : people_) rejoin(*person);
  }
  bool holds_what_it_may(Person& person) {
    for (auto& [number, room] : person.rooms) {
      if (!room.held) continue;
      const Filter filter = room.filter.empty() ? Filter() : Filter::parse(value_of(room.filter)).value();
      Documents expected = everything_.readable(rules_.get(), person.author(), filter);
      if (!room.id.empty()) std::erase_if(expected, [&](const auto& one) { return one.first != room.id; });
      if (room.documents != expected) return false;
    }
    return true;
  }
  void rejoin(Person& person) {
    for (auto& [number, room] : person.rooms) {
      if (!room.held) person.join(number);
    }
  }
  // What the author of a stored conflict proposes is told to whoever sees the record: it never was a state of
  // it. Fields that are hidden are hidden there too.
  std::string without_proposals(const Person& person, const std::string& text) {
    if (text.find("conflictId") == std::string::npos) return text;
    json::object message = object_of(text);
    for (const char* name : {"yours", "merged", "ops"}) {
      const json::value* part = message.if_contains(name);
      if (part == nullptr) continue;
      const std::set<std::string> proposed = tokens_in(serialized(*part));
      message.erase(name);
      if (rules_ == nullptr || before_ != nullptr || earlier_) continue;
      const auto access =
          rules_->bind(EntityType{"Tent"}, AccessCaller{person.author().user, person.author().roles});
      for (const std::string& token : proposed) {
        INFO(person.author().user.value() << " is told of a hidden field in " << text);
        REQUIRE((person.own.contains(token) || !access->veil || !access->veil->hides(field_of_.at(token))));
      }
    }
    return serialized(message);
  }
  void look_for_leaks(Person& person) {
    std::set<std::string> allowed = person.own;
    everything_.add_tokens(rules_.get(), person.author(), allowed);
    if (before_ != nullptr) everything_.add_tokens(before_.get(), person.author(), allowed);
    if (earlier_ && earlier_->user == person.author().user)
      everything_.add_tokens(rules_.get(), *earlier_, allowed);
    for (const std::string& whole : person.texts) {
      const std::string text = without_proposals(person, whole);
      for (const std::string& token : tokens_in(text)) {
        INFO("seen by " << person.author().user.value() << ": " << token << " in " << text);
        REQUIRE(allowed.contains(token));
      }
    }
    person.texts.clear();
  }

  model::Dice dice_;
  std::shared_ptr<const AccessRules> rules_;
  std::shared_ptr<const AccessRules> before_;  // while they change
  std::optional<Author> earlier_;              // while its roles change
  ServiceWorld world_;
  Person admin_;
  std::vector<std::unique_ptr<Person>> people_;
  EveryImage everything_;
  std::vector<std::pair<Person*, std::string>> repeats_;
  std::map<std::string, FieldPath> field_of_;  // of each token
  Person* acting_ = nullptr;
  std::uint64_t tokens_ = 1000;
  std::uint64_t mutations_ = 0;
};

TEST_CASE("Rights: no random rule lets anybody be sent what it may not see [law 8]") {
  const std::uint64_t first = number_from("COTERIE_SEED", 1);
  const std::uint64_t worlds = number_from("COTERIE_WORLDS", 12);
  for (std::uint64_t seed = first; seed < first + worlds; ++seed) {
    INFO("COTERIE_SEED=" << seed);
    RightsWorld world(seed);
    world.run(120);
  }
}

}  // namespace
}  // namespace coterie::testing
