// What delivery costs besides the send: rooms, batches, frames and the turn, into sinks that drop what they
// get. Prints ns for each (subscriber, turn) and each (subscriber, event), the medians of several runs;
// publishing (which is once for each event, however many listen) stands apart from handing out.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "server/sync/hub.hpp"

namespace coterie {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRuns = 9;

class NullSink final : public FrameSink {
 public:
  void send(FramePtr frame) override { bytes += frame->bytes().size(); }
  std::size_t queued_bytes() const override { return 0; }
  void close(CloseCode, std::string) override {}
  std::size_t bytes = 0;
};

struct Member {
  explicit Member(Hub& hub) : subscriber({UserId{"u"}, SessionId{"s"}, ClientId{"c"}}, sink, hub, 1 << 20) {}
  void join(Hub& hub, std::uint64_t number, RoomKey room) {
    subscriber.add(SubscriptionId{number}, std::move(room));
    subscriber.join(SubscriptionId{number}, hub.head());
  }
  NullSink sink;
  Subscriber subscriber;
};

DataSyncEvent event_of(std::uint64_t seq, const std::string& type, const std::string& id) {
  DataSyncEvent event;
  event.seq = Seq{seq};
  event.key = {EntityType{type}, EntityId{id}};
  event.operation = EventOperation::update;
  event.version = Version{seq};
  event.set = "{\"status\":\"approved\",\"note\":\"" + std::string(40, 'n') + "\"}";
  event.unset = "[]";
  event.user_id = UserId{"u7"};
  event.session_id = SessionId{"s1"};
  event.client_id = ClientId{"c9"};
  event.mutation_id = MutationId{"0193a1b2-0000-7000-8000-000000000000"};
  return event;
}

struct Scene {
  const char* name;
  std::size_t members;
  std::size_t events;  // of one turn
  std::size_t turns;
  // Joins the rooms of the i-th member, names the entity of the i-th event.
  void (*join)(Hub& hub, Member& member, std::size_t i);
  EntityKey (*entity)(std::size_t i);
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double ns(Clock::duration duration) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

void run(const Scene& scene) {
  std::vector<double> per_publish, per_turn, per_event;
  for (int run = 0; run < kRuns; ++run) {
    Hub hub({}, Seq{0}, [](auto, auto, auto, auto) { std::abort(); });
    std::vector<std::unique_ptr<Member>> members;
    for (std::size_t i = 0; i < scene.members; ++i) {
      members.push_back(std::make_unique<Member>(hub));
      scene.join(hub, *members.back(), i);
    }
    std::size_t deliveries = 0;
    hub.when_turned([&](const TurnReport& report) { deliveries += report.deliveries; });
    Clock::duration publishing{0}, flushing{0};
    std::uint64_t seq = 0;
    std::size_t next = 0;
    std::vector<DataSyncEvent> events;
    for (std::size_t turn = 0; turn < scene.turns; ++turn) {
      events.clear();
      for (std::size_t i = 0; i < scene.events; ++i) {
        const EntityKey key = scene.entity(next++);
        events.push_back(event_of(++seq, key.type.value(), key.id.value()));
      }
      const auto start = Clock::now();
      hub.publish(events);
      const auto published = Clock::now();
      hub.flush();
      publishing += published - start;
      flushing += Clock::now() - published;
    }
    std::size_t sent_turns = scene.members * scene.turns;
    if (deliveries < sent_turns) sent_turns = deliveries;  // rooms that did not speak each turn
    per_publish.push_back(ns(publishing) / static_cast<double>(scene.events * scene.turns));
    per_turn.push_back(ns(flushing) / static_cast<double>(sent_turns));
    per_event.push_back(ns(flushing) / static_cast<double>(deliveries));
  }
  std::printf("%-46s %12.0f %18.1f %18.2f\n", scene.name, median(per_publish), median(per_turn),
              median(per_event));
}

// Many who come back at once, each with the same gap.
void run_return(std::size_t members_count, std::size_t gap) {
  std::vector<double> per_member;
  for (int run = 0; run < kRuns; ++run) {
    Hub hub({}, Seq{0}, [](auto, auto, auto, auto) { std::abort(); });
    for (std::uint64_t seq = 1; seq <= gap; ++seq) {
      hub.publish({event_of(seq, seq % 10 == 0 ? "Car" : "Noise", "e" + std::to_string(seq % 100))});
    }
    hub.flush();
    std::vector<std::unique_ptr<Member>> members;
    for (std::size_t i = 0; i < members_count; ++i) {
      members.push_back(std::make_unique<Member>(hub));
      Subscriber& subscriber = members.back()->subscriber;
      subscriber.add(SubscriptionId{1}, {EntityType{"Car"}, std::nullopt});
      subscriber.join(SubscriptionId{1}, Seq{0});
      subscriber.fall_behind(Seq{0});
    }
    const auto start = Clock::now();
    const auto all_live = [&] {
      return std::all_of(members.begin(), members.end(),
                         [](const auto& one) { return one->subscriber.live(); });
    };
    do {
      for (int i = 0; i < 50; ++i) hub.flush();
    } while (!all_live());
    per_member.push_back(ns(Clock::now() - start) / static_cast<double>(members_count));
  }
  std::printf("%zu come back over %zu events, a tenth of them theirs: %.1f us each\n", members_count, gap,
              median(per_member) / 1000);
}

EntityKey car(std::size_t i) { return {EntityType{"Car"}, EntityId{"c" + std::to_string(i % 50)}}; }
EntityKey car_or_boat(std::size_t i) {
  return {EntityType{i % 2 == 0 ? "Car" : "Boat"}, EntityId{"c" + std::to_string(i % 50)}};
}
EntityKey of_thousand(std::size_t i) {
  return {EntityType{"Car"}, EntityId{"c" + std::to_string(i * 7 % 1000)}};
}

}  // namespace
}  // namespace coterie

int main() {
  using namespace coterie;
  const auto in_type = [](Hub& hub, Member& member, std::size_t) {
    member.join(hub, 1, {EntityType{"Car"}, {}});
  };
  const auto in_one_of_thousand = [](Hub& hub, Member& member, std::size_t i) {
    member.join(hub, 1, {EntityType{"Car"}, EntityId{"c" + std::to_string(i % 1000)}});
  };
  const auto in_two_types = [](Hub& hub, Member& member, std::size_t) {
    member.join(hub, 1, {EntityType{"Car"}, {}});
    member.join(hub, 2, {EntityType{"Boat"}, {}});
  };
  const auto in_type_and_entity = [](Hub& hub, Member& member, std::size_t i) {
    member.join(hub, 1, {EntityType{"Car"}, {}});
    member.join(hub, 2, {EntityType{"Car"}, EntityId{"c" + std::to_string(i % 50)}});
  };
  const auto in_type_and_foreign = [](Hub& hub, Member& member, std::size_t i) {
    member.join(hub, 1, {EntityType{"Car"}, {}});
    member.join(hub, 2, {EntityType{"Boat"}, EntityId{"c" + std::to_string(i % 50 / 2 * 2 + 1)}});
  };
  std::printf("%-46s %12s %18s %18s\n", "ns", "publish/event", "(subscriber,turn)", "(subscriber,event)");
  run({"100 in a room, 20 events a turn", 100, 20, 2000, in_type, car});
  run({"100 in a room, 100 events a turn", 100, 100, 500, in_type, car});
  run({"1000 in a room, 1 event a turn", 1000, 1, 1000, in_type, car});
  run({"1000 rooms of 10, 20 events a turn", 10'000, 20, 500, in_one_of_thousand, of_thousand});
  run({"100 in the same two rooms, 20 events a turn", 100, 20, 2000, in_two_types, car_or_boat});
  run({"100 in a type and one record of it, 20 a turn", 100, 20, 2000, in_type_and_entity, car});
  run({"100 in a type and a record of another, 20 a turn", 100, 20, 2000, in_type_and_foreign, car_or_boat});
  run_return(1000, 10'000);
  return 0;
}
