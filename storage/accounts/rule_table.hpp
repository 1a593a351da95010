// The rules of access, every version of them as it was set: by the configuration file, or by an
// administrator. The newest is in force. Kept as the text that was given, so that it is shown and taken up
// again exactly so. Thread: its database's. Laws 1, 8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace coterie {

class Database;

enum class RulesOrigin { file, api, cli };
std::string_view to_text(RulesOrigin origin);

// What the rules say: `{"access": {...}, "roles": {...}}`. Empty: there are none, and everyone may
// everything.
struct RulesText {
  std::string source;
  std::string hash;  // of the content, whatever its order; empty: there are none
};

struct RulesVersion {
  Version version;  // 0: no server has looked at the file yet
  RulesText text;
  RulesOrigin origin = RulesOrigin::file;
  UserId set_by;  // of the file: `file`
  Timestamp set_at;
};

class RuleTable {
 public:
  explicit RuleTable(Database& database) : database_(database) {}

  Result<RulesVersion> newest();
  // What the file said when it was last taken up. Absent: it never was.
  Result<std::optional<RulesVersion>> last_of_file();
  Result<std::optional<RulesVersion>> find(Version version);
  // Newest first; those before `before`, or all.
  Result<std::vector<RulesVersion>> versions(std::optional<Version> before, std::size_t limit);

  // Within a transaction of the caller.
  Result<void> put(const RulesVersion& version);

 private:
  Database& database_;
};

}  // namespace coterie
