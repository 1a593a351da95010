#include "server/sync/dispatcher.hpp"

#include <doctest/doctest.h>

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

// As an HTTP request is: one question, one answer.
struct OneQuestion final : Requester {
  OneQuestion(ServiceWorld& world, const std::string& user) : Requester(author_of(user)), world(world) {
    world.requesters.add(*this);
  }
  ~OneQuestion() override { world.requesters.remove(*this); }
  void answer(RequestId, Answer given) override {
    CHECK_FALSE(answered);
    answered = std::move(given);
  }
  Answer ask(ClientBody body) {
    world.dispatcher.handle(*this, {RequestId{1}, std::move(body)});
    world.until([&] { return answered.has_value(); });
    return *answered;
  }
  ServiceWorld& world;
  std::optional<Answer> answered;
};

Get get_of(const std::string& type, const std::string& id,
           std::optional<std::uint64_t> version = std::nullopt) {
  Get get;
  get.key = key_of(type, id);
  if (version) get.version = Version{*version};
  return get;
}

}  // namespace

TEST_CASE(
    "Mutate: the author is answered before the event, in one frame; others get the event alone [law 2]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  Caller bob(world, "bob");
  for (Caller* one : {&ann, &bob}) one->ask(subscribe_to(1, room_of("Car")));

  const RequestId id = ann.send(create("Car", "c1"));
  world.until([&] { return !ann.sink.frames.empty() && !bob.sink.frames.empty(); });

  REQUIRE(ann.sink.frames.size() == 1);
  CHECK(text_of(ann.answer_to(id), "type") == "committed");
  CHECK(ann.texts(1, 2) == Texts{"committed 1", "event 1 Car/c1"});
  CHECK(bob.texts(1, 1) == Texts{"event 1 Car/c1"});
}

TEST_CASE("Mutate: a stale edit is answered with the conflict and heard by nobody [law 5]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  Caller bob(world, "bob");
  ann.ask(subscribe_to(1, room_of("Car")));
  bob.ask(create("Car", "c1"));
  bob.ask(set("Car", "c1", 1, "theirs"));

  const auto conflict = bob.ask(set("Car", "c1", 1, "mine"));
  bob.ask(create("Car", "c2"));

  CHECK(text_of(conflict, "type") == "conflict");
  CHECK(number_of(conflict, "currentVersion") == 2);
  CHECK(ann.texts(1, 3) == Texts{"event 1 Car/c1", "event 2 Car/c1", "event 3 Car/c2"});
}

TEST_CASE("Mutate: sent again, it gets the same answer, over another connection too [law 4]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  const ClientBody body = create("Car", "c1");
  auto first = ann.ask(body);

  auto same = ann.ask(body);
  auto other = Caller(world, "ann").ask(body);

  for (auto* answer : {&first, &same, &other}) answer->erase("id");
  CHECK(same == first);
  CHECK(other == first);
  CHECK(world.hub.head() == Seq{1});
}

TEST_CASE("Mutate: an author who has gone does not stop the event [law 7]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  bob.ask(subscribe_to(1, room_of("Car")));
  { Caller(world, "ann").send(create("Car", "c1")); }

  CHECK(bob.texts(1, 1) == Texts{"event 1 Car/c1"});
}

TEST_CASE("Mutate: whoever is overwritten by latest-wins is told, on all sessions, and nobody else") {
  ServiceWorld world;
  Caller ann(world, "ann");
  Caller ann_too(world, "ann");
  Caller bob(world, "bob");
  ann.ask(create("Car", "c1"));
  ann.ask(set("Car", "c1", 1, "ann's"));

  const auto answer = bob.ask(set("Car", "c1", 1, "bob's", Strategy::latest_wins));
  world.hub.flush();

  REQUIRE(text_of(answer, "type") == "committed");
  REQUIRE(ann_too.stream().size() == 1);
  const auto& notice = ann_too.stream()[0];
  CHECK(text_of(notice, "type") == "notification");
  CHECK(text_of(notice, "kind") == "overwritten");
  CHECK(text_of(notice, "userId") == "bob");
  CHECK(number_of(notice, "version") == 3);
  CHECK(ann.stream().size() == 3);
  CHECK(bob.stream().size() == 1);
}

TEST_CASE("Dispatcher: an id in flight is refused without an id, and the first is still answered [law 6]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  world.dispatcher.handle(ann.subscriber, {RequestId{50}, create("Car", "c1")});
  world.dispatcher.handle(ann.subscriber, {RequestId{50}, Ping{}});

  CHECK(text_of(ann.answer_to(RequestId{50}), "type") == "committed");
  REQUIRE(ann.stream().size() == 2);
  CHECK(text_of(ann.stream()[0], "code") == "id_reused");
  CHECK_FALSE(ann.stream()[0].contains("id"));
}

TEST_CASE("Dispatcher: more than may wait at once are refused, with a word when to come again [law 6]") {
  WorldOptions options;
  options.limits.in_flight = 3;
  ServiceWorld world(options);
  Caller ann(world, "ann");
  std::vector<RequestId> sent;
  for (int i = 0; i < 4; ++i) sent.push_back(ann.send(create("Car", "c" + std::to_string(i))));

  const auto refused = ann.answer_to(sent[3]);
  CHECK(text_of(refused, "code") == "rate_limited");
  CHECK(refused.contains("retryAfterMs"));
  for (int i = 0; i < 3; ++i)
    CHECK(text_of(ann.answer_to(sent[static_cast<std::size_t>(i)]), "type") == "committed");
  CHECK(ann.subscriber.in_flight().size() == 0);
}

TEST_CASE("Dispatcher: an edit without a decision is unknown after ten seconds, and not answered twice") {
  ServiceWorld world;
  Caller ann(world, "ann");
  const RequestId id = ann.send(create("Car", "c1"));

  ann.subscriber.sweep(world.now.load() + 10s);
  world.hub.flush();
  CHECK(text_of(ann.answer_to(id), "code") == "unavailable");
  world.until([&] { return world.hub.head() == Seq{1}; });
  world.hub.flush();

  CHECK(ann.stream().size() == 1);
  CHECK(ann.subscriber.in_flight().size() == 0);
}

TEST_CASE("Dispatcher: ping tells what has been handed out; a second hello is refused") {
  ServiceWorld world;
  Caller ann(world, "ann");
  ann.ask(create("Car", "c1"));

  CHECK(number_of(ann.ask(Ping{}), "seq") == 1);
  CHECK(text_of(ann.ask(Hello{}), "code") == "bad_request");
  world.dispatcher.handle(ann.subscriber, {RequestId{0}, Pong{}});
  world.hub.flush();
  CHECK(ann.stream().size() == 3);
}

TEST_CASE("Dispatcher: a single request asks what needs no room, and is told so of what does") {
  ServiceWorld world;

  CHECK(std::get<Error>(OneQuestion(world, "ann").ask(subscribe_to(1, room_of("Car")))).code ==
        ErrorCode::bad_request);
  CHECK(std::get<Error>(OneQuestion(world, "ann").ask(Unsubscribe{})).code == ErrorCode::bad_request);
  CHECK(std::get<Error>(OneQuestion(world, "ann").ask(Hello{})).code == ErrorCode::bad_request);
  CHECK(std::get<CommittedAnswer>(OneQuestion(world, "ann").ask(create("Car", "c1"))).seq == Seq{1});
  CHECK(std::get<PongAnswer>(OneQuestion(world, "ann").ask(Ping{})).seq == Seq{1});
  CHECK(std::get<EntityAnswer>(OneQuestion(world, "ann").ask(get_of("Car", "c1"))).entity.meta.version ==
        Version{1});
}

TEST_CASE("Query: an entity as it is and as it was; what is not there is not found") {
  ServiceWorld world;
  Caller ann(world, "ann");
  ann.ask(create("Car", "c1", R"({"note":"first"})"));
  ann.ask(set("Car", "c1", 1, "second"));

  const auto now = ann.ask(get_of("Car", "c1"));
  const auto then = ann.ask(get_of("Car", "c1", 1));

  CHECK(text_of(now.at("data").as_object(), "note") == "second");
  CHECK(number_of(now.at("position").as_object(), "seq") == 2);
  CHECK(text_of(then.at("data").as_object(), "note") == "first");
  CHECK(text_of(ann.ask(get_of("Car", "c2")), "code") == "not_found");
  CHECK(text_of(ann.ask(get_of("Car", "c1", 3)), "code") == "not_found");
}

TEST_CASE("Query: lists by cursor, by number, counted, and without data [law 6]") {
  WorldOptions options;
  options.limits.page_entities = 4;
  ServiceWorld world(options);
  Caller ann(world, "ann");
  for (int i = 1; i <= 9; ++i) ann.ask(create("Car", "c" + std::to_string(i), R"({"note":"n"})"));
  const auto size = [](const boost::json::object& answer) { return answer.at("entities").as_array().size(); };
  List list;
  list.type = EntityType{"Car"};

  SUBCASE("a limit too large is cut to the page") {
    list.limit = 1000;
    const auto page = ann.ask(list);
    CHECK(size(page) == 4);
    list.cursor = text_of(page, "cursor");
    const auto next = ann.ask(list);
    CHECK(text_of(next.at("entities").as_array()[0].as_object(), "entityId") == "c5");
    list.cursor = "not one of ours";
    CHECK(text_of(ann.ask(list), "type") == "error");
  }
  SUBCASE("a numbered page tells how many there are") {
    list.limit = 2;
    list.page = 5;
    const auto page = ann.ask(list);
    CHECK(size(page) == 1);
    CHECK(number_of(page, "total") == 9);
    list.page = 6;
    CHECK(size(ann.ask(list)) == 0);
    list.page = static_cast<std::size_t>(-1);
    CHECK(text_of(ann.ask(list), "code") == "bad_request");
  }
  SUBCASE("ids and versions alone") {
    list.data = false;
    const auto page = ann.ask(list);
    CHECK(size(page) == 4);
    CHECK_FALSE(page.at("entities").as_array()[0].as_object().contains("data"));
  }
}

TEST_CASE("Query: the history holds what stood there before; who has gone is not waited for [law 7]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  ann.ask(create("Car", "c1", R"({"note":"first"})"));
  ann.ask(set("Car", "c1", 1, "second"));
  { Caller(world, "bob").send(History{}); }
  History history;
  history.type = EntityType{"Car"};
  history.id = EntityId{"c1"};
  history.after = Seq{1};

  const auto events = ann.ask(history).at("events").as_array();

  REQUIRE(events.size() == 1);
  CHECK(text_of(events[0].as_object().at("old").as_object(), "note") == "first");
}
