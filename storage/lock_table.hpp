// Who holds which field of which record. A lock is a lease: it ends by itself, and each carries a fence, a
// number that is larger for every later one. In memory alone: a restart frees everything, and the numbers go
// on. A place conflicts with itself, with what lies above and below it, and with the whole record; the locks
// of one session never conflict with each other.
//
//   free ── lock ──▶ held ── unlock, the end of its session or of its record ──▶ released
//                     │ ├── its lease is over ──────────────────────────────────▶ expired
//                     │ ├── somebody steals it ─────────────────────────────────▶ taken
//                     │ └── its holder's rights reach it no more ───────────────▶ lost
//                     └── lock with its fence, an edit by its holder: renewed
//
// Steady time comes in as a parameter. Thread: sequencer. Laws 1, 6.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/lock_messages.hpp"
#include "storage/author.hpp"

namespace coterie {

struct HeldLock {
  using Time = std::chrono::steady_clock::time_point;
  LockPlace place;
  LockHolder holder;
  Fence fence;
  std::chrono::milliseconds lease{0};
  Time ends;
  Roles roles{};  // of its holder, as last heard

  std::chrono::milliseconds left(Time now) const {
    return std::chrono::ceil<std::chrono::milliseconds>(std::max(ends - now, Time::duration{}));
  }
};

// What happened to a lock, in order.
struct LockChange {
  enum class Kind { acquired, moved, renewed, released, expired, taken, lost };
  Kind kind{};
  HeldLock lock;
  std::optional<LockHolder> by;  // of taken: who took it
  Seq after;                     // the commit it follows
};

// Error: not_holder, limit.
using LockOutcome = std::variant<Locked, Denied, Unlocked, Error>;

class LockTable {
 public:
  using Time = HeldLock::Time;
  using NextFence = std::function<Fence()>;
  using MayHold = std::function<bool(const HeldLock&)>;

  // `most`: locks of one session.
  explicit LockTable(std::size_t most = 64) : most_(most) {}

  // `next_fence` is called only where a new lock is granted.
  LockOutcome lock(const Lock& request, const Author& author, Time now, const NextFence& next_fence);
  LockOutcome unlock(const Unlock& request, const Author& author);

  // ---- for decide ----
  bool empty() const { return by_fence_.empty(); }
  std::size_t size() const { return by_fence_.size(); }
  bool has(const EntityKey& key) const { return by_entity_.contains(key); }
  // Every lock that a change of this place meets: those above it first, its own, then those below.
  std::vector<const HeldLock*> on(const LockPlace& place) const;
  const HeldLock* find(Fence fence) const;

  // ---- what ends and renews locks besides ----
  void used(Fence fence, Time now);  // by its holder: the lease begins anew
  void expire(Time now);
  void end_session(const SessionId& session);
  void end_record(const EntityKey& key);  // it was deleted
  // Those end that may not be held any more: of a record that was changed, of a user whose roles are others
  // now, or of all, where the rules are.
  void review(const EntityKey& key, const MayHold& may_hold);
  void review(const UserId& user, const Roles& roles, const MayHold& may_hold);
  void review(const MayHold& may_hold);
  std::optional<Time> next_end() const;

  // ---- a group ----
  // What is done from begin() on is taken back by undo(), its changes with it; keep() lets it stand.
  void begin();
  void keep();
  void undo();
  const std::vector<LockChange>& changes() const { return changes_; }
  std::vector<LockChange> take_changes() { return std::exchange(changes_, {}); }
  // Changes from now on follow this commit.
  void at(Seq seq) { at_ = seq; }

 private:
  // By the text of the field, so that all below a field stand behind it in one stretch.
  using Fields = std::map<std::string, HeldLock>;

  const HeldLock* at_place(const LockPlace& place) const;
  void lose(const HeldLock& held);
  LockOutcome renew(const HeldLock& held, const Lock& request, const Author& author, Time now);
  std::size_t count(const SessionId& session) const;  // of the locks it holds
  void put(HeldLock lock);
  void erase(Fence fence);
  void put_raw(HeldLock lock);
  void erase_raw(Fence fence);
  void change(LockChange::Kind kind, HeldLock lock, std::optional<LockHolder> by = std::nullopt);

  std::size_t most_;
  std::unordered_map<EntityKey, Fields> by_entity_;
  std::unordered_map<Fence, LockPlace> by_fence_;
  std::unordered_map<SessionId, std::set<Fence>> by_session_;
  std::set<std::pair<Time, Fence>> by_end_;

  std::vector<LockChange> changes_;
  std::size_t changes_before_ = 0;  // of this group
  Seq at_;
  bool recording_ = false;
  std::vector<std::pair<Fence, std::optional<HeldLock>>> undo_;  // what stood there before; absent: nothing
};

}  // namespace coterie
