// The words of the protocol as types: an entity's version is never mistaken for a commit's number.
// Every one is a plain value; the textual ones are checked where they enter (see names.hpp), not here.
// Thread: any.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace coterie {

// A value with a name of its own. Two kinds never convert into each other.
template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(std::move(value)) {}
  constexpr const Rep& value() const { return value_; }
  friend auto operator<=>(const Strong&, const Strong&) = default;

 private:
  Rep value_{};
};

using Version = Strong<struct VersionTag, std::uint64_t>;  // of one entity: 1, 2, 3 ... (Law 1)
using Seq = Strong<struct SeqTag, std::uint64_t>;          // of one commit, in commit order; 0: before all
using RequestId = Strong<struct RequestIdTag, std::uint64_t>;            // a client's number for a request
using SubscriptionId = Strong<struct SubscriptionIdTag, std::uint64_t>;  // a client's number for a room

using ConflictId = Strong<struct ConflictIdTag, std::uint64_t>;          // of one in the conflict inbox
using NotificationId = Strong<struct NotificationIdTag, std::uint64_t>;  // ascending
using AnnouncementId = Strong<struct AnnouncementIdTag, std::uint64_t>;

using EntityType = Strong<struct EntityTypeTag, std::string>;
using EntityId = Strong<struct EntityIdTag, std::string>;
using MutationId = Strong<struct MutationIdTag, std::string>;
using UserId = Strong<struct UserIdTag, std::string>;
using SessionId = Strong<struct SessionIdTag, std::string>;  // public: may be shown to others
using ClientId = Strong<struct ClientIdTag, std::string>;    // a label the client chose
using Epoch = Strong<struct EpochTag, std::string>;          // one history of one database

// Wall-clock time in UTC. Shown and stored, never used to decide an order.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// Which record.
struct EntityKey {
  EntityType type;
  EntityId id;
  friend auto operator<=>(const EntityKey&, const EntityKey&) = default;
};

// A point in one history: everything up to and including `seq`. `rights`: what the rights of who holds it
// rested on, of positions that are given to be resumed from; empty: it saw everything.
struct Position {
  Epoch epoch;
  Seq seq;
  std::string rights = {};
  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace coterie

template <class Tag, class Rep>
struct std::hash<coterie::Strong<Tag, Rep>> {
  std::size_t operator()(const coterie::Strong<Tag, Rep>& s) const noexcept {
    return std::hash<Rep>{}(s.value());
  }
};

template <>
struct std::hash<coterie::EntityKey> {
  std::size_t operator()(const coterie::EntityKey& k) const noexcept {
    const std::size_t h = std::hash<coterie::EntityType>{}(k.type);
    return h ^ (std::hash<coterie::EntityId>{}(k.id) + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2));
  }
};
