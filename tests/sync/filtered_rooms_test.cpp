// Rooms of what a filter lets through: joining, entering, leaving, coming back, falling behind.
#include <doctest/doctest.h>

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

ClientBody subscribe_where(std::uint64_t number, const std::string& filter, const std::string& sort = "") {
  Subscribe request;
  request.subscription = SubscriptionId{number};
  request.filter = std::make_shared<const Filter>(Filter::parse(value_of(filter)).value());
  request.room = RoomKey{EntityType{"Car"}, std::nullopt, to_json_text(request.filter->source())};
  request.sort = Sort::parse(sort).value();
  return request;
}

ClientBody change(const std::string& id, std::uint64_t base, const std::string& field,
                  const std::string& value) {
  ClientBody body = set("Car", id, base, "");
  Operation& operation = std::get<Mutate>(body).mutation.operations.front();
  operation.set = {{path_of(field), value_of(value)}};
  return body;
}

ClientBody remove(const std::string& id, std::uint64_t base) {
  ClientBody body = set("Car", id, base, "");
  Operation& operation = std::get<Mutate>(body).mutation.operations.front();
  operation.kind = OperationKind::remove;
  operation.set.clear();
  return body;
}

std::vector<std::string> ids(const boost::json::object& message) {
  std::vector<std::string> ids;
  for (const auto& entity : message.at("entities").as_array())
    ids.push_back(text_of(entity.as_object(), "entityId"));
  return ids;
}

std::string numbers(const boost::json::object& message) { return to_json_text(message.at("subscriptions")); }

Hello coming_back(const ServiceWorld& world, std::uint64_t seq,
                  std::initializer_list<ClientBody> subscriptions) {
  Hello hello;
  hello.position = Position{world.epoch, Seq{seq}};
  for (const ClientBody& body : subscriptions) hello.subscriptions.push_back(std::get<Subscribe>(body));
  return hello;
}

// What a session was told of records since its welcome, once that is `count` messages: how locks and presence
// stand when it is live is told beside.
Texts told_of_records(ServiceWorld& world, Caller& caller, std::size_t count) {
  Texts texts;
  world.until([&] {
    texts = brief(caller.stream());
    texts.erase(texts.begin());
    std::erase_if(texts, [](const std::string& text) { return text.starts_with("state "); });
    return texts.size() >= count;
  });
  return texts;
}

}  // namespace

TEST_CASE(
    "Filtered room: the snapshot holds what the filter lets through, then enter, event, gone, DELETE [law "
    "3]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  bob.ask(create("Car", "c2", R"({"status":"shut"})"));
  Caller ann(world, "ann");

  const auto subscribed = ann.ask(subscribe_where(3, R"({"status":"open"})"));
  CHECK(ids(subscribed) == std::vector<std::string>{"c1"});
  bob.ask(change("c2", 1, "status", "\"open\""));
  bob.ask(change("c1", 1, "note", "\"x\""));
  bob.ask(change("c1", 2, "status", "\"shut\""));
  bob.ask(change("c1", 3, "note", "\"unseen\""));
  bob.ask(remove("c2", 2));
  bob.ask(create("Car", "c3", R"({"status":"open"})"));
  bob.ask(create("Car", "c4", "{}"));

  CHECK(ann.texts(1, 5) ==
        Texts{"enter 3 Car/c2", "event 4 Car/c1", "gone 5 Car/c1", "event 7 Car/c2", "enter 8 Car/c3"});
  const auto& enter = ann.stream().at(1);
  CHECK(numbers(enter) == "[3]");
  CHECK(number_of(enter, "version") == 2);
  CHECK(text_of(enter.at("data").as_object(), "status") == "open");
  const auto& gone = ann.stream().at(3);
  CHECK(numbers(gone) == "[3]");
  CHECK_FALSE(gone.contains("data"));
}

TEST_CASE("Filtered room: equal filters share a watch; each reader is told under its own numbers") {
  ServiceWorld world;
  Caller bob(world, "bob");
  Caller ann(world, "ann");
  Caller eve(world, "eve");
  ann.ask(subscribe_where(3, R"({"status":"open"})"));
  ann.ask(subscribe_where(5, R"({"status":"open"})"));
  eve.ask(subscribe_where(1, R"({"status":"open"})"));
  CHECK(world.hub.filters().size() == 1);

  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  CHECK(ann.texts(2, 1) == Texts{"enter 1 Car/c1"});
  CHECK(eve.texts(1, 1) == Texts{"enter 1 Car/c1"});
  CHECK(numbers(ann.stream().at(2)) == "[3,5]");
  CHECK(numbers(eve.stream().at(1)) == "[1]");

  ann.ask(Unsubscribe{SubscriptionId{3}});
  bob.ask(change("c1", 1, "status", "\"shut\""));
  CHECK(ann.texts(4, 1) == Texts{"gone 2 Car/c1"});
  CHECK(numbers(ann.stream().at(4)) == "[5]");
  ann.ask(Unsubscribe{SubscriptionId{5}});
  eve.ask(Unsubscribe{SubscriptionId{1}});
  CHECK(world.hub.filters().size() == 0);
  CHECK(world.hub.memberships() == 0);
}

TEST_CASE(
    "Filtered room: beside the room of the type an event comes once, and the filter's word follows it [law "
    "3]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  Caller ann(world, "ann");
  ann.ask(subscribe_where(3, R"({"status":"open"})"));
  ann.ask(subscribe_to(4, room_of("Car")));

  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  bob.ask(change("c1", 1, "note", "\"x\""));
  bob.ask(change("c1", 2, "status", "\"shut\""));

  CHECK(ann.texts(2, 5) ==
        Texts{"event 1 Car/c1", "enter 1 Car/c1", "event 2 Car/c1", "event 3 Car/c1", "gone 3 Car/c1"});
}

TEST_CASE("Filtered room: pages come in the order asked for, each with what happened since it was read") {
  ServiceWorld world;
  Caller bob(world, "bob");
  for (int i = 1; i <= 5; ++i)
    bob.ask(
        create("Car", "c" + std::to_string(i), R"({"status":"open","n":)" + std::to_string(10 - i) + "}"));
  Caller ann(world, "ann");
  ClientBody body = subscribe_where(1, R"({"status":"open"})", "n");
  std::get<Subscribe>(body).limit = 2;

  std::vector<std::string> seen;
  for (bool more = true; more;) {
    const auto page = ann.ask(body);
    for (const std::string& id : ids(page)) seen.push_back(id);
    more = page.contains("cursor");
    if (more) std::get<Subscribe>(body).cursor = text_of(page, "cursor");
  }

  CHECK(seen == std::vector<std::string>{"c5", "c4", "c3", "c2", "c1"});
  CHECK(world.hub.memberships() == 1);
}

TEST_CASE("Filtered room: who comes back is told what a live session was, from the log [law 3]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  Caller live(world, "live");
  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  live.ask(subscribe_where(1, R"({"status":"open"})"));
  bob.ask(create("Car", "c2", R"({"status":"shut"})"));
  bob.ask(change("c2", 1, "status", "\"open\""));
  bob.ask(change("c1", 1, "status", "\"shut\""));
  bob.ask(change("c1", 2, "note", "\"unseen\""));
  bob.ask(remove("c2", 2));
  const Texts told = live.texts(1, 3);
  CHECK(told == Texts{"enter 3 Car/c2", "gone 4 Car/c1", "event 6 Car/c2"});

  Caller away(world, "away");
  const auto welcome = away.hello(
      coming_back(world, 1, {subscribe_where(7, R"({"status":"open"})"), subscribe_to(8, room_of("Boat"))}));
  CHECK(text_of(welcome.at("subscriptions").at(0).as_object(), "status") == "recovered");
  CHECK(told_of_records(world, away, 3) == told);
  CHECK(numbers(away.stream().at(1)) == "[7]");
  // And is live from there on.
  bob.ask(create("Car", "c9", R"({"status":"open"})"));
  CHECK(told_of_records(world, away, 4).back() == "enter 7 Car/c9");
  CHECK(world.hub.filters().size() == 2 - 1);
}

TEST_CASE(
    "Filtered room: who comes back at the head, to a filter that nobody watches, misses nothing [law 3]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  bob.ask(create("Car", "c1", "{}"));
  Caller away(world, "away");

  away.hello(coming_back(world, 1, {subscribe_where(7, R"({"status":"open"})")}));
  bob.ask(change("c1", 1, "status", "\"open\""));

  CHECK(told_of_records(world, away, 1) == Texts{"enter 2 Car/c1"});
}

TEST_CASE("Filtered room: a new one in a hello is sent as a snapshot, and joins the stream there [law 3]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  Caller ann(world, "ann");
  Hello hello;
  hello.subscriptions.push_back(std::get<Subscribe>(subscribe_where(2, R"({"status":"open"})")));

  ann.hello(std::move(hello));
  CHECK(ann.texts(1, 1) == Texts{"snapshot 1"});
  CHECK(ids(ann.stream().at(1)) == std::vector<std::string>{"c1"});
  bob.ask(change("c1", 1, "status", "\"shut\""));
  CHECK(ann.texts(2, 1) == Texts{"gone 2 Car/c1"});
}

TEST_CASE("Filtered room: a slow reader is told all of it from the ring, in order [laws 3, 6]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  Caller slow(world, "slow", 300);
  slow.ask(subscribe_where(1, R"({"n":{"$gte":5}})"));
  bob.ask(create("Car", "c1", R"({"n":0})"));
  slow.sink.stuck = true;
  Texts wanted;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    bob.ask(change("c1", i, "n", std::to_string(i % 10)));
    const bool was = i > 1 && (i - 1) % 10 >= 5;
    const bool is = i % 10 >= 5;
    if (was || is)
      wanted.push_back((was && is ? "event " : is ? "enter " : "gone ") + std::to_string(i + 1) + " Car/c1");
  }
  CHECK_FALSE(slow.subscriber.live());

  slow.sink.drain();
  slow.subscriber.drained();
  CHECK(slow.texts(1, wanted.size()) == wanted);
}

TEST_CASE("Filtered room: joined without a snapshot it tells what comes from then on") {
  ServiceWorld world;
  Caller bob(world, "bob");
  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  Caller ann(world, "ann");
  ClientBody body = subscribe_where(1, R"({"status":"open"})");
  std::get<Subscribe>(body).snapshot = false;

  CHECK(ids(ann.ask(body)).empty());
  bob.ask(create("Car", "c2", R"({"status":"open"})"));

  CHECK(ann.texts(1, 1) == Texts{"enter 2 Car/c2"});
}

TEST_CASE("Filtered room: one who goes before the filter is watched leaves nothing behind [laws 6, 7]") {
  ServiceWorld world;
  Caller bob(world, "bob");
  {
    Caller ann(world, "ann");
    ann.send(subscribe_where(1, R"({"status":"open"})"));
    ann.send(subscribe_where(2, R"({"status":"shut"})"));
    ann.send(Unsubscribe{SubscriptionId{2}});
  }
  CHECK(world.hub.filters().size() == 0);
  bob.ask(create("Car", "c1", R"({"status":"open"})"));
  bob.ask(change("c1", 1, "status", "\"shut\""));
  CHECK(world.hub.memberships() == 0);
}
