#include "server/sync/hub.hpp"

#include <doctest/doctest.h>

#include "tests/sync/recording_sink.hpp"
#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

struct Client {
  Client(Hub& hub, const std::string& name, std::size_t outbox = 1'000'000)
      : subscriber(author_of(name), sink, hub, outbox) {}
  RecordingSink sink;
  Subscriber subscriber;
};

}  // namespace

TEST_CASE("Hub: all members of a room are sent one and the same buffer, once a turn") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  Client bob(hub, "bob");
  join_now(hub, ann.subscriber, 1, room_of("Car"));
  join_now(hub, bob.subscriber, 1, room_of("Car"));

  hub.publish({event_of(1, "Car", "a"), event_of(2, "Car", "b")});
  hub.publish({event_of(3, "Car", "a")});
  hub.flush();

  REQUIRE(ann.sink.frames.size() == 1);
  REQUIRE(bob.sink.frames.size() == 1);
  CHECK(ann.sink.frames[0] == bob.sink.frames[0]);
  CHECK(brief(ann.sink.take()) == Texts{"event 1 Car/a", "event 2 Car/b", "event 3 Car/a"});
}

TEST_CASE("Hub: a room is told nothing of other rooms, and nobody anything when nothing happened [law 3]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car", "a"));

  hub.publish({event_of(1, "Car", "b"), event_of(2, "Boat", "a")});
  hub.flush();
  hub.flush();

  CHECK(ann.sink.frames.empty());
}

TEST_CASE("Hub: an event that reaches a session by several rooms is sent once, all in commit order [law 3]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car"));
  join_now(hub, ann.subscriber, 2, room_of("Car", "a"));
  join_now(hub, ann.subscriber, 3, room_of("Boat", "z"));

  hub.publish({event_of(1, "Boat", "z"), event_of(2, "Car", "b"), event_of(3, "Car", "a"),
               event_of(4, "Boat", "z"), event_of(5, "Car", "a")});
  hub.flush();

  REQUIRE(ann.sink.frames.size() == 1);
  CHECK(brief(ann.sink.take()) ==
        Texts{"event 1 Boat/z", "event 2 Car/b", "event 3 Car/a", "event 4 Boat/z", "event 5 Car/a"});
}

TEST_CASE("Hub: all events of a commit stand in one frame, whatever rooms they reach it by [law 3]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car", "a"));
  join_now(hub, ann.subscriber, 2, room_of("Boat"));

  hub.publish({event_of(1, "Car", "a", 0), event_of(1, "Boat", "b", 1), event_of(1, "Plane", "c", 2)});
  hub.flush();

  REQUIRE(ann.sink.frames.size() == 1);
  CHECK(brief(ann.sink.take()) == Texts{"event 1 Car/a", "event 1 Boat/b"});
}

TEST_CASE("Hub: a room that said it all lends its buffer to those who are in others as well") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  Client bob(hub, "bob");
  join_now(hub, ann.subscriber, 1, room_of("Car"));
  join_now(hub, bob.subscriber, 1, room_of("Car"));
  join_now(hub, bob.subscriber, 2, room_of("Car", "a"));

  hub.publish({event_of(1, "Car", "a"), event_of(2, "Car", "b")});
  hub.flush();

  REQUIRE(bob.sink.frames.size() == 1);
  CHECK(bob.sink.frames[0] == ann.sink.frames[0]);
}

TEST_CASE("Hub: those to whom the same rooms spoke share what was composed") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  Client bob(hub, "bob");
  Client cem(hub, "cem");
  for (Client* client : {&ann, &bob, &cem}) join_now(hub, client->subscriber, 1, room_of("Car"));
  for (Client* client : {&ann, &bob}) join_now(hub, client->subscriber, 2, room_of("Boat"));

  hub.publish({event_of(1, "Car", "a"), event_of(2, "Boat", "b")});
  hub.flush();

  CHECK(ann.sink.frames.at(0) == bob.sink.frames.at(0));
  CHECK(brief(bob.sink.take()) == Texts{"event 1 Car/a", "event 2 Boat/b"});
  CHECK(brief(cem.sink.take()) == Texts{"event 1 Car/a"});
}

TEST_CASE("Hub: an answer stands before the events of its own commit, in the same frame [law 2]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car"));

  ann.subscriber.answer(RequestId{1}, CommittedAnswer{Seq{1}, R"({"type":"committed","seq":1})"});
  hub.publish({event_of(1, "Car", "a")});
  ann.subscriber.answer(RequestId{2}, CommittedAnswer{Seq{2}, R"({"type":"committed","seq":2})"});
  hub.publish({event_of(2, "Car", "a")});
  hub.flush();

  REQUIRE(ann.sink.frames.size() == 1);
  CHECK(brief(ann.sink.take()) == Texts{"committed 1", "committed 2", "event 1 Car/a", "event 2 Car/a"});
}

TEST_CASE("Hub: who joins is told nothing of what was published before, and all that comes after [law 3]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Boat"));
  hub.publish({event_of(1, "Car", "a"), event_of(2, "Boat", "b")});

  join_now(hub, ann.subscriber, 2, room_of("Car"));
  ann.subscriber.push_at(Seq{2}, R"({"type":"subscribed","seq":2})");
  hub.publish({event_of(3, "Car", "a")});
  hub.flush();

  CHECK(brief(ann.sink.take()) == Texts{"event 2 Boat/b", "subscribed 2", "event 3 Car/a"});
}

TEST_CASE(
    "Hub: two subscriptions for one room deliver once, and the room is left with the last of them [law 3]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car"));
  join_now(hub, ann.subscriber, 2, room_of("Car"));
  CHECK(hub.memberships() == 1);

  hub.publish({event_of(1, "Car", "a")});
  hub.flush();
  ann.subscriber.remove(SubscriptionId{1});
  hub.publish({event_of(2, "Car", "a")});
  hub.flush();
  ann.subscriber.remove(SubscriptionId{2});
  hub.publish({event_of(3, "Car", "a")});
  hub.flush();

  CHECK(brief(ann.sink.take()) == Texts{"event 1 Car/a", "event 2 Car/a"});
  CHECK(hub.rooms() == 0);
  CHECK(hub.memberships() == 0);
}

TEST_CASE("Hub: a session that ends in the middle of a turn leaves nothing behind [law 7]") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  join_now(hub, ann.subscriber, 1, room_of("Car"));
  {
    Client touched(hub, "touched");
    Client spoken(hub, "spoken");
    Client behind(hub, "behind");
    for (Client* client : {&touched, &spoken, &behind}) join_now(hub, client->subscriber, 1, room_of("Car"));
    join_now(hub, spoken.subscriber, 2, room_of("Boat", "only"));
    behind.subscriber.fall_behind(Seq{0});
    touched.subscriber.push(R"({"type":"ok"})");
    hub.publish({event_of(1, "Car", "a"), event_of(2, "Boat", "only")});
  }

  hub.flush();

  CHECK(brief(ann.sink.take()) == Texts{"event 1 Car/a"});
  CHECK(hub.memberships() == 1);
  CHECK(hub.rooms() == 1);
}

TEST_CASE("Hub: rooms lose members from any place, and the rest hear on [law 7]") {
  Hub hub({}, Seq{0}, no_log());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<Client>(hub, "u" + std::to_string(i)));
    join_now(hub, clients.back()->subscriber, 1, room_of("Car"));
  }

  clients.erase(clients.begin());
  clients.erase(clients.begin() + 2);
  clients.pop_back();
  hub.publish({event_of(1, "Car", "a")});
  hub.flush();

  CHECK(hub.memberships() == 2);
  for (auto& client : clients) CHECK(client->sink.frames.size() == 1);
}

TEST_CASE("Hub: each turn reports what it delivered, and of which commit") {
  Hub hub({}, Seq{0}, no_log());
  Client ann(hub, "ann");
  Client bob(hub, "bob");
  std::vector<TurnReport> reports;
  hub.when_turned([&](const TurnReport& report) { reports.push_back(report); });
  for (Client* client : {&ann, &bob}) join_now(hub, client->subscriber, 1, room_of("Car"));
  const Hub::Time first{std::chrono::milliseconds(5)};

  hub.publish({event_of(1, "Car", "a")}, {}, {}, first);
  hub.publish({event_of(2, "Car", "a"), event_of(3, "Boat", "b")}, {}, {},
              first + std::chrono::milliseconds(1));
  hub.flush();
  hub.flush();

  REQUIRE(reports.size() == 1);
  CHECK(reports[0].deliveries == 4);
  CHECK(reports[0].committed_at == first);
  CHECK(reports[0].rooms == 1);
  CHECK(reports[0].memberships == 2);
}
