#include "server/sync/subscription_service.hpp"

#include <doctest/doctest.h>

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

// Cars c1 ... cN, one commit each.
void make_cars(ServiceWorld& world, int count) {
  Caller maker(world, "maker");
  for (int i = 1; i <= count; ++i) maker.ask(create("Car", "c" + std::to_string(i)));
}

std::vector<std::string> ids(const boost::json::object& message) {
  std::vector<std::string> ids;
  for (const auto& entity : message.at("entities").as_array())
    ids.push_back(text_of(entity.as_object(), "entityId"));
  return ids;
}

std::uint64_t position_of(const boost::json::object& message) {
  return number_of(message.at("position").as_object(), "seq");
}

}  // namespace

TEST_CASE("Subscribe: the snapshot and the stream meet without a gap [law 3]") {
  ServiceWorld world;
  make_cars(world, 2);
  Caller ann(world, "ann");
  Caller bob(world, "bob");

  for (int i = 3; i <= 40; ++i) bob.send(create("Car", "c" + std::to_string(i)));
  const auto subscribed = ann.ask(subscribe_to(1, room_of("Car")));
  for (int i = 41; i <= 45; ++i) bob.ask(create("Car", "c" + std::to_string(i)));

  const std::uint64_t at = position_of(subscribed);
  CHECK(ids(subscribed).size() == at);
  const Texts texts = ann.texts(1, 45 - at);
  REQUIRE(texts.size() == 45 - at);
  for (std::uint64_t seq = at + 1; seq <= 45; ++seq) {
    const std::string number = std::to_string(seq);
    CHECK(texts[seq - at - 1] == "event " + number + " Car/c" + number);
  }
}

TEST_CASE("Subscribe: twice is answered twice, with a fresh snapshot; for another room it is refused") {
  ServiceWorld world;
  make_cars(world, 1);
  Caller ann(world, "ann");

  const auto first = ann.ask(subscribe_to(1, room_of("Car")));
  make_cars(world, 0);
  Caller(world, "bob").ask(create("Car", "c2"));
  const auto second = ann.ask(subscribe_to(1, room_of("Car")));
  const auto other = ann.ask(subscribe_to(1, room_of("Boat")));

  CHECK(ids(first) == std::vector<std::string>{"c1"});
  CHECK(ids(second) == std::vector<std::string>{"c1", "c2"});
  CHECK(text_of(other, "type") == "error");
  CHECK(text_of(other, "code") == "bad_request");
  CHECK(world.hub.memberships() == 1);
}

TEST_CASE("Subscribe: an entity's room, a room without a snapshot, and one too many [law 6]") {
  WorldOptions options;
  options.limits.subscriptions = 2;
  ServiceWorld world(options);
  make_cars(world, 3);
  Caller ann(world, "ann");

  const auto entity = ann.ask(subscribe_to(1, room_of("Car", "c2")));
  ClientBody bare = subscribe_to(2, room_of("Car"));
  std::get<Subscribe>(bare).snapshot = false;
  const auto without = ann.ask(bare);
  const auto third = ann.ask(subscribe_to(3, room_of("Boat")));

  CHECK(ids(entity) == std::vector<std::string>{"c2"});
  CHECK(ids(without).empty());
  CHECK(position_of(without) == 3);
  CHECK(text_of(third, "code") == "limit");
  CHECK(text_of(ann.ask(Unsubscribe{SubscriptionId{1}}), "type") == "unsubscribed");
  CHECK(text_of(ann.ask(Unsubscribe{SubscriptionId{77}}), "type") == "unsubscribed");
  CHECK(text_of(ann.ask(subscribe_to(3, room_of("Boat"))), "type") == "subscribed");
}

TEST_CASE(
    "Subscribe: whoever may have missed something is sent it, even if it asks for no snapshot [law 3]") {
  ServiceWorld world;
  make_cars(world, 3);
  Caller ann(world, "ann");
  const auto ask_from = [&](std::uint64_t number, Position position) {
    ClientBody body = subscribe_to(number, room_of("Car"));
    auto& request = std::get<Subscribe>(body);
    request.snapshot = false;
    request.position = std::move(position);
    request.position_named = true;
    return ann.ask(body);
  };

  CHECK(ids(ask_from(1, {world.epoch, Seq{3}})).empty());
  CHECK(ids(ask_from(2, {world.epoch, Seq{2}})).size() == 3);
  CHECK(ids(ask_from(3, {Epoch{"other"}, Seq{3}})).size() == 3);
}

TEST_CASE("Subscribe: the pages of a room come one after the other, none twice, in the stream [law 3]") {
  ServiceWorld world;
  make_cars(world, 5);
  Caller ann(world, "ann");
  ClientBody body = subscribe_to(1, room_of("Car"));
  std::get<Subscribe>(body).limit = 2;

  std::vector<std::string> seen;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const auto page = ann.ask(body);
    for (auto& id : ids(page)) seen.push_back(id);
    more = page.contains("cursor");
    if (more) std::get<Subscribe>(body).cursor = text_of(page, "cursor");
  }

  CHECK(pages == 3);
  CHECK(seen == std::vector<std::string>{"c1", "c2", "c3", "c4", "c5"});
  CHECK(world.hub.memberships() == 1);
  ClientBody unknown = subscribe_to(9, room_of("Car"));
  std::get<Subscribe>(unknown).cursor = std::get<Subscribe>(body).cursor;
  CHECK(text_of(ann.ask(unknown), "code") == "bad_request");
  std::get<Subscribe>(body).cursor = "nonsense";
  CHECK(text_of(ann.ask(body), "type") == "error");
}

TEST_CASE("Unsubscribe: before the snapshot is there, both are answered and nobody listens") {
  ServiceWorld world;
  make_cars(world, 1);
  Caller ann(world, "ann");

  const RequestId subscribe = ann.send(subscribe_to(1, room_of("Car")));
  const RequestId unsubscribe = ann.send(Unsubscribe{SubscriptionId{1}});
  const RequestId again = ann.send(subscribe_to(1, room_of("Boat")));

  CHECK(text_of(ann.answer_to(unsubscribe), "type") == "unsubscribed");
  CHECK(text_of(ann.answer_to(subscribe), "code") == "not_found");
  CHECK(text_of(ann.answer_to(again), "type") == "subscribed");
  CHECK(world.hub.memberships() == 1);
}

TEST_CASE("Subscribe: a session that ends before its snapshot is there harms nobody [law 7]") {
  ServiceWorld world;
  make_cars(world, 1);
  { Caller(world, "ann").send(subscribe_to(1, room_of("Car"))); }

  CHECK(text_of(Caller(world, "bob").ask(subscribe_to(1, room_of("Car"))), "type") == "subscribed");
  CHECK(world.hub.memberships() == 0);
}

TEST_CASE("Subscribe: of many at once each is answered, a few snapshots at a time [law 6]") {
  ServiceWorld world;
  make_cars(world, 3);
  Caller ann(world, "ann");

  std::vector<RequestId> asked;
  for (std::uint64_t i = 1; i <= 30; ++i) asked.push_back(ann.send(subscribe_to(i, room_of("Car"))));
  CHECK(ann.subscriber.snapshots_asked() <= 4);

  for (const RequestId id : asked) CHECK(ids(ann.answer_to(id)).size() == 3);
  CHECK(ann.subscriber.snapshots_asked() == 0);
}

TEST_CASE(
    "Subscribe: of a storm of sessions each is answered; those who leave the line hold up nobody [laws 6, "
    "7]") {
  ServiceWorld world;
  make_cars(world, 1);
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < 300; ++i) {
    callers.push_back(std::make_unique<Caller>(world, "u" + std::to_string(i)));
    for (std::uint64_t number = 1; number <= 5; ++number)
      callers.back()->send(subscribe_to(number, room_of("Car")));
  }

  callers.erase(callers.begin() + 200, callers.begin() + 280);

  for (auto& caller : callers) {
    for (std::uint64_t id = 1; id <= 5; ++id) {
      CHECK(text_of(caller->answer_to(RequestId{id}), "type") == "subscribed");
    }
  }
  CHECK(world.hub.memberships() == callers.size());
}

TEST_CASE("Subscribe: while behind it waits until the session is live, then meets the stream [law 3]") {
  ServiceWorld world;
  make_cars(world, 3);
  Caller ann(world, "ann", 1000);
  Caller bob(world, "bob");
  ann.ask(subscribe_to(1, room_of("Car")));
  ann.sink.stuck = true;
  for (int i = 4; i <= 20; ++i) bob.ask(create("Car", "c" + std::to_string(i)));
  REQUIRE_FALSE(ann.subscriber.live());

  const RequestId id = ann.send(subscribe_to(2, room_of("Boat")));
  bob.ask(create("Boat", "b1"));
  CHECK(ann.find_answer(id) == nullptr);
  ann.sink.drain();
  ann.subscriber.drained();
  const auto subscribed = ann.answer_to(id);
  bob.ask(create("Boat", "b2"));

  CHECK(ids(subscribed) == std::vector<std::string>{"b1"});
  Texts expected{"subscribed 3"};
  for (int i = 4; i <= 20; ++i)
    expected.push_back("event " + std::to_string(i) + " Car/c" + std::to_string(i));
  expected.emplace_back("subscribed 21");
  expected.emplace_back("event 22 Boat/b2");
  CHECK(ann.texts(0, expected.size()) == expected);
}
