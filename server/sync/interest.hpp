// What one subscriber wants of the past: its rooms, and for each the seq after which it wants events. Made
// for one stretch of catching up and held against every event of it, so it asks for numbers first and for
// names last. Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/messages.hpp"

namespace coterie {

struct EventHash {
  std::uint64_t type = 0;
  std::uint64_t entity = 0;
};
EventHash hash_of(const EntityKey& key);

class Interest {
 public:
  void add(const RoomKey& room, Seq from);  // of two for one room the earlier counts
  void finish();                            // before the first question
  bool empty() const { return wanted_.empty(); }
  bool wants(const EventHash& hash, const EntityKey& key, Seq seq) const;
  std::vector<RoomKey> rooms() const;

 private:
  struct Wanted {
    std::uint64_t hash;
    RoomKey room;
    Seq from;
  };
  bool matches(std::uint64_t hash, bool by_entity, const EntityKey& key, Seq seq) const;
  std::vector<Wanted> wanted_;  // sorted by hash
};

}  // namespace coterie
