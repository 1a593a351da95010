// What is true: every mutation decided again, alone, on the memory store, in the order in which the server
// decided it; and the whole log of it, with every state that ever stood. Thread: loop.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/decide.hpp"
#include "storage/head_cache.hpp"
#include "storage/memory_store.hpp"
#include "tests/model/laws.hpp"

namespace coterie::model {

struct Verdict {
  MutationOutcome outcome;
  std::vector<DataSyncEvent> events;
  std::vector<Overwritten> overwritten;
};

class Oracle {
 public:
  explicit Oracle(Epoch epoch);

  // `made` holds the ids that the server made, in their order; those that are needed are taken out.
  Verdict decide(const Mutation& mutation, const Author& author, Timestamp now, std::deque<EntityId>& made);

  const Epoch& epoch() const { return epoch_; }
  Seq head() const { return Seq{log_.empty() ? 0 : log_.back().seq.value()}; }
  const std::vector<DataSyncEvent>& log() const { return log_; }
  std::size_t first_after(Seq seq) const;  // an index into log()
  const DataSyncEvent* find(Seq seq, const EntityKey& key) const;

  // As of a commit. Absent: it was not there.
  std::optional<Entity> at(const EntityKey& key, Seq seq) const;
  std::optional<Entity> at_version(const EntityKey& key, Version version) const;
  std::map<EntityId, Entity> room_at(const RoomKey& room, Seq seq) const;
  // What that event did to the room of a filter; absent: nothing that its members are told.
  std::optional<Membership> membership(const RoomKey& room, const DataSyncEvent& event) const;

 private:
  struct State {
    Seq seq;
    Version version;
    std::optional<Entity> entity;
  };
  void remember(const DataSyncEvent& event);

  Epoch epoch_;
  std::unique_ptr<Store> store_;
  HeadCache cache_{1};
  std::vector<DataSyncEvent> log_;
  std::map<EntityKey, std::vector<State>> states_;
  Laws laws_;
};

}  // namespace coterie::model
