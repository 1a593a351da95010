// What each reader believes of locks and presence, held against the truth: slow ones, some that come and go,
// some that break off and resume. At rest everybody knows exactly what holds in their rooms.
#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>
#include <map>
#include <random>
#include <set>

#include "tests/support/random_document.hpp"
#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

const std::vector<RoomKey>& rooms() {
  static const std::vector<RoomKey> all{room_of("Car"), room_of("Car", "1"), room_of("Car", "2"),
                                        room_of("Boat", "1")};
  return all;
}

// One subscription as its reader sees it: "1 price" to "session 7", "1 session" to its state.
struct View {
  RoomKey room;
  std::map<std::string, std::string> locks, presence;
  friend bool operator==(const View&, const View&) = default;
};

std::string id_of(const json::object& message) {
  return message.contains("entityId") ? text_of(message, "entityId") : "";
}
void put_lock(View& view, const json::object& lock) {
  view.locks[id_of(lock) + " " + (lock.contains("field") ? text_of(lock, "field") : "")] =
      std::string(lock.at("holder").at("sessionId").as_string()) + " " +
      std::to_string(number_of(lock, "fence"));
}
void put_present(View& view, const std::string& id, const json::object& one) {
  view.presence[id + " " + text_of(one, "sessionId")] = json::serialize(one.at("state"));
}

class Reader {
 public:
  Reader(ServiceWorld& world, std::string user) : world_(world), user_(std::move(user)) { arrive(); }

  Caller& caller() { return *caller_; }
  const std::map<std::uint64_t, View>& views() const { return views_; }

  void join(const RoomKey& room) {
    const std::uint64_t number = ++last_number_;
    views_[number].room = room;
    caller_->send(subscribe_to(number, room));
  }
  void leave(std::uint64_t number) {
    if (views_.erase(number) == 1) caller_->send(Unsubscribe{SubscriptionId{number}});
  }
  // Breaks off, and comes back to all its rooms with what it has read so far.
  void break_off() {
    read();
    caller_.reset();
    arrive();
    Hello hello;
    hello.position = Position{world_.epoch, Seq{position_}};
    for (const auto& [number, view] : views_) {
      hello.subscriptions.push_back(std::get<Subscribe>(subscribe_to(number, view.room)));
    }
    caller_->hello(std::move(hello));
  }
  void read() {
    const auto& stream = caller_->stream();
    for (; taken_ < stream.size(); ++taken_) take(stream[taken_]);
  }

 private:
  void arrive() {
    caller_ = std::make_unique<Caller>(world_, user_, 1500);
    taken_ = 0;
  }
  void take(const json::object& message) {
    const std::string type = text_of(message, "type");
    if (type == "event") position_ = std::max(position_, number_of(message, "seq"));
    if (type == "subscribed" || type == "snapshot") {
      position_ = std::max(position_, number_of(message.at("position").as_object(), "seq"));
      take_whole(message);
    }
    for (auto& [number, view] : views_) {
      if (type == "lock") take_lock(view, message);
      if (type == "presence") take_presence(view, message);
    }
  }
  void take_whole(const json::object& message) {
    const auto found = views_.find(number_of(message, "subscription"));
    if (found == views_.end()) return;
    View view{found->second.room, {}, {}};
    for (const json::value& one : message.at("locks").as_array()) put_lock(view, one.as_object());
    for (const json::value& one : message.at("presence").as_array()) {
      put_present(view, id_of(one.as_object()), one.as_object());
    }
    found->second = std::move(view);
  }
  static void take_lock(View& view, const json::object& push) {
    if (view.room.type.value() != text_of(push, "entityType")) return;
    if (view.room.id && view.room.id->value() != id_of(push)) return;
    if (text_of(push, "state") == "acquired") return put_lock(view, push);
    view.locks.erase(id_of(push) + " " + (push.contains("field") ? text_of(push, "field") : ""));
  }
  static void take_presence(View& view, const json::object& push) {
    if (view.room.type.value() != text_of(push, "entityType")) return;
    if (view.room.id && view.room.id->value() != id_of(push)) return;
    const std::string id = view.room.id ? "" : id_of(push);
    for (const char* list : {"joins", "updates"}) {
      for (const json::value& one : push.at(list).as_array()) put_present(view, id, one.as_object());
    }
    for (const json::value& one : push.at("leaves").as_array()) {
      view.presence.erase(id + " " + text_of(one.as_object(), "sessionId"));
    }
  }

  ServiceWorld& world_;
  std::string user_;
  std::unique_ptr<Caller> caller_;
  std::size_t taken_ = 0;
  std::map<std::uint64_t, View> views_;
  std::uint64_t last_number_ = 0;
  std::uint64_t position_ = 0;
};

View truth(ServiceWorld& world, const RoomKey& room) {
  View view{room, {}, {}};
  for (const LockShown& lock : world.state.locks.list(room)) {
    view.locks[lock.place.key.id.value() + " " + lock.place.field.text()] =
        lock.holder.session.value() + " " + std::to_string(lock.fence.value());
  }
  for (const Present& one : world.state.presence.list(room)) {
    view.presence[(one.id ? one.id->value() : "") + " " + one.session.value()] = one.state;
  }
  return view;
}

struct Play {
  explicit Play(std::uint32_t seed) : random(seed) {
    Caller maker(world, "maker");
    for (const char* id : {"1", "2"}) maker.ask(create("Car", id));
    maker.ask(create("Boat", "1"));
    for (const char* user : {"ann", "ben", "cem", "dan"})
      readers.push_back(std::make_unique<Reader>(world, user));
  }
  std::uint64_t dice(std::uint64_t sides) { return random() % sides; }

  void step() {
    Reader& one = *readers[dice(readers.size())];
    Caller& caller = one.caller();
    const RoomKey& room = rooms()[dice(rooms().size())];
    static const char* const fields[] = {"a", "a.b", "c", "d"};
    const LockPlace place{key_of(dice(3) == 0 ? "Boat" : "Car", "1"), path_of(fields[dice(4)])};
    const std::uint64_t some =
        one.views().empty()
            ? 0
            : std::next(one.views().begin(), static_cast<std::ptrdiff_t>(dice(one.views().size())))->first;
    switch (dice(12)) {
      case 0:
        return one.join(room);
      case 1:
        return one.leave(some);
      case 2:
        if (dice(3) == 0) one.break_off();
        return;
      case 3:
        caller.sink.stuck = true;
        return;
      case 4:
        return drain(one);
      case 5:
      case 6:
        caller.send(Presence{SubscriptionId{some},
                             dice(3) == 0 ? std::nullopt : std::optional(std::to_string(dice(9)))});
        return;
      case 7:
        caller.send(Unlock{place, Fence{1 + dice(60)}});
        return;
      case 8:
        world.now = world.now.load() + std::chrono::seconds(dice(4));
        world.state.presence.sweep();
        return;
      case 9:
        caller.send(set("Car", "1", 1, "x", Strategy::latest_wins));
        return;
      default:
        caller.send(Lock{place, {}, dice(3) == 0, {}});
    }
  }
  void drain(Reader& one) {
    one.caller().sink.drain();
    one.caller().subscriber.drained();
  }
  // Lets the writer finish what it was asked, and everybody read it.
  void rest() {
    world.now = world.now.load() + 20s;
    world.state.presence.sweep();
    Caller asker(world, "asker");
    for (int i = 0; i < 8; ++i) {
      for (auto& one : readers) drain(*one);
      asker.ask(Unlock{{key_of("Car", "1"), {}}, Fence{999'999}});
      world.now = world.now.load() + 200ms;
      world.hub.flush();
    }
    for (auto& one : readers) one->read();
  }

  ServiceWorld world;
  std::mt19937 random;
  std::vector<std::unique_ptr<Reader>> readers;
};

}  // namespace

TEST_CASE(
    "RoomState: whoever is slow, breaks off or comes back knows at rest what holds in its rooms [law 3]") {
  const auto first = static_cast<std::uint32_t>(coterie::testing::seed());
  MESSAGE("COTERIE_SEED=", first);
  std::size_t compared = 0, locks = 0, present = 0;
  for (std::uint32_t seed = first; seed < first + 12; ++seed) {
    CAPTURE(seed);
    Play play(seed);
    for (int round = 0; round < 4; ++round) {
      for (int step = 0; step < 60; ++step) {
        play.step();
        if (play.dice(3) == 0) play.world.hub.flush();
      }
      play.rest();
      for (const auto& reader : play.readers) {
        REQUIRE(reader->caller().subscriber.live());
        for (const auto& [number, view] : reader->views()) {
          const View expected = truth(play.world, view.room);
          CHECK(view.locks == expected.locks);
          CHECK(view.presence == expected.presence);
          ++compared;
          locks += view.locks.size();
          present += view.presence.size();
        }
      }
    }
  }
  CHECK(compared > 50);
  CHECK(locks > 20);
  CHECK(present > 20);
}
