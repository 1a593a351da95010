// A program that reads every change, and the place up to which it has dealt with them: kept under its name by
// the store, moved only by its own acknowledgement. Thread: any; values.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/messages_history.hpp"

namespace coterie {

inline constexpr std::size_t kMaxNamedReaders = 100;

struct NamedReader {
  ReaderName name;
  Position acknowledged;  // all up to here; of another epoch: it has to begin anew
  Timestamp created_at;
  Timestamp seen_at;
  friend bool operator==(const NamedReader&, const NamedReader&) = default;
};

// Written whole, or forgotten.
struct NamedReaderChange {
  NamedReader reader;
  bool forget = false;
};

// What of the log lies behind a position.
struct LogRest {
  std::uint64_t events = 0;         // exact near the end; far from it to within some hundreds
  std::optional<Timestamp> oldest;  // of the first of them
};

}  // namespace coterie
