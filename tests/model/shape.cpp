#include "tests/model/shape.hpp"

#include <fmt/format.h>

#include "tests/model/dice.hpp"

namespace coterie::model {

Shape random_shape(std::uint64_t seed) {
  Dice dice(seed);
  Shape shape;
  shape.seed = seed;
  shape.stepped = !dice.chance(25);
  shape.steps = dice.between(500, 4000);
  shape.clients = dice.between(2, 8);
  shape.users = dice.between(1, 3);
  shape.fault_percent = dice.chance(40) ? dice.between(1, 15) : 0;
  shape.restarts = dice.chance(40);
  shape.kernel_bytes = dice.pick(std::vector<std::size_t>{1, 500, 3000, 20'000, 200'000});
  shape.outbox_bytes = dice.pick(std::vector<std::size_t>{1, 600, 2000, 6000, 1024 * 1024});
  shape.queue_items = dice.pick(std::vector<std::size_t>{2, 5, 20, 1000});
  shape.group_edits = dice.pick(std::vector<std::size_t>{1, 3, 1000});
  shape.snapshot_bytes = dice.chance(30) ? 1 : 1024 * 1024;
  shape.hub.ring_events = dice.pick(std::vector<std::size_t>{1, 5, 30, 200, 100'000});
  if (dice.chance(20)) shape.hub.ring_bytes = 3000;
  shape.hub.stretch_bytes = dice.pick(std::vector<std::size_t>{1, 800, 4000, 256 * 1024});
  shape.hub.stretch_events = dice.pick(std::vector<std::size_t>{1, 4, 20, 5000});
  if (dice.chance(30)) shape.hub.turn_bytes = dice.pick(std::vector<std::size_t>{1, 1000, 5000});
  if (dice.chance(30)) shape.hub.turn_events = dice.pick(std::vector<std::size_t>{1, 100, 300});
  shape.hub.log_reads = dice.pick(std::vector<std::size_t>{1, 2, 8});
  shape.wire.in_flight = dice.pick(std::vector<std::size_t>{2, 6, 64});
  shape.wire.subscriptions = dice.pick(std::vector<std::size_t>{3, 256});
  shape.wire.page_entities = dice.pick(std::vector<std::size_t>{2, 5, 500});
  shape.wire.page_bytes = dice.pick(std::vector<std::size_t>{1, 700, 5000, 256 * 1024});
  shape.wire.resume_events = dice.pick(std::vector<std::size_t>{10, 60, 400, 1'000'000});
  return shape;
}

std::string to_text(const Shape& shape) {
  return fmt::format(
      "COTERIE_SEED={} {} steps={} clients={} users={} faults={}% restarts={} kernel={} outbox={} queue={} "
      "group={} "
      "snapshots={} ring={}/{} stretch={}/{} turn={}/{} reads={} inFlight={} subs={} page={}/{} resume={}",
      shape.seed, shape.stepped ? "stepped" : "free", shape.steps, shape.clients, shape.users,
      shape.fault_percent, shape.restarts, shape.kernel_bytes, shape.outbox_bytes, shape.queue_items,
      shape.group_edits, shape.snapshot_bytes, shape.hub.ring_events, shape.hub.ring_bytes,
      shape.hub.stretch_bytes, shape.hub.stretch_events, shape.hub.turn_bytes, shape.hub.turn_events,
      shape.hub.log_reads, shape.wire.in_flight, shape.wire.subscriptions, shape.wire.page_entities,
      shape.wire.page_bytes, shape.wire.resume_events);
}

}  // namespace coterie::model
