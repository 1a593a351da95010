// The locks as the rooms have been told of them: the sequencer's table as it stood after the newest group
// that was published. Whoever joins is shown these, and every later change follows, so no lock is missed and
// none is seen twice. Thread: loop. Laws 3, 6.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/lock_table.hpp"

namespace coterie {

class LockMirror {
 public:
  static constexpr std::size_t kMostShown = 1000;  // of one room, the newest

  void apply(const LockChange& change);
  std::vector<LockShown> list(const RoomKey& room, HeldLock::Time now) const;
  std::vector<LockShown> newest(std::size_t most, HeldLock::Time now) const;  // of all records
  // The one at exactly this place; `field` empty: that of the whole record.
  std::optional<LockShown> find(const EntityKey& key, const std::string& field, HeldLock::Time now) const;
  std::vector<EntityKey> locked(
      const RoomKey& room) const;  // the records of it, sorted; as many as are shown
  std::size_t size() const { return locks_.size(); }

 private:
  static std::vector<LockShown> newest_of(std::vector<const HeldLock*> found, std::size_t most,
                                          HeldLock::Time now);
  std::map<LockPlace, HeldLock> locks_;
};

LockShown shown(const HeldLock& lock, HeldLock::Time now);

}  // namespace coterie
