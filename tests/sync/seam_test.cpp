// The promise of order held against chance: many clients with rooms of their own and sockets of their own
// slowness, under one seed; a log that answers late; a ring too small for some.
#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <random>
#include <set>

#include "protocol/encode.hpp"
#include "server/sync/hub.hpp"
#include "tests/sync/recording_sink.hpp"
#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

const char* const kTypes[] = {"A", "B", "C"};

struct LogRead {
  std::uint64_t subscriber;
  Seq after;
  std::vector<RoomKey> rooms;
};

struct World;

struct Client {
  explicit Client(World& world);

  World& world;
  RecordingSink sink;
  Subscriber subscriber;
  // What it is owed: (seq, index) of the events of its rooms, and where its other messages stand.
  struct Room {
    RoomKey room;
    Seq from;
    Seq until{UINT64_MAX};  // the head when it left
  };
  std::vector<Room> rooms;
  std::set<std::pair<std::uint64_t, std::string>> got;
  std::uint64_t position = 0;
  std::uint64_t last_event = 0;
  std::uint64_t next_number = 1;

  bool wants(const DataSyncEvent& event, bool still) const {
    for (const Room& room : rooms) {
      const bool in_room =
          room.room.type == event.key.type && (!room.room.id || *room.room.id == event.key.id);
      const bool in_time =
          room.from < event.seq && (still ? room.until == Seq{UINT64_MAX} : event.seq <= room.until);
      if (in_room && in_time) return true;
    }
    return false;
  }
  void read_frames();
};

struct World {
  explicit World(std::uint32_t seed)
      : random(seed),
        hub(options(random), Seq{0}, [this](std::uint64_t subscriber, Seq after, auto rooms, auto) {
          reads.push_back({subscriber, after, std::move(rooms)});
        }) {
    for (int i = 0; i < 6; ++i) clients.push_back(std::make_unique<Client>(*this));
  }

  static HubOptions options(std::mt19937& random) {
    HubOptions options;
    options.ring_events = 5 + random() % 60;
    options.stretch_bytes = 300 + random() % 3000;
    options.stretch_events = 3 + random() % 30;
    options.turn_bytes = 1000 + random() % 5000;
    options.log_reads = 1 + random() % 3;
    return options;
  }
  bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }

  RoomKey any_room() {
    const char* type = kTypes[random() % 3];
    return chance(50) ? room_of(type) : room_of(type, std::to_string(random() % 3));
  }

  void publish() {
    const std::uint64_t seq = hub.head().value() + 1;
    std::vector<DataSyncEvent> commit;
    std::set<EntityKey> used;
    for (std::uint32_t i = 0; i <= random() % 3; ++i) {
      DataSyncEvent event =
          event_of(seq, kTypes[random() % 3], std::to_string(random() % 3), i, random() % 60);
      if (used.insert(event.key).second) commit.push_back(std::move(event));
    }
    history.insert(history.end(), commit.begin(), commit.end());
    hub.publish(commit);
  }

  void join(Client& client) {
    const RoomKey room = any_room();
    hub.settle();
    const SubscriptionId id{client.next_number++};
    client.subscriber.add(id, room);
    client.subscriber.join(id, hub.head());
    client.rooms.push_back({room, hub.head()});
    client.subscriber.push_at(hub.head(),
                              "{\"type\":\"subscribed\",\"seq\":" + std::to_string(hub.head().value()) + "}");
  }

  void leave(Client& client) {
    if (client.subscriber.subscriptions().empty()) return;
    auto it = client.subscriber.subscriptions().begin();
    std::advance(it, random() % client.subscriber.subscriptions().size());
    const std::uint64_t number = it->first.value();
    client.rooms.at(number - 1).until = hub.head();
    client.subscriber.remove(SubscriptionId{number});
  }

  void answer_log() {
    if (reads.empty()) return;
    const LogRead read = reads.front();
    reads.pop_front();
    Subscriber* subscriber = nullptr;
    for (auto& client : clients) {
      if (client->subscriber.number() == read.subscriber) subscriber = &client->subscriber;
    }
    LogStretch stretch{read.after, {}, hub.head()};
    std::uint64_t left = 1 + random() % 20;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const DataSyncEvent& event = history[i];
      if (event.seq <= read.after) continue;
      const bool new_commit = i == 0 || history[i - 1].seq != event.seq;
      if (new_commit && left == 0) {
        stretch.up_to = Seq{event.seq.value() - 1};
        break;
      }
      left -= left > 0 ? 1 : 0;
      for (const RoomKey& room : read.rooms) {
        if (room.type != event.key.type || (room.id && *room.id != event.key.id)) continue;
        stretch.events.push_back({event.seq, event.key, encode(event)});
        break;
      }
    }
    hub.log_read(subscriber, stretch);
  }

  void drain(Client& client) {
    client.sink.drain();
    client.subscriber.drained();
  }

  void step() {
    Client& client = *clients[random() % clients.size()];
    switch (random() % 12) {
      case 0:
        join(client);
        break;
      case 1:
        if (chance(30)) leave(client);
        break;
      case 2:
        client.sink.stuck = true;
        break;
      case 3:
        drain(client);
        break;
      case 4:
        client.subscriber.ping();
        break;
      case 5:
        client.subscriber.push(R"({"type":"ok"})");
        break;
      case 6:
        answer_log();
        break;
      case 7:
        if (chance(10)) *(&clients[random() % clients.size()]) = std::make_unique<Client>(*this);
        break;
      default:
        publish();
    }
    if (chance(40)) turn();
  }
  void turn() {
    hub.flush();
    for (auto& one : clients) one->read_frames();
  }
  void come_to_rest() {
    for (int i = 0; i < 2000; ++i) {
      for (auto& client : clients) drain(*client);
      answer_log();
      turn();
    }
  }

  std::mt19937 random;
  std::deque<LogRead> reads;
  std::vector<DataSyncEvent> history;
  Hub hub;
  std::vector<std::unique_ptr<Client>> clients;
};

Client::Client(World& world)
    : world(world), subscriber(author_of("u"), sink, world.hub, 300 + world.random() % 2000) {}

void Client::read_frames() {
  std::uint64_t commit_of_last_frame = last_event;
  for (const FramePtr& frame : sink.frames) {
    for (const auto& message : RecordingSink::messages(*frame)) {
      const std::string_view type = message.at("type").as_string();
      if (type == "ok") continue;
      const auto seq = message.at("seq").to_number<std::uint64_t>();
      CHECK_MESSAGE(seq >= position, "the position moves back, by ", std::string(type));
      if (type == "event") {
        CHECK_MESSAGE(seq > commit_of_last_frame, "a commit in two frames");
        const std::string key = std::string(message.at("entityType").as_string()) + "/" +
                                std::string(message.at("entityId").as_string());
        CHECK_MESSAGE(got.emplace(seq, key).second, "twice: ", seq, " ", key);
        last_event = seq;
      } else {
        // All up to here has been sent.
        for (const DataSyncEvent& event : world.history) {
          if (event.seq.value() > seq) break;
          const std::string key = event.key.type.value() + "/" + event.key.id.value();
          if (wants(event, true)) CHECK_MESSAGE(got.contains({event.seq.value(), key}), "missing at ", seq);
        }
      }
      position = std::max(position, seq);
    }
    commit_of_last_frame = last_event;
  }
  sink.frames.clear();
}

}  // namespace

TEST_CASE(
    "Hub: under any order of joins, stalls and returns each event comes once, in order, whole [law 3]") {
  const std::uint32_t first = 20261123;
  for (std::uint32_t seed = first; seed < first + 150; ++seed) {
    CAPTURE(seed);
    World world(seed);

    for (int i = 0; i < 400; ++i) world.step();
    world.come_to_rest();

    for (auto& client : world.clients) {
      REQUIRE(client->subscriber.live());
      std::size_t owed = 0;
      for (const DataSyncEvent& event : world.history) {
        const std::string key = event.key.type.value() + "/" + event.key.id.value();
        const bool got = client->got.contains({event.seq.value(), key});
        if (client->wants(event, true)) REQUIRE_MESSAGE(got, "missing ", event.seq.value(), " ", key);
        if (got) REQUIRE_MESSAGE(client->wants(event, false), "not asked for: ", event.seq.value(), " ", key);
        owed += got ? 1 : 0;
      }
      CHECK(owed == client->got.size());
    }
  }
}
