// Locks, presence and signals as sessions meet them: with the real writer, on a loop that the test turns.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

LockPlace car(const std::string& field) {
  return {key_of("Car", "1"), field.empty() ? FieldPath{} : path_of(field)};
}
Lock lock(const std::string& field, bool steal = false) { return Lock{car(field), {}, steal, {}}; }
Presence present(std::uint64_t subscription, std::optional<std::string> state) {
  return {SubscriptionId{subscription}, std::move(state)};
}

struct World : ServiceWorld {
  World() { Caller(*this, "maker").ask(create("Car", "1", R"({"price":1,"note":"n"})")); }

  // Lets the writer finish all it has, and the loop what came of it.
  void settle(Caller& caller) {
    caller.ask(Ping{}), caller.ask(Unlock{car("none"), Fence{999}}), hub.flush();
  }
};

// "acquired price ann 1", "+ann -ben", "typing ann", "state", "event": what it was pushed, besides answers.
std::string word(const json::object& message) {
  const std::string type = text_of(message, "type");
  if (type == "lock") {
    return text_of(message, "state") + " " + (message.contains("field") ? text_of(message, "field") : "*") +
           " " + std::string(message.at("holder").at("userId").as_string());
  }
  if (type == "signal") return text_of(message, "name") + " " + text_of(message, "userId");
  if (type != "presence") return brief(message);
  std::string text = message.contains("entityId") ? "record" : "type";
  for (const auto& [list, mark] : {std::pair{"joins", " +"}, {"updates", " ~"}, {"leaves", " -"}}) {
    for (const auto& one : message.at(list).as_array()) {
      text += mark;
      text += one.at("userId").as_string();
    }
  }
  return text;
}
// What came unasked, but for notifications: who loses a lock is left one as well.
Texts pushes(Caller& caller) {
  Texts texts;
  for (const json::object& message : caller.stream()) {
    if (!message.contains("id") && text_of(message, "type") != "notification") texts.push_back(word(message));
  }
  return texts;
}
Texts held(const json::object& message) {
  Texts texts;
  for (const auto& one : message.at("locks").as_array()) {
    const json::object& lock = one.as_object();
    texts.push_back((lock.contains("field") ? text_of(lock, "field") : "*") + " " +
                    std::string(lock.at("holder").at("userId").as_string()));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}
Texts here(const json::object& message) {
  Texts texts;
  for (const auto& one : message.at("presence").as_array()) {
    texts.push_back(text_of(one.as_object(), "userId") + " " + json::serialize(one.at("state")));
  }
  return texts;
}

// A script that asks on behalf of a session, over HTTP.
struct Script final : Requester {
  explicit Script(World& world, Author author) : Requester(std::move(author)), world(world) {
    world.requesters.add(*this);
  }
  ~Script() override { world.requesters.remove(*this); }
  void answer(RequestId id, Answer given) override { text = encode_answer(id, given); }
  json::object ask(ClientBody body) {
    text.clear();
    world.dispatcher.handle(*this, {RequestId{1}, std::move(body)});
    world.until([&] { return !text.empty(); });
    return object_of(text);
  }
  World& world;
  std::string text;
};

}  // namespace

TEST_CASE("RoomState: a lock is told to the rooms of its record, once to each, among the events [law 3]") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben"), cem(world, "cem");
  ann.ask(subscribe_to(1, room_of("Car", "1")));
  ben.ask(subscribe_to(1, room_of("Car")));
  ben.ask(subscribe_to(2, room_of("Car", "1")));
  cem.ask(subscribe_to(1, room_of("Boat")));

  const auto locked = ann.ask(lock("price"));
  const auto denied = ben.ask(lock(""));
  ben.ask(set("Car", "1", 1, "x"));
  ann.ask(Unlock{car("price"), Fence{number_of(locked, "fence")}});
  world.settle(cem);

  CHECK(text_of(locked, "type") == "locked");
  CHECK(number_of(locked, "ttlMs") == 30'000);
  CHECK(text_of(denied, "type") == "denied");
  CHECK(text_of(denied, "field") == "price");
  CHECK(std::string(denied.at("holder").at("sessionId").as_string()) == "session-ann");
  const Texts expected{"acquired price ann", "event 2 Car/1", "released price ann"};
  CHECK(pushes(ann) == expected);
  CHECK(pushes(ben) == expected);
  CHECK(pushes(cem).empty());
}

TEST_CASE("RoomState: who joins is shown the locks of that moment, and every later change follows [law 3]") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben");
  ann.ask(lock("price"));
  ann.ask(lock("note"));
  world.now = world.now.load() + 10s;

  const auto joined = ben.ask(subscribe_to(1, room_of("Car", "1")));
  ann.ask(Unlock{car("note"), Fence{2}});
  const auto other = ben.ask(subscribe_to(2, room_of("Car")));
  const auto boats = ben.ask(subscribe_to(3, room_of("Boat")));

  CHECK(held(joined) == Texts{"note ann", "price ann"});
  CHECK(number_of(joined.at("locks").as_array()[0].as_object(), "ttlMs") == 20'000);
  CHECK(held(other) == Texts{"price ann"});
  CHECK(held(boats).empty());
  CHECK(pushes(ben) == Texts{"released note ann"});
}

TEST_CASE("RoomState: an edit of a locked field is refused with the holder, other fields are free") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben");
  ann.ask(lock("note"));

  const auto refused = ben.ask(set("Car", "1", 1, "x"));
  CHECK(text_of(refused, "code") == "locked");
  CHECK(text_of(refused, "field") == "note");
  CHECK(std::string(refused.at("holder").at("userId").as_string()) == "ann");
  CHECK(text_of(ann.ask(set("Car", "1", 1, "y")), "type") == "committed");
}

TEST_CASE("RoomState: whoever loses a lock is told, in a room or not, and once") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben"), cem(world, "cem");
  ann.ask(lock("price"));
  ben.ask(subscribe_to(1, room_of("Car")));
  ben.ask(lock("note", true));
  cem.ask(lock("", true));
  world.settle(cem);

  CHECK(pushes(ann) == Texts{"taken price cem"});
  CHECK(pushes(ben) == Texts{"acquired note ben", "taken note cem", "taken price cem", "acquired * cem"});
  world.now = world.now.load() + 30s;
  world.settle(ann);
  CHECK(pushes(cem) == Texts{"expired * cem"});
}

TEST_CASE(
    "RoomState: a reader that is behind loses no lock: it is told how things stand when it is live [law 3]") {
  World world;
  Caller ann(world, "ann"), slow(world, "slow", 10);
  slow.ask(subscribe_to(1, room_of("Car", "1")));
  slow.ask(subscribe_to(2, room_of("Boat")));
  SUBCASE("behind for events") {
    slow.sink.stuck = true;
    ann.ask(set("Car", "1", 1, "x"));
    ann.ask(set("Car", "1", 2, "y"));
    ann.ask(lock("price"));
    ann.ask(lock("note"));
    CHECK_FALSE(slow.subscriber.live());
  }
  SUBCASE("behind for locks alone") {
    slow.sink.stuck = true;
    ann.ask(lock("price"));
    ann.ask(lock("note"));
    CHECK_FALSE(slow.subscriber.live());
  }
  slow.stream();
  const std::size_t before = slow.stream().size();
  slow.sink.drain();
  slow.subscriber.drained();
  world.settle(ann);
  for (int i = 0; i < 5 && !slow.subscriber.live(); ++i) {
    slow.subscriber.drained();
    world.settle(ann);
  }

  std::vector<json::object> after(slow.stream().begin() + static_cast<std::ptrdiff_t>(before),
                                  slow.stream().end());
  std::map<std::uint64_t, Texts> states;
  for (const json::object& message : after) {
    if (word(message).starts_with("state ")) states[number_of(message, "subscription")] = held(message);
  }
  REQUIRE(states.size() == 2);
  CHECK(states[1] == Texts{"note ann", "price ann"});
  CHECK(states[2].empty());
  ann.ask(Unlock{car("note"), Fence{2}});
  world.settle(ann);
  CHECK(pushes(slow).back() == "released note ann");
}

TEST_CASE("RoomState: locks and presence end with their session: at once, or with its grace") {
  World world;
  Caller ben(world, "ben");
  ben.ask(subscribe_to(1, room_of("Car", "1")));
  const OpenedSession opened = *world.registry.open(UserId{"ann"}, std::nullopt, world.now);
  RecordingSink sink;
  std::optional<Subscriber> ann(std::in_place, Author{UserId{"ann"}, opened.id, ClientId{"c"}}, sink,
                                world.hub, 1'000'000);
  world.requesters.add(*ann);
  world.registry.attach(opened.id, *ann);
  world.dispatcher.handle(*ann, {RequestId{1}, subscribe_to(1, room_of("Car", "1"))});
  world.dispatcher.handle(*ann, {RequestId{2}, lock("price")});
  world.dispatcher.handle(*ann, {RequestId{3}, present(1, "{}")});
  world.settle(ben);
  const auto leave = [&](bool clean) {
    world.requesters.remove(*ann);
    world.registry.detach(opened.id, *ann, clean, world.now);
    ann.reset();
    world.settle(ben);
  };
  const Texts start{"record +ann", "acquired price ann"};
  const auto seen = [&] {
    Texts all = pushes(ben);
    std::sort(all.begin(), all.end());
    return all;
  };
  CHECK(seen() == Texts{"acquired price ann", "record +ann"});
  const Texts over{"acquired price ann", "record +ann", "record -ann", "released price ann"};

  SUBCASE("closed cleanly") {
    leave(true);
    CHECK(seen() == over);
  }
  SUBCASE("dropped") {
    leave(false);
    world.now = world.now.load() + 14s;
    world.registry.expire(world.now);
    world.state.presence.sweep();
    world.settle(ben);
    CHECK(seen().size() == 2);
    CHECK(here(ben.ask(subscribe_to(2, room_of("Car", "1")))) == Texts{"ann {}"});
    world.now = world.now.load() + 1s;
    world.registry.expire(world.now);
    world.settle(ben);
    CHECK(seen() == over);
  }
}

TEST_CASE(
    "RoomState: who is there is one message a turn, shown to who joins, and gone with the subscription") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben"), cem(world, "cem");
  ann.ask(subscribe_to(1, room_of("Car", "1")));
  ben.ask(subscribe_to(1, room_of("Car")));

  CHECK(text_of(ann.ask(present(1, R"({"field":"price"})")), "type") == "ok");
  ben.ask(present(1, "{}"));
  const auto record = cem.ask(subscribe_to(1, room_of("Car", "1")));
  const auto type = cem.ask(subscribe_to(2, room_of("Car")));
  CHECK(here(record) == Texts{R"(ann {"field":"price"})"});
  CHECK(here(type) == Texts{"ben {}", R"(ann {"field":"price"})"});
  CHECK(text_of(type.at("presence").as_array()[1].as_object(), "entityId") == "1");
  CHECK(pushes(ann) == Texts{"record +ann"});
  CHECK(pushes(ben) == Texts{"record +ann", "type +ben"});

  world.now = world.now.load() + 1s;
  cem.ask(present(1, "{}"));
  ann.ask(Unsubscribe{SubscriptionId{1}});
  world.hub.flush();
  CHECK(pushes(ben) == Texts{"record +ann", "type +ben", "record +cem", "record -ann"});
  CHECK(text_of(ann.ask(present(1, "{}")), "code") == "not_found");
}

TEST_CASE("RoomState: two subscriptions to one room are one presence, until the last is gone") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben");
  ben.ask(subscribe_to(1, room_of("Car", "1")));
  ann.ask(subscribe_to(1, room_of("Car", "1")));
  ann.ask(subscribe_to(2, room_of("Car", "1")));
  ann.ask(present(1, "{}"));
  ann.ask(Unsubscribe{SubscriptionId{1}});
  world.hub.flush();
  CHECK(pushes(ben) == Texts{"record +ann"});
  ann.ask(Unsubscribe{SubscriptionId{2}});
  world.hub.flush();
  CHECK(pushes(ben) == Texts{"record +ann", "record -ann"});
}

TEST_CASE(
    "RoomState: a signal goes to the others in that room now, and is dropped where an outbox is full [law "
    "6]") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben"), full(world, "full", 10), list(world, "list");
  for (Caller* one : {&ann, &ben, &full}) one->ask(subscribe_to(1, room_of("Car", "1")));
  list.ask(subscribe_to(1, room_of("Car")));
  full.sink.stuck = true;
  full.ask(Ping{});

  const auto ok = ann.ask(Signal{SubscriptionId{1}, "typing", R"({"field":"note"})"});
  world.hub.flush();

  CHECK(text_of(ok, "type") == "ok");
  CHECK(pushes(ben) == Texts{"typing ann"});
  CHECK(ben.stream().back().at("data") == value_of(R"({"field":"note"})"));
  CHECK(pushes(ann).empty());
  CHECK(pushes(full).empty());
  CHECK(pushes(list).empty());
  CHECK(text_of(ann.ask(Signal{SubscriptionId{7}, "typing", "1"}), "code") == "not_found");
}

TEST_CASE("RoomState: over HTTP a session is spoken for, and without one nothing is locked or said") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben");
  ann.ask(subscribe_to(1, room_of("Car", "1")));
  ben.ask(subscribe_to(1, room_of("Car", "1")));
  {
    Script script(world, Author{UserId{"ann"}, SessionId{"session-ann"}, ClientId{"http"}});
    CHECK(text_of(script.ask(lock("price")), "type") == "locked");
    CHECK(text_of(script.ask(present(1, "{}")), "type") == "ok");
    CHECK(text_of(script.ask(Signal{SubscriptionId{1}, "typing", "1"}), "type") == "ok");
    CHECK(text_of(script.ask(Unlock{car("price"), Fence{1}}), "type") == "unlocked");
  }
  world.settle(ben);
  Texts seen = pushes(ben);
  std::sort(seen.begin(), seen.end());
  CHECK(seen == Texts{"acquired price ann", "record +ann", "released price ann", "typing ann"});
  for (const json::object& message : ben.stream()) {
    if (text_of(message, "type") == "lock")
      CHECK(message.at("holder").at("clientId").as_string() == "client-ann");
  }

  Script nobody(world, Author{UserId{"ann"}, SessionId{}, ClientId{"http"}});
  CHECK(text_of(nobody.ask(lock("price")), "code") == "bad_request");
  CHECK(text_of(nobody.ask(present(1, "{}")), "code") == "bad_request");
  CHECK(text_of(nobody.ask(Signal{SubscriptionId{1}, "typing", "1"}), "code") == "bad_request");
  Script away(world, Author{UserId{"cem"}, SessionId{"in its grace"}, ClientId{"http"}});
  CHECK(text_of(away.ask(present(1, "{}")), "code") == "unavailable");
}

TEST_CASE("RoomState: many rooms are told in several turns, and none is left out [law 6]") {
  World world;
  Caller ann(world, "ann"), ben(world, "ben");
  ann.ask(lock("price"));
  Hello hello;
  hello.position = Position{world.epoch, world.hub.head()};
  for (std::uint64_t i = 1; i <= 30; ++i) {
    hello.subscriptions.push_back(std::get<Subscribe>(
        subscribe_to(i, i % 2 == 0 ? room_of("Car", "1") : room_of("Boat", std::to_string(i)))));
  }
  ben.hello(std::move(hello));
  world.until([&] { return pushes(ben).size() == 30; });

  for (const json::object& message : ben.stream()) {
    if (message.contains("id")) continue;
    CHECK(held(message).size() == (number_of(message, "subscription") % 2 == 0 ? 1 : 0));
  }
}
