// The words of history and of named readers: who changed which field last, and programs that read every
// change from a place that the server remembers for them. Thread: any; values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/field_path.hpp"

namespace coterie {

using ReaderName = Strong<struct ReaderNameTag, std::string>;  // given by a program, kept by the server

// ---- from the client ----

// Of each field of a record: the version that changed it last.
struct Blame {
  EntityKey key;
};

// The changes after what the reader has acknowledged. A name that is new is remembered from here on.
struct Changes {
  ReaderName reader;
  std::optional<EntityType> type;
  std::optional<std::size_t> limit;
  bool from_now = false;  // of a new name: not from the beginning of the log
};

// All up to this position has been dealt with, and is never sent to this reader again.
struct Acknowledge {
  ReaderName reader;
  Position position;
};

struct Readers {};
struct ForgetReader {
  ReaderName reader;
};

// ---- from the server ----

struct FieldBlame {
  FieldPath path;
  Version version;
  UserId user_id;
  Timestamp timestamp;
  Cause cause{};
};
struct BlameAnswer {
  EntityKey key;
  Version version;
  std::vector<FieldBlame> fields;  // by path
  std::vector<FieldPath> unknown;  // changed by a version that is not kept any more, or too far back
};

// What lies behind a position.
struct Lag {
  std::uint64_t events = 0;
  std::chrono::milliseconds time{0};  // since the oldest of them
};

struct ChangesAnswer {
  ReaderName reader;
  std::vector<DataSyncEvent> events;
  Position position;  // to acknowledge once these have been dealt with
  Lag lag;            // behind that position: no events, and the reader is up to date
  std::string
      resync;  // why the changes cannot be told from where the reader stood (epoch, trimmed); else empty
};

struct ReaderState {
  ReaderName reader;
  Position position;  // acknowledged
  Lag lag;            // behind it
  std::string resync;
  Timestamp created_at;
  Timestamp seen_at;  // asked or acknowledged last
};
struct ReadersAnswer {
  std::vector<ReaderState> readers;
};

struct Ok {};  // done as asked; there is nothing else to say

}  // namespace coterie
