// Who is present, as rooms are told it, under a clock that the test sets.
#include "server/sync/presence_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/random_document.hpp"
#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;
using Seat = PresenceTable::Seat;

Seat seat(std::uint64_t connection, std::uint64_t subscription = 1) {
  return {connection, SubscriptionId{subscription}};
}
const RoomKey kCar = room_of("Car", "1");
const RoomKey kCars = room_of("Car");
const SessionId kAnn{"session-ann"};

struct Fixture {
  PresenceTable table{PresenceLimits{15s, 100ms, 4, 3}};
  PresenceTable::Time now{};
  Timestamp wall{};

  bool say(const std::string& user, Seat by, std::optional<std::string> state, RoomKey room = kCar) {
    return table.set(room, author_of(user), by, std::move(state), now, wall);
  }
  // "Car/1 +ann {} ~ben {} -cem": what is told now.
  Words told() {
    Words all;
    for (const PresencePush& push : table.publish(now)) {
      std::string text = push.type.value() + (push.id ? "/" + push.id->value() : "");
      for (const Present& one : push.joins) text += " +" + one.user.value() + " " + one.state;
      for (const Present& one : push.updates) text += " ~" + one.user.value() + " " + one.state;
      for (const PresenceLeave& one : push.leaves) text += " -" + one.user.value();
      all.push_back(std::move(text));
    }
    return all;
  }
  Words shown(const RoomKey& room = kCar) const {
    Words all;
    for (const Present& one : table.list(room)) {
      all.push_back((one.id ? one.id->value() + " " : "") + one.user.value() + " " + one.state);
    }
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "Presence: what was said in a turn is one message for each room") {
  say("ann", seat(1), R"({"field":"a"})");
  say("ann", seat(1), R"({"field":"b"})");
  say("ben", seat(2), "{}");
  say("ben", seat(2, 2), "{}", kCars);
  CHECK(shown().empty());  // nobody has been told yet

  CHECK(told() == Words{"Car +ben {}", R"(Car/1 +ann {"field":"b"} +ben {})"});
  CHECK(told().empty());
  CHECK(shown() == Words{R"(ann {"field":"b"})", "ben {}"});
  CHECK(shown(kCars) == Words{"ben {}", R"(1 ann {"field":"b"})", "1 ben {}"});
  CHECK(shown(room_of("Car", "2")).empty());
}

TEST_CASE_FIXTURE(Fixture, "Presence: changes wait for their slot, and the last is told in the end [law 6]") {
  say("ann", seat(1), "1");
  CHECK(told() == Words{"Car/1 +ann 1"});
  for (int i = 2; i < 30; ++i) {
    now += 1ms;
    say("ann", seat(1), std::to_string(i));
    CHECK(told().empty());
  }
  CHECK(table.has_news());
  CHECK(shown() == Words{"ann 1"});
  now += 72ms;
  CHECK(told() == Words{"Car/1 ~ann 29"});
  CHECK_FALSE(table.has_news());

  say("ann", seat(1), "30");
  say("ann", seat(1), "29");  // as the room knows it
  now += 1s;
  CHECK(told().empty());
  CHECK_FALSE(table.has_news());
}

TEST_CASE_FIXTURE(Fixture, "Presence: null ends it, and what nobody was told leaves no trace") {
  say("ann", seat(1), "1");
  told();
  now += 1s;
  say("ann", seat(1), std::nullopt);
  CHECK(told() == Words{"Car/1 -ann"});
  CHECK(table.size() == 0);

  say("ben", seat(2), "1");
  say("ben", seat(2), std::nullopt);
  say("cem", seat(3), std::nullopt);
  CHECK(told().empty());
  CHECK(table.size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "Presence: unsubscribing, and the end of the session, leave at once") {
  say("ann", seat(1), "1");
  say("ann", seat(1, 2), "2", kCars);
  say("ben", seat(2), "1");
  told();

  table.leave(kCar, kAnn, seat(1, 9));  // another subscription of hers to the same room
  CHECK(told().empty());
  table.leave(kCar, kAnn, seat(1));
  CHECK(told() == Words{"Car/1 -ann"});
  table.end_session(kAnn);
  table.end_session(SessionId{"session-ben"});
  CHECK(told() == Words{"Car -ann", "Car/1 -ben"});
  CHECK(table.size() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "Presence: a dropped connection leaves after its grace, and coming back is no flicker") {
  say("ann", seat(1), "1");
  say("ann", seat(1, 2), "2", kCars);
  told();
  table.connection_gone(kAnn, 1, false, now);

  now += 14s;
  table.sweep(now);
  CHECK(told().empty());
  table.take_seat(kCar, kAnn, seat(7));  // back in one of the two
  now += 1s;
  table.sweep(now);
  CHECK(told() == Words{"Car -ann"});
  CHECK(shown() == Words{"ann 1"});

  table.connection_gone(kAnn, 1, false, now);  // the old connection's end is no news any more
  now += 1min;
  table.sweep(now);
  CHECK(told().empty());
  table.connection_gone(kAnn, 7, false, now);
  now += 15s;
  table.sweep(now);
  CHECK(told() == Words{"Car/1 -ann"});
}

TEST_CASE_FIXTURE(Fixture,
                  "Presence: of a replaced connection stays what its successor took up, and no ghost") {
  say("ann", seat(1), "1");
  say("ann", seat(1, 2), "2", kCars);
  told();
  table.take_seat(kCar, kAnn, seat(2));

  table.connection_gone(kAnn, 1, true, now);

  CHECK(told() == Words{"Car -ann"});
  CHECK(shown() == Words{"ann 1"});
}

TEST_CASE_FIXTURE(Fixture,
                  "Presence: a session is in so many rooms, and so many are shown: the newest [law 6]") {
  for (int i = 0; i < 4; ++i) CHECK(say("ann", seat(1), "1", room_of("Car", std::to_string(i))));
  CHECK_FALSE(say("ann", seat(1), "1", room_of("Car", "9")));
  CHECK(say("ann", seat(1), "2", room_of("Car", "3")));
  CHECK(say("ann", seat(1), std::nullopt, room_of("Car", "3")));
  told();
  CHECK(say("ann", seat(1), "1", room_of("Car", "9")));
  wall += 1s;
  for (const char* user : {"ben", "cem", "dan"}) CHECK(say(user, seat(2), "1", kCars));
  told();
  Words newest = shown(kCars);
  std::sort(newest.begin(), newest.end());
  CHECK(newest == Words{"ben 1", "cem 1", "dan 1"});
}

// Whatever sessions do, a room that follows what it is told knows exactly who is there, once all is quiet.
TEST_CASE("Presence: every room converges on what its sessions said last") {
  const auto seed = static_cast<std::uint32_t>(coterie::testing::seed());
  MESSAGE("COTERIE_SEED=", seed);
  std::mt19937 random(seed);
  Fixture world;
  struct Said {
    std::string state;
    std::optional<PresenceTable::Time> orphaned;
  };
  std::map<RoomKey, std::map<std::string, Said>> said;
  std::map<RoomKey, std::map<std::string, std::string>> heard;
  const std::vector<RoomKey> rooms{kCars, kCar, room_of("Car", "2"), room_of("Boat")};
  const std::vector<std::string> users{"ann", "ben", "cem", "dan", "eve"};
  std::map<std::string, std::uint64_t> connection_of;
  std::uint64_t connections = 0;
  for (const std::string& user : users) connection_of[user] = ++connections;
  world.table = PresenceTable(PresenceLimits{15s, 100ms, 256, 1000});

  const auto listen = [&] {
    for (const PresencePush& push : world.table.publish(world.now)) {
      auto& room = heard[RoomKey{push.type, push.id}];
      for (const Present& one : push.joins) REQUIRE(room.emplace(one.user.value(), one.state).second);
      for (const Present& one : push.updates) room.at(one.user.value()) = one.state;
      for (const PresenceLeave& one : push.leaves) REQUIRE(room.erase(one.user.value()) == 1);
    }
  };
  const auto sweep = [&] {
    world.table.sweep(world.now);
    for (auto& [room, sessions] : said) {
      std::erase_if(sessions, [&](const auto& one) {
        return one.second.orphaned && *one.second.orphaned + 15s <= world.now;
      });
    }
  };
  const auto come_back = [&](const std::string& user) {  // to some of its rooms
    for (const RoomKey& room : rooms) {
      const auto found = said[room].find(user);
      const bool takes_seat = random() % 2 == 0;
      if (takes_seat) world.table.take_seat(room, SessionId{"session-" + user}, seat(connection_of[user]));
      if (found == said[room].end()) continue;
      if (takes_seat) {
        found->second.orphaned.reset();
      } else if (!found->second.orphaned) {
        found->second.orphaned = world.now;
      }
    }
  };
  for (int step = 0; step < 5000; ++step) {
    const std::string& user = users[random() % users.size()];
    const RoomKey& room = rooms[random() % rooms.size()];
    const SessionId session{"session-" + user};
    const std::string state = std::to_string(random() % 5);
    switch (random() % 9) {
      case 0:
        world.say(user, seat(connection_of[user]), std::nullopt, room);
        said[room].erase(user);
        break;
      case 1:
        world.table.leave(room, session, seat(connection_of[user]));
        if (const auto found = said[room].find(user); found != said[room].end() && !found->second.orphaned) {
          said[room].erase(found);
        }
        break;
      case 2:  // dropped, and back
        world.table.connection_gone(session, connection_of[user], false, world.now);
        connection_of[user] = ++connections;
        come_back(user);
        break;
      case 3:
        world.table.end_session(session);
        for (auto& [one, sessions] : said) sessions.erase(user);
        break;
      case 4:
        world.now += std::chrono::milliseconds(random() % 9000);
        sweep();
        break;
      default:
        world.say(user, seat(connection_of[user]), state, room);
        said[room][user] = {state, std::nullopt};
        break;
    }
    world.now += std::chrono::milliseconds(random() % 60);
    if (random() % 3 == 0) listen();
  }
  world.now += 1min;
  sweep();
  listen();

  CHECK_FALSE(world.table.has_news());
  for (const RoomKey& room : rooms) {
    std::map<std::string, std::string> expected;
    for (const auto& [user, one] : said[room]) expected[user] = one.state;
    CHECK(heard[room] == expected);
  }
}
