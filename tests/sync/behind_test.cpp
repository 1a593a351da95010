#include <doctest/doctest.h>

#include "protocol/encode.hpp"
#include "server/sync/hub.hpp"
#include "tests/sync/recording_sink.hpp"
#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

// One slow reader in the room Car, with an outbox of 1000 bytes.
struct Slow {
  explicit Slow(HubOptions options = {}, Hub::ReadLog log = no_log())
      : hub(options, Seq{0}, std::move(log)), subscriber(author_of("ann"), sink, hub, 1000) {
    hub.when_more([this] { ++woken; });
    join_now(hub, subscriber, 1, room_of("Car"));
  }
  void publish(std::uint64_t from, std::uint64_t to, std::size_t bytes = 100) {
    for (std::uint64_t seq = from; seq <= to; ++seq) hub.publish({event_of(seq, "Car", "a", 0, bytes)});
  }
  void drain() {
    sink.drain();
    subscriber.drained();
    hub.flush();
  }

  Hub hub;
  RecordingSink sink;
  Subscriber subscriber;
  int woken = 0;
};

std::vector<std::string> events(std::uint64_t from, std::uint64_t to) {
  std::vector<std::string> texts;
  for (std::uint64_t seq = from; seq <= to; ++seq) texts.push_back("event " + std::to_string(seq) + " Car/a");
  return texts;
}

}  // namespace

TEST_CASE("Subscriber: a frame larger than the outbox is taken when nothing is queued [law 6]") {
  Slow slow;

  slow.publish(1, 100);
  slow.hub.flush();

  CHECK(slow.subscriber.live());
  CHECK(brief(slow.sink.take()) == events(1, 100));
}

TEST_CASE(
    "Subscriber: what does not fit its outbox is not queued, but read again from the ring [laws 3, 6]") {
  Slow slow;
  slow.sink.stuck = true;
  slow.publish(1, 1);
  slow.hub.flush();

  for (std::uint64_t seq = 2; seq <= 50; ++seq) {
    slow.publish(seq, seq);
    slow.hub.flush();
  }

  CHECK_FALSE(slow.subscriber.live());
  CHECK(slow.sink.queued_bytes() <= 1000);
  const Seq reached = slow.subscriber.position();
  CHECK(brief(slow.sink.take()) == events(1, reached.value()));
  slow.drain();
  CHECK(slow.subscriber.live());
  slow.publish(51, 52);
  slow.hub.flush();
  CHECK(brief(slow.sink.take()) == events(reached.value() + 1, 52));
}

TEST_CASE("Subscriber: what is published in the turn of its return is delivered once [law 3]") {
  Slow slow;
  slow.sink.stuck = true;
  slow.publish(1, 9);
  slow.hub.flush();
  slow.publish(10, 20);
  slow.hub.flush();
  REQUIRE_FALSE(slow.subscriber.live());
  slow.sink.take();

  slow.publish(21, 21);
  slow.sink.drain();
  slow.subscriber.drained();
  slow.publish(22, 22);
  slow.hub.flush();

  CHECK(brief(slow.sink.take()) == events(10, 22));
  CHECK(slow.subscriber.live());
}

TEST_CASE("Subscriber: a long way back goes by stretches, one for each time the sink has drained [law 6]") {
  HubOptions options;
  options.stretch_bytes = 2000;
  Slow slow(options);
  slow.sink.stuck = true;
  slow.publish(1, 2);
  slow.hub.flush();
  slow.publish(3, 100);
  slow.hub.flush();
  slow.sink.take();

  slow.sink.drain();
  slow.sink.stuck = true;
  slow.subscriber.drained();
  slow.hub.flush();
  const auto first = slow.sink.take();
  slow.hub.flush();
  CHECK(slow.sink.frames.empty());

  CHECK_FALSE(slow.subscriber.live());
  CHECK(first.size() < 20);
  CHECK(slow.subscriber.position() == Seq{2 + first.size()});
  std::vector<std::string> all = brief(first);
  while (!slow.subscriber.live()) {
    slow.drain();
    for (auto& text : brief(slow.sink.take())) all.push_back(text);
  }
  CHECK(all == events(3, 100));
}

TEST_CASE("Subscriber: a sink that never fills is fed on in later turns, and each asks for another [law 6]") {
  HubOptions options;
  options.stretch_events = 10;
  Slow slow(options);
  slow.publish(1, 100);
  slow.hub.flush();
  slow.sink.take();
  slow.subscriber.fall_behind(Seq{0});

  std::vector<std::string> all;
  int turns = 0;
  for (; !slow.subscriber.live(); ++turns) {
    REQUIRE(turns < 100);
    const int woken = slow.woken;
    slow.hub.flush();
    for (auto& text : brief(slow.sink.take())) all.push_back(text);
    CHECK(slow.woken == woken + (slow.subscriber.live() ? 0 : 1));
  }

  CHECK(turns == 10);
  CHECK(all == events(1, 100));
}

TEST_CASE("Subscriber: answers overtake, and what moves the position waits for its place [law 3]") {
  Slow slow;
  slow.sink.stuck = true;
  slow.publish(1, 5);
  slow.hub.flush();
  slow.sink.take();

  slow.subscriber.answer(RequestId{1}, CommittedAnswer{Seq{6}, R"({"type":"committed","seq":6})"});
  slow.publish(6, 10);
  join_now(slow.hub, slow.subscriber, 2, room_of("Boat"));
  slow.subscriber.answer(RequestId{2}, PongAnswer{slow.subscriber.position()});
  slow.subscriber.answer(RequestId{3}, Subscribed{SubscriptionId{2}, {Epoch{"e"}, Seq{10}}, {}, {}});
  slow.subscriber.answer(RequestId{4}, Unsubscribed{SubscriptionId{2}});
  slow.publish(11, 12);
  slow.hub.publish({event_of(13, "Boat", "b")});
  slow.hub.flush();

  REQUIRE_FALSE(slow.subscriber.live());
  CHECK(slow.subscriber.position() == Seq{5});
  CHECK(brief(slow.sink.take()) == Texts{"committed 6"});
  slow.subscriber.answer(RequestId{5}, PongAnswer{slow.subscriber.position()});
  slow.subscriber.ping();
  slow.hub.flush();
  CHECK(brief(slow.sink.take()) == Texts{"pong 5", "ping 5"});

  slow.drain();

  Texts expected = events(6, 10);
  for (const char* text :
       {"pong 10", "subscribed 10", "unsubscribed", "event 11 Car/a", "event 12 Car/a", "event 13 Boat/b"}) {
    expected.emplace_back(text);
  }
  CHECK(brief(slow.sink.take()) == expected);
}

TEST_CASE("Subscriber: a subscription is sent nothing from before its own position [law 3]") {
  Slow slow;
  slow.publish(1, 4);
  slow.hub.publish({event_of(5, "Boat", "b"), event_of(6, "Car", "a"), event_of(7, "Boat", "b")});
  slow.hub.flush();
  RecordingSink sink;
  Subscriber back(author_of("bob"), sink, slow.hub, 1000);

  back.add(SubscriptionId{1}, room_of("Car"));
  back.join(SubscriptionId{1}, Seq{3});
  back.add(SubscriptionId{2}, room_of("Boat"));
  back.join(SubscriptionId{2}, Seq{5});
  back.fall_behind(Seq{3});
  slow.hub.flush();

  CHECK(brief(sink.take()) == Texts{"event 4 Car/a", "event 6 Car/a", "event 7 Boat/b"});
  CHECK(back.live());
}

TEST_CASE("Subscriber: without a room there is nothing to catch up with [law 3]") {
  Slow slow;
  slow.publish(1, 4);
  slow.subscriber.fall_behind(Seq{1});
  slow.subscriber.remove(SubscriptionId{1});

  slow.hub.flush();

  CHECK(slow.subscriber.live());
  CHECK(slow.subscriber.position() == Seq{4});
  CHECK(slow.sink.frames.empty());
}

TEST_CASE("Subscriber: what the ring does not hold any more comes from the log [law 3]") {
  struct Asked {
    std::uint64_t subscriber;
    Seq after;
    std::vector<RoomKey> rooms;
  };
  std::vector<Asked> asked;
  HubOptions options;
  options.ring_events = 5;
  Slow slow(options,
            [&](std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms, std::vector<Watch>) {
              asked.push_back({subscriber, after, std::move(rooms)});
            });
  const auto logged = [](std::uint64_t seq) {
    const DataSyncEvent event = event_of(seq, "Car", "a");
    return LoggedEvent{event.seq, event.key, encode(event)};
  };
  slow.publish(1, 20);
  slow.hub.flush();
  slow.sink.take();
  slow.subscriber.fall_behind(Seq{10});

  slow.hub.flush();
  slow.hub.flush();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].subscriber == slow.subscriber.number());
  CHECK(asked[0].after == Seq{10});
  CHECK(asked[0].rooms == std::vector<RoomKey>{room_of("Car")});

  SUBCASE("in stretches, and then from the ring") {
    slow.hub.log_read(&slow.subscriber, {Seq{10}, {logged(11), logged(12), logged(13)}, Seq{13}});
    slow.hub.flush();  // sends the first, asks for the second
    REQUIRE(asked.size() == 2);
    CHECK(asked[1].after == Seq{13});
    slow.hub.log_read(&slow.subscriber, {Seq{13}, {logged(14), logged(15), logged(16)}, Seq{16}});
    slow.hub.flush();
    slow.hub.flush();
    CHECK(slow.subscriber.live());
    CHECK(brief(slow.sink.take()) == events(11, 20));
  }
  SUBCASE("but no commit that has not been published yet, for that comes by its room [laws 2, 3]") {
    LogStretch stretch{Seq{10}, {}, Seq{22}};
    for (std::uint64_t seq = 11; seq <= 22; ++seq) stretch.events.push_back(logged(seq));
    slow.hub.log_read(&slow.subscriber, stretch);
    slow.hub.flush();
    slow.hub.flush();
    slow.publish(21, 22);
    slow.hub.flush();
    CHECK(brief(slow.sink.take()) == events(11, 22));
  }
  SUBCASE("asked again where it has joined another room since [law 3]") {
    slow.subscriber.add(SubscriptionId{2}, room_of("Boat"));
    slow.subscriber.join(SubscriptionId{2}, Seq{12});
    slow.hub.log_read(&slow.subscriber, {Seq{10}, {logged(11)}, Seq{16}});
    slow.hub.flush();
    CHECK(slow.sink.frames.empty());
    REQUIRE(asked.size() == 2);
    CHECK(asked[1].rooms == std::vector<RoomKey>{room_of("Boat"), room_of("Car")});
  }
  SUBCASE("and the end of the subscriber in between harms nobody [law 7]") {
    slow.hub.log_read(nullptr, {Seq{10}, {logged(11)}, Seq{16}});
    slow.hub.flush();
    CHECK(slow.sink.frames.empty());
  }
}

TEST_CASE("Hub: only so many read the log at once; the others wait in line, and none is forgotten [law 6]") {
  std::vector<std::uint64_t> asked;
  HubOptions options;
  options.ring_events = 2;
  options.log_reads = 2;
  Hub hub(options, Seq{0}, [&](std::uint64_t subscriber, Seq, std::vector<RoomKey>, std::vector<Watch>) {
    asked.push_back(subscriber);
  });
  struct Client {
    explicit Client(Hub& hub) : subscriber(author_of("u"), sink, hub, 1000) {}
    RecordingSink sink;
    Subscriber subscriber;
  };
  for (std::uint64_t seq = 1; seq <= 9; ++seq) hub.publish({event_of(seq, "Car", "a")});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<Client>(hub));
    Subscriber& subscriber = clients.back()->subscriber;
    subscriber.add(SubscriptionId{1}, room_of("Car"));
    subscriber.join(SubscriptionId{1}, Seq{1});
    subscriber.fall_behind(Seq{1});
  }

  hub.flush();
  CHECK(asked.size() == 2);
  clients.erase(clients.begin() + 2);  // one of those who wait
  hub.log_read(nullptr, {Seq{1}, {}, Seq{8}});
  hub.log_read(&clients[1]->subscriber, {Seq{1}, {}, Seq{8}});
  hub.flush();
  CHECK(asked.size() == 4);
  hub.flush();

  CHECK(asked.size() == 4);
  CHECK(asked[2] == clients[2]->subscriber.number());
  CHECK(asked[3] == clients[3]->subscriber.number());
}

TEST_CASE("Subscriber: notices are dropped where the outbox is full, answers are not [law 6]") {
  Slow slow;
  slow.sink.stuck = true;
  slow.subscriber.push(std::string(2000, ' ') + "{\"type\":\"ok\"}");
  slow.hub.flush();

  slow.subscriber.notify(R"({"type":"notification"})");
  slow.subscriber.answer(RequestId{1}, Unsubscribed{SubscriptionId{9}});
  slow.hub.flush();

  CHECK(brief(slow.sink.take()) == Texts{"ok", "unsubscribed"});
}
