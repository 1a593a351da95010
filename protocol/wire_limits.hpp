// The sizes of the protocol, by default; the server's configuration may change them, the welcome tells them.
// Law 6: everything has a bound.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace coterie {

inline constexpr std::size_t kMaxDepth = 32;
// A document stands at most four levels down in a message (a committed answer's results), and is itself
// kMaxDepth deep.
inline constexpr std::size_t kMaxMessageDepth = kMaxDepth + 4;
inline constexpr std::size_t kMaxMembers = 10'000;
inline constexpr std::size_t kMaxMutationIdChars = 64;
inline constexpr std::size_t kMaxEntityTypeChars = 64;
inline constexpr std::size_t kMaxEntityIdChars = 128;
inline constexpr std::size_t kMaxLabelChars = 64;  // clientId, sequence names
inline constexpr std::size_t kMaxFilterDepth = 8;
inline constexpr std::size_t kMaxFilterTerms = 64;
inline constexpr std::size_t kMaxFilterItems = 1000;  // of one $in or $nin
inline constexpr std::size_t kMaxSortKeys = 8;
inline constexpr std::size_t kMaxFeatures = 64;
inline constexpr std::int64_t kMaxInteger = 9'007'199'254'740'991;  // 2^53-1
inline constexpr std::size_t kMaxLookBack = 1000;                   // versions a stale edit is merged across

// Of a lock: how long it is held without being renewed.
inline constexpr std::chrono::milliseconds kLeastLockTime{5'000};
inline constexpr std::chrono::milliseconds kMostLockTime{300'000};
inline constexpr std::chrono::milliseconds kLockTime{30'000};
inline constexpr std::size_t kMaxLockFieldBytes = 1024;
inline constexpr std::size_t kMaxFences = 64;  // that one operation relies on

struct WireLimits {
  std::size_t message_bytes = 64 * 1024;
  std::size_t body_bytes = 1024 * 1024;  // of an HTTP request
  std::size_t entity_bytes = 48 * 1024;
  std::size_t transaction_bytes = 1024 * 1024;
  std::size_t operations = 500;     // of one mutation
  std::size_t subscriptions = 256;  // of one session
  std::size_t in_flight = 64;       // requests of one session
  std::size_t locks = 64;           // of one session
  std::size_t state_bytes = 1024;   // of a presence state, of a signal's data
  std::size_t page_entities = 500;
  std::size_t page_bytes = 256 * 1024;
  std::chrono::milliseconds heartbeat{30'000};
  std::chrono::milliseconds answers_age{7LL * 24 * 3600 * 1000};  // how long a committed answer is repeated
  std::uint64_t answers_count = 10'000'000;
  std::chrono::milliseconds resume_age{24LL * 3600 * 1000};  // the window for resume
  std::uint64_t resume_events = 1'000'000;
  std::uint64_t conflicts = 10'000;    // open ones in the inbox, in all
  std::uint64_t notifications = 1000;  // kept for each user
  std::uint64_t announcements = 100;   // live at a time
  std::size_t messages_per_s = 50;     // of a user, over all connections; 0: no rate
  std::size_t messages_burst = 200;
};

}  // namespace coterie
