// What one subscriber wants of the past: its rooms, and for each the seq after which it wants events. Made
// for one stretch of catching up and held against every event of it, so it asks for numbers first and for
// names last. Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/filter_watches.hpp"

namespace coterie {

struct EventHash {
  std::uint64_t type = 0;
  std::uint64_t entity = 0;
};
EventHash hash_of(const EntityKey& key);

// The event and the record it left, cut to what the readers of one veil may see.
struct VeiledText {
  std::string veil;  // its text
  std::string message;
  std::string enter_tail = {};
};
// Null: none is there for that veil.
const VeiledText* find_veiled(const std::vector<VeiledText>& texts, const Veil& veil);
// Those of the veils that these watches have, each once.
class VeiledTexts {
 public:
  VeiledTexts(const DataSyncEvent& event, const std::optional<Entity>& entity)
      : event_(event), entity_(entity) {}
  void add(const std::shared_ptr<const Veil>& veil);
  std::vector<VeiledText> take() { return std::move(texts_); }

 private:
  const DataSyncEvent& event_;
  const std::optional<Entity>& entity_;
  std::vector<VeiledText> texts_;
};

// An event of the past, as the ring keeps it or the log is read: encoded, with what it did to filters.
struct PastEvent {
  Seq seq;
  const EntityKey& key;
  EventHash hash;
  std::string_view message;
  const std::vector<Transition>& transitions;
  std::string_view enter_tail;  // of its `enter`, where some filter was entered
  const std::vector<VeiledText>& veiled;
};

// What one subscriber is told of it.
struct PastMessage {
  Seq seq;
  std::string_view shared;  // the event as it was encoded once,
  std::string own = {};     // or an `enter` or a `gone` under this subscriber's own numbers
  std::string_view text() const { return own.empty() ? shared : std::string_view(own); }
};

class Interest {
 public:
  // A filter's room is wanted by what the watch tells; its number stands in what the subscriber is told.
  struct Filtered {
    Watch watch;
    Seq from;
    SubscriptionId number;
    std::optional<Seq> since;  // the ring tells of the watch after this; absent: it is not watched yet
  };

  void add(const RoomKey& room, Seq from);  // of two for one room the earlier counts
  void add(Filtered filtered);
  void finish();  // before the first question
  bool empty() const { return wanted_.empty() && filtered_.empty(); }
  // False: it is told nothing of an event with this hash. The cheap question, before the event is looked at.
  bool may_concern(const EventHash& hash) const;
  bool wants(const EventHash& hash, const EntityKey& key, Seq seq) const;  // by a room without a filter
  // Appends what it is told of the event. What is shared stays with the event.
  void tell(const PastEvent& event, std::vector<PastMessage>& messages) const;
  std::vector<RoomKey> rooms() const;  // those of filters as their types
  std::vector<Watch> watches() const;
  // Whether the ring tells all that is wanted after `seq`.
  bool ring_tells_after(Seq seq) const;
  bool awaits_watch() const;  // some filter is not watched yet

 private:
  // The event as it is told, if it is; null: it is not.
  const std::string_view* told(const PastEvent& event, std::string_view& scratch) const;
  const Filtered* find(WatchId watch) const;
  struct Wanted {
    std::uint64_t hash;
    RoomKey room;
    Seq from;
  };
  bool matches(std::uint64_t hash, bool by_entity, const EntityKey& key, Seq seq) const;
  std::string numbers_of(WatchId watch, Seq seq) const;
  std::vector<Wanted> wanted_;  // sorted by hash
  std::vector<Filtered> filtered_;
  std::vector<std::uint64_t> filtered_types_;  // their hashes, sorted
};

}  // namespace coterie
