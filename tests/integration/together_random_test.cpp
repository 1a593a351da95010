// Many people at one record, at random, against a real server; and one who only watches and judges: no place
// ever has two holders, nobody edits what another holds, fences only grow, and in the end the watcher knows
// exactly who is there.
#include <boost/json/parse.hpp>
#include <map>
#include <random>

#include "protocol/field_path.hpp"
#include "tests/integration/together.hpp"
#include "tests/support/random_document.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

const char* const kFields[] = {"", "a", "a.b", "a.b.c", "a.d", "e"};

// What the watcher makes of the stream.
class Watcher {
 public:
  void take(const json::object& push) {
    const std::string type = word_of(push, "type");
    if (type == "lock") take_lock(push);
    if (type == "event") take_event(push);
    if (type == "presence") take_presence(push);
  }

  std::map<std::string, std::string> locks;     // field to the session that holds it
  std::map<std::string, std::string> presence;  // session to its state
  std::uint64_t largest_fence = 0;
  std::size_t acquired = 0, edits = 0, taken = 0;

 private:
  static bool overlap(const std::string& one, const std::string& other) {
    return (one.empty() ? FieldPath{} : FieldPath::parse(one).value())
        .overlaps(other.empty() ? FieldPath{} : FieldPath::parse(other).value());
  }
  void meets_no_other(const std::string& field, const std::string& session) const {
    for (const auto& [held, holder] : locks) {
      REQUIRE_MESSAGE((holder == session || !overlap(held, field)),
                      session << " at " << field << " while " << holder << " holds " << held);
    }
  }
  void take_lock(const json::object& push) {
    const std::string field = word_of(push, "field");
    const std::string session = word_of(push.at("holder").as_object(), "sessionId");
    const auto fence = push.at("fence").to_number<std::uint64_t>();
    if (word_of(push, "state") != "acquired") {
      taken += word_of(push, "state") == "taken" ? 1 : 0;
      REQUIRE(locks.erase(field) == 1);
      return;
    }
    meets_no_other(field, session);
    REQUIRE(fence > largest_fence);
    largest_fence = fence;
    locks[field] = session;
    ++acquired;
  }
  void take_event(const json::object& push) {
    if (word_of(push, "operation") != "UPDATE") return;
    for (const auto& member : push.at("set").as_object()) {
      meets_no_other(std::string(member.key()), word_of(push, "sessionId"));
    }
    ++edits;
  }
  void take_presence(const json::object& push) {
    for (const char* list : {"joins", "updates"}) {
      for (const json::value& one : push.at(list).as_array()) {
        presence[word_of(one.as_object(), "sessionId")] = json::serialize(one.at("state"));
      }
    }
    for (const json::value& one : push.at("leaves").as_array()) {
      REQUIRE(presence.erase(word_of(one.as_object(), "sessionId")) == 1);
    }
  }
};

struct Colleague {
  std::string name;
  std::optional<Person> person;
  std::map<std::string, std::uint64_t> fences;
  std::vector<std::pair<std::uint64_t, std::string>> asked;  // lock requests under way, and their field
  std::optional<std::string> state;                          // its presence
  std::optional<Resumption> resumption;
};

struct Team {
  explicit Team(std::uint32_t seed) : random(seed) {
    for (int i = 0; i < 6; ++i) {
      colleagues.push_back({"p" + std::to_string(i), std::nullopt, {}, {}, {}, {}});
      arrive(colleagues.back());
    }
  }
  std::uint64_t dice(std::uint64_t sides) { return random() % sides; }

  void arrive(Colleague& one) {
    const bool again = one.resumption.has_value();
    one.person.emplace(office.url(), one.name, one.resumption.value_or(Resumption{}));
    if (!again) {
      if (!made) one.person->create("Booking", "42", {{"a", json::object{}}});
      made = true;
      one.person->join(1, "Booking", "42");
    }
  }
  void leave(Colleague& one) {
    finish(one);
    one.person->ask({{"type", "ping"}});  // all that was sent has been read
    one.resumption.reset();
    if (dice(3) == 0) {
      one.person->close();
      one.state.reset();
      one.fences.clear();
    } else if (dice(2) == 0) {  // drops, and will come back as the same session
      Resumption resumption;
      resumption.resume = one.person->secret();
      resumption.position = one.person->position();
      resumption.subscriptions =
          json::array{{{"subscription", 1}, {"entityType", "Booking"}, {"entityId", "42"}}};
      one.resumption = std::move(resumption);
    } else {  // drops, and will come back as another: what it had stays for its grace
      one.state.reset();
      one.fences.clear();
    }
    const std::string session = word_of(one.person->welcome(), "sessionId");
    one.person.reset();
    arrive(one);
    if (one.resumption && word_of(one.person->welcome(), "sessionId") != session) {  // its grace was over
      one.state.reset();
      one.fences.clear();
    }
  }
  void finish(Colleague& one) {
    for (const auto& [id, field] : one.asked) {
      const json::object answer = one.person->answer(id);
      if (answer.at("type") == "locked") one.fences[field] = answer.at("fence").to_number<std::uint64_t>();
    }
    one.asked.clear();
  }
  void edit(Colleague& one, const std::string& field) {
    one.person->send(one.person->mutation({set_of(field.empty() ? "e" : field.c_str(), dice(1000))}));
  }
  void act(Colleague& one) {
    const char* const field = kFields[dice(std::size(kFields))];
    switch (dice(10)) {
      case 0:
        return leave(one);
      case 1:
      case 2:
        one.state = json::serialize(json::object{{"n", dice(100)}});
        one.person->send({{"type", "presence"}, {"subscription", 1}, {"state", json::parse(*one.state)}});
        return;
      case 3:
        one.state.reset();
        one.person->send({{"type", "presence"}, {"subscription", 1}, {"state", nullptr}});
        return;
      case 4:
        if (one.fences.empty()) return;
        one.person->send(unlock_of(one.fences.begin()->first.c_str(), one.fences.begin()->second));
        one.fences.erase(one.fences.begin());
        return;
      case 5:
      case 6:
        edit(one, dice(2) == 0 && !one.fences.empty() ? one.fences.begin()->first : field);
        return;
      default:
        one.asked.emplace_back(one.person->send(lock_of(field, dice(4) == 0)), field);
        if (one.asked.size() > 5) finish(one);
    }
  }

  Office office{400ms};
  std::mt19937 random;
  bool made = false;
  std::vector<Colleague> colleagues;
};

// What somebody who comes now is shown.
struct Sight {
  std::map<std::string, std::string> locks, presence;
};
Sight look(const Office& office) {
  Person late(office.url(), "late");
  const json::object joined = late.join(1, "Booking", "42");
  Sight sight;
  for (const json::value& one : joined.at("locks").as_array()) {
    sight.locks[word_of(one.as_object(), "field")] = word_of(one.at("holder").as_object(), "sessionId");
  }
  for (const json::value& one : joined.at("presence").as_array()) {
    sight.presence[word_of(one.as_object(), "sessionId")] = json::serialize(one.at("state"));
  }
  return sight;
}

}  // namespace

TEST_CASE("Together: at random, no place has two holders, and the watcher knows in the end who is there") {
  const auto seed = static_cast<std::uint32_t>(coterie::testing::seed());
  MESSAGE("COTERIE_SEED=", seed);
  Team team(seed);
  Person eve(team.office.url(), "eve");
  Watcher watcher;
  const json::object joined = eve.join(1, "Booking", "42");  // it must outlive the loop over a part of it
  for (const json::value& one : joined.at("locks").as_array()) {
    watcher.locks[word_of(one.as_object(), "field")] = "?";
  }
  REQUIRE(watcher.locks.empty());
  const auto watch = [&](std::chrono::milliseconds patience) {
    while (true) {
      const Messages messages = eve.pushes(patience);
      if (messages.empty()) return;
      for (const json::object& push : messages) watcher.take(push);
    }
  };

  for (int step = 0; step < 1500; ++step) {
    team.act(team.colleagues[team.dice(team.colleagues.size())]);
    if (step % 50 == 0) watch(0ms);
  }
  for (Colleague& one : team.colleagues) {
    team.finish(one);
    one.person->ask({{"type", "ping"}});
  }
  std::map<std::string, std::string> said;
  for (const Colleague& one : team.colleagues) {
    if (one.state) said[word_of(one.person->welcome(), "sessionId")] = *one.state;
  }
  Sight sight;
  const auto until = std::chrono::steady_clock::now() + 30s;  // the graces of the dropped are 400 ms
  do {
    watch(500ms);
    sight = look(team.office);
  } while ((sight.locks != watcher.locks || sight.presence != watcher.presence || sight.presence != said) &&
           std::chrono::steady_clock::now() < until);

  CHECK(watcher.locks == sight.locks);
  CHECK(watcher.presence == sight.presence);
  CHECK(sight.presence == said);
  CHECK(watcher.acquired > 10);
  CHECK(watcher.taken > 2);
  CHECK(watcher.edits > 10);
}
