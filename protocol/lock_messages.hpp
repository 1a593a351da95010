// Field locks on the wire: who holds what, for how long, and what a room is told of it. A lock is a lease
// with a fence, a number that only grows: whoever comes later has the larger one, restarts included. Thread:
// any; values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/field_path.hpp"
#include "protocol/types.hpp"

namespace coterie {

using Fence = Strong<struct FenceTag, std::uint64_t>;

struct LockHolder {
  UserId user;
  std::string name;  // of the user, for people; may be empty
  SessionId session;
  ClientId client;
  friend bool operator==(const LockHolder&, const LockHolder&) = default;
};

// What is locked: a field with all below it, or by the empty path the whole record.
struct LockPlace {
  EntityKey key;
  FieldPath field;
  friend auto operator<=>(const LockPlace&, const LockPlace&) = default;
};

// ---- from the client ----

struct Lock {
  LockPlace place;
  std::optional<std::chrono::milliseconds> ttl;
  bool steal = false;          // whoever holds it loses it, and is told
  std::optional<Fence> fence;  // to renew it, or to take it back in another session of the same user
};
struct Unlock {
  LockPlace place;
  Fence fence;
};

// ---- from the server ----

struct Locked {
  Fence fence;
  std::chrono::milliseconds ttl{0};
};
struct Denied {
  LockHolder holder;
  FieldPath field;  // what they hold: the same, above or below; empty: the whole record
  std::chrono::milliseconds ttl{0};
};
struct Unlocked {};

struct LockShown {
  LockPlace place;
  LockHolder holder;
  Fence fence;
  std::chrono::milliseconds ttl{0};  // what is left of it
};

enum class LockState { acquired, released, expired, taken };
std::string_view to_text(LockState state);

// `acquired` begins a lock, or moves it to another session of its user. The others end the lock of that
// fence; `taken` names as holder who took it.
struct LockPush {
  LockState state{};
  LockShown lock;
};

}  // namespace coterie
