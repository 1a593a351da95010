// Every message of the protocol as a type: what a client may say (ClientMessage) and what the server says
// (ServerMessage). Decode makes the first, encode writes the second; nothing else knows the wire.
// Thread: any; values.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/close_code.hpp"
#include "protocol/conflict_inbox.hpp"
#include "protocol/entity.hpp"
#include "protocol/error.hpp"
#include "protocol/lock_messages.hpp"
#include "protocol/membership.hpp"
#include "protocol/messages_history.hpp"
#include "protocol/mutation.hpp"
#include "protocol/notices.hpp"
#include "protocol/outcome.hpp"
#include "protocol/presence_messages.hpp"
#include "protocol/search_words.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {

// ---- from the client ----

// Which events a subscription wants: those of one entity, of all entities of a type, or of those of them that
// a filter lets through.
struct RoomKey {
  EntityType type;
  std::optional<EntityId> id;
  std::string filter = {};  // its JSON text; empty: none. Without an id alone
  friend auto operator<=>(const RoomKey&, const RoomKey&) = default;
};

struct Subscribe {
  SubscriptionId subscription;
  RoomKey room;
  std::shared_ptr<const Filter> filter;  // what room.filter says; null: none
  Sort sort;
  std::optional<std::size_t> limit;   // of the page, not of the room
  std::optional<std::string> cursor;  // the next page of the same subscription
  bool snapshot = true;
  // Where the client stands in this room. Not named in a hello: the hello's own position.
  std::optional<Position> position;
  bool position_named = false;  // `"position": null` was said: asks for a snapshot
};

struct Hello {
  std::string token;
  ClientId client_id;
  std::optional<std::string> resume;  // the secret of the last welcome
  std::optional<Position> position;
  std::vector<Subscribe> subscriptions;
  std::vector<std::string> features;
};

struct Unsubscribe {
  SubscriptionId subscription;
};

struct Get {
  EntityKey key;
  std::optional<Version> version;  // as it stood then
};

struct List {
  EntityType type;
  Filter filter;
  Sort sort;
  std::optional<std::size_t> limit;
  std::optional<std::string> cursor;
  std::optional<std::size_t> page;  // from 1, in place of cursor
  bool count = false;
  bool data = true;  // false: ids and versions
  std::optional<Search> search;
  bool taken_out = false;  // `export`: takes that right, and is noted
};

struct History {
  std::optional<EntityType> type;
  std::optional<EntityId> id;  // only with type
  std::optional<Seq> after;    // oldest first
  std::optional<Seq> before;   // newest first; neither: the newest
  std::optional<UserId> user;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  std::optional<std::size_t> limit;
  bool taken_out = false;  // `export`, as of a list
};

struct Mutate {
  Mutation mutation;
};
// A newer token of the same user, before the old one ends.
struct Refresh {
  std::string token;
};
struct Ping {};
struct Pong {};  // the answer to the server's ping; carries no id

using ClientBody =
    std::variant<Hello, Subscribe, Unsubscribe, Get, List, History, Mutate, Ping, Pong, Lock, Unlock,
                 Presence, Signal, ListConflicts, ShowConflict, DecideConflict, AssignConflict,
                 ListNotifications, MarkRead, Announce, Withdraw, ListAnnouncements, Blame, Changes,
                 Acknowledge, Readers, ForgetReader, Refresh>;
struct ClientMessage {
  RequestId id;  // 0 for Pong
  ClientBody body;
};

// ---- from the server ----

struct UserName {
  UserId id;
  std::string name;
  std::string colour{};  // "#4f46e5"; empty: none is known
  std::string initials{};
};

enum class SubscriptionStatus { recovered, resync, fresh, refused };  // on the wire: fresh is "new"
struct SubscriptionState {
  SubscriptionId subscription;
  SubscriptionStatus status{};
  std::string reason;  // of resync (epoch, trimmed, rights, too_far) and refused (an error code); else empty
};

struct Welcome {
  SessionId session_id;
  std::string resume;
  UserName user;
  Position position;
  WireLimits limits;
  std::optional<std::chrono::milliseconds> token_expires_in;
  std::vector<std::string> features;
  std::vector<SubscriptionState> subscriptions;
};

struct Subscribed {
  SubscriptionId subscription;
  Position position;
  std::vector<Entity> entities;
  std::optional<std::string> cursor;
  std::vector<LockShown> locks{};
  std::vector<Present> presence{};
};
struct Unsubscribed {
  SubscriptionId subscription;
};

struct EntityAnswer {
  Entity entity;
  Position position;
};
struct Entities {
  std::vector<Entity> entities;
  bool data = true;
  Position position;
  std::optional<std::string> cursor;
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> page_count;
  std::optional<std::uint64_t> search_lag{};  // changes of the type that the search does not know of yet
};
struct Events {  // the answer to history
  std::vector<DataSyncEvent> events;
  // Where the next page begins: `after` or `before`, whichever was asked. Absent: there is no more. A page
  // may be empty and still have a next: nothing was found on a long way.
  std::optional<Seq> next{};
};
struct PongAnswer {
  Seq seq;
};

struct Refreshed {
  std::optional<std::chrono::milliseconds> token_expires_in;  // absent: the token does not expire
};

// Pushes: without an id.
struct Event {
  DataSyncEvent event;
};
struct Snapshot {
  SubscriptionId subscription;
  std::string reason;
  Position position;
  std::vector<Entity> entities;
  std::optional<std::string> cursor;
  std::vector<LockShown> locks{};
  std::vector<Present> presence{};
  bool whole = true;  // false: without entities, the locks and presence alone
};
struct SubscriptionEnded {  // "unsubscribed" by the server
  SubscriptionId subscription;
  ErrorCode code{};
};
// The token ends soon: refresh, or the connection is closed with 4205.
struct AuthExpiring {
  std::chrono::milliseconds in{0};
};
struct PingPush {
  Seq seq;
};
struct Goodbye {
  CloseCode code{};
  std::string reason;
  std::chrono::milliseconds retry_least{0};
  std::chrono::milliseconds retry_most{0};
};

}  // namespace coterie
