#include "tests/model/oracle.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "storage/draft.hpp"
#include "tests/model/breach.hpp"
#include "tests/model/types.hpp"

namespace coterie::model {
namespace {

bool passes(const RoomKey& room, const Entity& entity) {
  if (room.filter.empty()) return true;
  static std::map<std::string, Filter> parsed;
  auto found = parsed.find(room.filter);
  if (found == parsed.end())
    found = parsed.emplace(room.filter, Filter::parse(boost::json::parse(room.filter)).value()).first;
  return found->second.matches(entity.meta, boost::json::parse(entity.data).as_object());
}

}  // namespace

Oracle::Oracle(Epoch epoch)
    : epoch_(std::move(epoch)), store_(make_memory_store(MemoryStoreOptions{epoch_, 1'000'000})) {
  require(store_->adopt(*model_types()).has_value(), "the oracle's store does not adopt the types");
}

Verdict Oracle::decide(const Mutation& mutation, const Author& author, Timestamp now,
                       std::deque<EntityId>& made) {
  static const NumberFormats kNumbers;
  DecideContext context;
  context.author = author;
  context.now = now;
  context.epoch = epoch_;
  context.numbers = &kNumbers;
  context.types = model_types().get();
  context.make_id = [&made] {
    require(!made.empty(), "the oracle made an id where the server made none");
    EntityId id = made.front();
    made.pop_front();
    return id;
  };
  cache_.clear();
  Draft draft(*store_, cache_, head());
  Decision decision = coterie::decide(mutation, context, draft);
  Verdict verdict{std::move(decision.outcome), {}, std::move(decision.overwritten)};
  if (!draft.batch().empty()) {
    const Result<void> stored = store_->commit(draft.batch());
    require(stored.has_value(), "the oracle's store refused a batch");
    verdict.events = draft.committed();
  }
  for (const DataSyncEvent& event : verdict.events) remember(event);
  laws_.decided(mutation, author, verdict.outcome, verdict.events);
  return verdict;
}

void Oracle::remember(const DataSyncEvent& event) {
  const Result<std::optional<Entity>> now = store_->get(event.key);
  require(now.has_value(), "the oracle's store cannot be read");
  log_.push_back(event);
  states_[event.key].push_back({event.seq, event.version, *now});
}

std::size_t Oracle::first_after(Seq seq) const {
  const auto found = std::partition_point(log_.begin(), log_.end(),
                                          [&](const DataSyncEvent& event) { return event.seq <= seq; });
  return static_cast<std::size_t>(found - log_.begin());
}

const DataSyncEvent* Oracle::find(Seq seq, const EntityKey& key) const {
  if (seq.value() == 0) return nullptr;
  for (std::size_t i = first_after(Seq{seq.value() - 1}); i < log_.size() && log_[i].seq == seq; ++i) {
    if (log_[i].key == key) return &log_[i];
  }
  return nullptr;
}

std::optional<Entity> Oracle::at(const EntityKey& key, Seq seq) const {
  const auto found = states_.find(key);
  if (found == states_.end()) return std::nullopt;
  const auto& states = found->second;
  const auto after = std::partition_point(states.begin(), states.end(),
                                          [&](const State& state) { return state.seq <= seq; });
  return after == states.begin() ? std::nullopt : std::prev(after)->entity;
}

std::optional<Entity> Oracle::at_version(const EntityKey& key, Version version) const {
  const auto found = states_.find(key);
  if (found == states_.end() || version.value() == 0 || version.value() > found->second.size())
    return std::nullopt;
  return found->second[version.value() - 1].entity;
}

std::map<EntityId, Entity> Oracle::room_at(const RoomKey& room, Seq seq) const {
  std::map<EntityId, Entity> entities;
  for (const auto& [key, states] : states_) {
    if (key.type != room.type || (room.id && *room.id != key.id)) continue;
    auto entity = at(key, seq);
    if (entity && passes(room, *entity)) entities.emplace(key.id, std::move(*entity));
  }
  return entities;
}

std::optional<Membership> Oracle::membership(const RoomKey& room, const DataSyncEvent& event) const {
  if (event.key.type != room.type) return std::nullopt;
  const auto before = at(event.key, Seq{event.seq.value() - 1});
  const auto after = at(event.key, event.seq);
  const bool was = before && passes(room, *before);
  const bool is = after && passes(room, *after);
  if (was) return is || !after ? Membership::stays : Membership::leaves;
  return is ? std::optional(Membership::enters) : std::nullopt;
}

}  // namespace coterie::model
