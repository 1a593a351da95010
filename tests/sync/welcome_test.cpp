#include <doctest/doctest.h>

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

void make_cars(ServiceWorld& world, int from, int to) {
  Caller maker(world, "maker");
  for (int i = from; i <= to; ++i) maker.ask(create(i % 3 == 0 ? "Boat" : "Car", "r" + std::to_string(i)));
}

Hello hello_at(const ServiceWorld& world, std::optional<std::uint64_t> seq, std::vector<RoomKey> rooms) {
  Hello hello;
  if (seq) hello.position = Position{world.epoch, Seq{*seq}};
  std::uint64_t number = 0;
  for (RoomKey& room : rooms) {
    hello.subscriptions.push_back(std::get<Subscribe>(subscribe_to(++number, std::move(room))));
  }
  return hello;
}

// "1 recovered", "2 resync epoch"
Texts statuses(const boost::json::object& welcome) {
  Texts texts;
  for (const auto& value : welcome.at("subscriptions").as_array()) {
    const auto& state = value.as_object();
    std::string text = std::to_string(number_of(state, "subscription")) + " " + text_of(state, "status");
    if (state.contains("reason")) text += " " + text_of(state, "reason");
    texts.push_back(std::move(text));
  }
  return texts;
}

std::uint64_t position_of(const boost::json::object& message) {
  return number_of(message.at("position").as_object(), "seq");
}

Texts cars(int from, int to) {
  Texts texts;
  for (int i = from; i <= to; ++i) {
    if (i % 3 != 0) texts.push_back("event " + std::to_string(i) + " Car/r" + std::to_string(i));
  }
  return texts;
}

Texts after(const Texts& first, const Texts& rest) {
  Texts all = first;
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

// Without the locks and presence of the room, which come once, when it has caught up.
Texts without_state(Texts texts) {
  const auto is_state = [](const std::string& text) { return text.starts_with("state "); };
  CHECK(std::erase_if(texts, is_state) == 1);
  return texts;
}

}  // namespace

TEST_CASE("Welcome: who was away gets exactly the missed events of its rooms, then the live ones [law 3]") {
  WorldOptions options;
  SUBCASE("from the ring") {}
  SUBCASE("from the log") { options.hub.ring_events = 3; }
  SUBCASE("from the log, in short stretches") {
    options.hub.ring_events = 3;
    options.limits.page_bytes = 500;
  }
  SUBCASE("from the ring, in short stretches") { options.hub.stretch_events = 2; }
  ServiceWorld world(options);
  make_cars(world, 1, 60);
  Caller ann(world, "ann");

  const auto welcome = ann.hello(hello_at(world, 10, {room_of("Car")}));
  make_cars(world, 61, 70);

  CHECK(statuses(welcome) == Texts{"1 recovered"});
  CHECK(position_of(welcome) == 10);
  const Texts expected = after({"welcome 10"}, cars(11, 70));
  CHECK(without_state(ann.texts(0, expected.size() + 1)) == expected);
}

TEST_CASE("Welcome: at the head there is nothing to catch up with, and the next event follows [law 3]") {
  ServiceWorld world;
  make_cars(world, 1, 4);
  Caller ann(world, "ann");

  const auto welcome = ann.hello(hello_at(world, 4, {room_of("Car")}));
  CHECK(ann.subscriber.live());
  make_cars(world, 5, 5);

  CHECK(statuses(welcome) == Texts{"1 recovered"});
  CHECK(ann.texts(0, 3) == Texts{"welcome 4", "state 4", "event 5 Car/r5"});
}

TEST_CASE("Welcome: each subscription goes on from its own position [law 3]") {
  ServiceWorld world;
  make_cars(world, 1, 12);
  Caller ann(world, "ann");
  Hello hello = hello_at(world, 9, {room_of("Car"), room_of("Boat"), room_of("Car", "r1")});
  hello.subscriptions[1].position = Position{world.epoch, Seq{3}};
  hello.subscriptions[1].position_named = true;
  hello.subscriptions[2].position_named = true;  // null

  const auto welcome = ann.hello(std::move(hello));

  CHECK(statuses(welcome) == Texts{"1 recovered", "2 recovered", "3 new"});
  CHECK(position_of(welcome) == 3);
  CHECK(ann.texts(0, 9) == Texts{"welcome 3", "event 6 Boat/r6", "event 9 Boat/r9", "event 10 Car/r10",
                                 "event 11 Car/r11", "event 12 Boat/r12", "state 12", "state 12",
                                 "snapshot 12"});
}

TEST_CASE(
    "Welcome: another epoch, a client ahead, a trimmed log: resync, the reason, and a snapshot [law 3]") {
  WorldOptions options;
  options.resume_events = 20;
  options.limits.resume_events = 20;
  ServiceWorld world(options);
  make_cars(world, 1, 60);
  Caller ann(world, "ann");
  Hello hello = hello_at(world, std::nullopt, {room_of("Car")});
  std::string reason;
  SUBCASE("epoch") {
    hello.position = Position{Epoch{"another"}, Seq{60}};
    reason = "epoch";
  }
  SUBCASE("ahead") {
    hello.position = Position{world.epoch, Seq{61}};
    reason = "epoch";
  }
  SUBCASE("trimmed") {
    hello.position = Position{world.epoch, Seq{39}};
    reason = "trimmed";
  }

  const auto welcome = ann.hello(std::move(hello));

  CHECK(statuses(welcome) == Texts{"1 resync " + reason});
  CHECK(position_of(welcome) == 60);
  CHECK(ann.texts(0, 2) == Texts{"welcome 60", "snapshot 60"});
  CHECK(text_of(ann.stream()[1], "reason") == reason);
  CHECK(ann.stream()[1].at("entities").as_array().size() == 40);
  make_cars(world, 61, 61);
  CHECK(ann.texts(2, 1) == Texts{"event 61 Car/r61"});
}

TEST_CASE("Welcome: at the edge of the window it is still recovered [law 3]") {
  WorldOptions options;
  options.resume_events = 20;
  options.limits.resume_events = 20;
  ServiceWorld world(options);
  make_cars(world, 1, 60);
  Caller ann(world, "ann");

  const auto welcome = ann.hello(hello_at(world, 40, {room_of("Car")}));

  CHECK(statuses(welcome) == Texts{"1 recovered"});
  const Texts expected = after({"welcome 40"}, cars(41, 60));
  CHECK(without_state(ann.texts(0, expected.size() + 1)) == expected);
}

TEST_CASE("Welcome: a session without a past has its rooms sent whole, or none if it asks for none") {
  ServiceWorld world;
  make_cars(world, 1, 6);
  Caller ann(world, "ann");
  Hello hello = hello_at(world, std::nullopt, {room_of("Car"), room_of("Boat")});
  hello.subscriptions[1].snapshot = false;

  const auto welcome = ann.hello(std::move(hello));
  CHECK(statuses(welcome) == Texts{"1 new", "2 new"});
  CHECK(ann.texts(0, 3) == Texts{"welcome 6", "state 6", "snapshot 6"});
  make_cars(world, 9, 9);

  CHECK(ann.texts(3, 1) == Texts{"event 7 Boat/r9"});
}

TEST_CASE("Welcome: what cannot be taken up is refused one by one [law 6]") {
  WorldOptions options;
  options.limits.subscriptions = 2;
  ServiceWorld world(options);
  make_cars(world, 1, 3);
  Caller ann(world, "ann");
  Hello hello = hello_at(world, 3, {room_of("Car"), room_of("Boat"), room_of("Plane"), room_of("Boat")});
  hello.subscriptions[1].subscription = SubscriptionId{1};
  hello.subscriptions[2].subscription = SubscriptionId{3};
  hello.subscriptions[3].subscription = SubscriptionId{4};

  const auto welcome = ann.hello(std::move(hello));

  CHECK(statuses(welcome) == Texts{"1 recovered", "1 refused bad_request", "3 recovered", "4 refused limit"});
  CHECK(world.hub.memberships() == 2);
}

TEST_CASE("Catching up: whoever falls out of the window while connected is sent back for a resync [law 3]") {
  WorldOptions options;
  options.resume_events = 20;
  options.hub.ring_events = 5;
  ServiceWorld world(options);  // its services still believe in the wide window
  make_cars(world, 1, 60);
  Caller ann(world, "ann");

  ann.hello(hello_at(world, 10, {room_of("Car")}));
  world.until([&] { return ann.sink.closed.has_value(); });

  CHECK(ann.sink.closed == CloseCode::overloaded);
  CHECK(ann.texts(0, 1) == Texts{"welcome 10"});
  Caller again(world, "ann");
  CHECK(statuses(again.hello(hello_at(world, 10, {room_of("Car")}))) == Texts{"1 resync trimmed"});
}
