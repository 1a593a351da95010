// The activity log: what was done that is no edit, each row chained to the one before by SHA-256, so that an
// alteration or a hole is found. What it cannot find is a log that was replaced whole: keep the head
// elsewhere (each row is in the server's log too) and give it to verify. Thread: its database's. Law 8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "storage/accounts/account.hpp"

namespace coterie {

class Database;

struct ActivityQuery {
  std::optional<UserId> user;  // who did it, or to whom it was done
  std::optional<ActivityKind> kind;
  std::optional<Timestamp> since;       // at or after
  std::optional<Timestamp> until;       // before
  std::optional<std::uint64_t> before;  // rows with smaller numbers; absent: from the newest
  std::size_t limit = 50;
};

struct ActivityHead {
  std::uint64_t number = 0;  // of rows
  std::string hash;
};

// What verify found; `fault` empty: every row is as it was written.
struct ActivityVerdict {
  ActivityHead head;
  std::string fault;  // "Row 12 was altered.", "Row 13 is missing."
};

class ActivityLog {
 public:
  explicit ActivityLog(Database& database) : database_(database) {}

  // Within a transaction of the caller.
  Result<ActivityRow> add(const Activity& activity);
  Result<std::vector<ActivityRow>> read(const ActivityQuery& query);  // newest first
  // Reads all of it. `expected`: a head noted earlier that must be part of the chain.
  Result<ActivityVerdict> verify(const std::optional<ActivityHead>& expected = std::nullopt);

 private:
  Result<ActivityHead> head();

  Database& database_;
};

}  // namespace coterie
