#include "server/sync/event_ring.hpp"

#include <doctest/doctest.h>

#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

void add(EventRing& ring, std::uint64_t seq, const std::string& type, const std::string& id) {
  const EntityKey key = key_of(type, id);
  ring.add(Seq{seq}, hash_of(key), {key, std::to_string(seq) + type + id});
}

Interest interest_in(std::initializer_list<std::pair<RoomKey, std::uint64_t>> rooms) {
  Interest interest;
  for (const auto& [room, from] : rooms) interest.add(room, Seq{from});
  interest.finish();
  return interest;
}

std::vector<std::string> texts(const Stretch& stretch) {
  std::vector<std::string> texts;
  for (const PastMessage& message : stretch.messages) texts.emplace_back(message.text());
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Interest: a type wants all of its records, an entity one, each after its own seq [law 3]") {
  const Interest interest = interest_in({{room_of("Car"), 5}, {room_of("Booking", "7"), 2}});
  const auto wants = [&](const EntityKey& key, std::uint64_t seq) {
    return interest.wants(hash_of(key), key, Seq{seq});
  };

  CHECK(wants(key_of("Car", "1"), 6));
  CHECK_FALSE(wants(key_of("Car", "1"), 5));
  CHECK(wants(key_of("Booking", "7"), 3));
  CHECK_FALSE(wants(key_of("Booking", "7"), 2));
  CHECK_FALSE(wants(key_of("Booking", "8"), 3));
  CHECK_FALSE(wants(key_of("Booking", ""), 3));
}

TEST_CASE("Interest: of two subscriptions for one room the earlier counts [law 3]") {
  const Interest interest = interest_in({{room_of("Car"), 9}, {room_of("Car"), 4}});

  CHECK(interest.wants(hash_of(key_of("Car", "1")), key_of("Car", "1"), Seq{5}));
  CHECK(interest.rooms() == std::vector<RoomKey>{room_of("Car")});
}

TEST_CASE("EventRing: a stretch is what was asked for, in order, up to the head [law 3]") {
  EventRing ring(100, 1'000'000, Seq{10});
  add(ring, 11, "Car", "a");
  add(ring, 12, "Boat", "b");
  add(ring, 13, "Car", "c");

  const Stretch all = ring.read(Seq{10}, interest_in({{room_of("Car"), 10}}), {}, Seq{13});
  const Stretch later = ring.read(Seq{11}, interest_in({{room_of("Car"), 10}}), {}, Seq{13});
  const Stretch none = ring.read(Seq{13}, interest_in({{room_of("Car"), 10}}), {}, Seq{13});

  CHECK(texts(all) == Texts{"11Cara", "13Carc"});
  CHECK(all.up_to == Seq{13});
  CHECK(all.at_end);
  CHECK(texts(later) == Texts{"13Carc"});
  CHECK(none.messages.empty());
  CHECK(none.at_end);
}

TEST_CASE("EventRing: a stretch ends between two commits, never within one [law 3]") {
  EventRing ring(100, 1'000'000, Seq{0});
  for (const std::uint64_t seq : {1, 1, 1, 2, 2, 3}) add(ring, seq, "Car", "a");
  const Interest cars = interest_in({{room_of("Car"), 0}});

  const Stretch by_bytes = ring.read(Seq{0}, cars, {1, 1000}, Seq{3});
  const Stretch by_events = ring.read(Seq{1}, cars, {1000, 1}, Seq{3});

  CHECK(by_bytes.messages.size() == 3);
  CHECK(by_bytes.up_to == Seq{1});
  CHECK_FALSE(by_bytes.at_end);
  CHECK(by_events.messages.size() == 2);
  CHECK(by_events.up_to == Seq{2});
}

TEST_CASE("EventRing: much that concerns nobody is passed in bounded steps [law 6]") {
  EventRing ring(10'000, 100'000'000, Seq{0});
  for (std::uint64_t seq = 1; seq <= 5000; ++seq) add(ring, seq, "Noise", "n");
  add(ring, 5001, "Car", "a");
  const Interest cars = interest_in({{room_of("Car"), 0}});

  Seq at{0};
  int steps = 0;
  Stretch stretch;
  do {
    stretch = ring.read(at, cars, {1'000'000, 1000}, Seq{5001});
    CHECK(stretch.scanned <= 1000);
    CHECK(stretch.up_to > at);
    at = stretch.up_to;
    ++steps;
  } while (!stretch.at_end);

  CHECK(steps == 6);
  CHECK(texts(stretch) == Texts{"5001Cara"});
}

TEST_CASE("EventRing: it is bounded by events, and a commit cut in two does not count [law 6]") {
  EventRing ring(3, 1'000'000, Seq{0});
  for (const std::uint64_t seq : {1, 1, 2, 3}) add(ring, seq, "Car", "a");

  CHECK(ring.size() == 3);
  CHECK(ring.floor() == Seq{1});  // half of commit 1 is gone
}

TEST_CASE("EventRing: it is bounded by bytes [law 6]") {
  EventRing ring(1000, 10'000, Seq{0});
  const EntityKey key = key_of("Car", "a");
  for (std::uint64_t seq = 1; seq <= 50; ++seq)
    ring.add(Seq{seq}, hash_of(key), {key, std::string(1000, 'x')});

  CHECK(ring.bytes() <= 10'000);
  CHECK(ring.size() >= 5);
  CHECK(ring.floor() == Seq{50 - ring.size()});
}

TEST_CASE("EventRing: the window by number of events begins behind a whole commit") {
  EventRing ring(1000, 1'000'000, Seq{0});
  for (const std::uint64_t seq : {1, 2, 2, 3}) add(ring, seq, "Car", "a");

  CHECK(ring.floor_of_last(10) == Seq{0});
  CHECK(ring.floor_of_last(1) == Seq{2});
  CHECK(ring.floor_of_last(2) == Seq{2});  // half of commit 2 lies before
  CHECK(ring.floor_of_last(3) == Seq{1});
}
