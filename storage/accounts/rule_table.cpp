#include "storage/accounts/rule_table.hpp"

#include <limits>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr const char* kSelectRules = "SELECT version,source,hash,origin,set_by,set_at FROM rules ";

RulesOrigin origin_of(std::string_view text) {
  for (const RulesOrigin known : {RulesOrigin::api, RulesOrigin::cli}) {
    if (to_text(known) == text) return known;
  }
  return RulesOrigin::file;
}

RulesVersion read_version(const Query& row) {
  RulesVersion version;
  version.version = Version{row.number(0)};
  version.text = {std::string(row.text(1)), std::string(row.text(2))};
  version.origin = origin_of(row.text(3));
  version.set_by = UserId{std::string(row.text(4))};
  version.set_at = time_of(row.integer(5));
  return version;
}

Result<std::optional<RulesVersion>> read_one(Query& row) {
  if (row.next()) return read_version(row);
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

}  // namespace

std::string_view to_text(RulesOrigin origin) {
  switch (origin) {
    case RulesOrigin::file:
      return "file";
    case RulesOrigin::api:
      return "api";
    case RulesOrigin::cli:
      return "cli";
  }
  return "";
}

Result<RulesVersion> RuleTable::newest() {
  Query row(database_, std::string(kSelectRules) + "ORDER BY version DESC LIMIT 1");
  Result<std::optional<RulesVersion>> found = read_one(row);
  if (!found) return found.error();
  return std::move(*found).value_or(RulesVersion());
}

Result<std::optional<RulesVersion>> RuleTable::last_of_file() {
  Query row(database_, std::string(kSelectRules) + "WHERE origin='file' ORDER BY version DESC LIMIT 1");
  return read_one(row);
}

Result<std::optional<RulesVersion>> RuleTable::find(Version version) {
  Query row(database_, std::string(kSelectRules) + "WHERE version=?");
  row.bind(version.value());
  return read_one(row);
}

Result<std::vector<RulesVersion>> RuleTable::versions(std::optional<Version> before, std::size_t limit) {
  std::vector<RulesVersion> versions;
  Query rows(database_, std::string(kSelectRules) + "WHERE version<? ORDER BY version DESC LIMIT ?");
  rows.bind(before ? static_cast<std::int64_t>(before->value()) : std::numeric_limits<std::int64_t>::max(),
            static_cast<std::int64_t>(limit));
  while (rows.next()) versions.push_back(read_version(rows));
  if (Result<void> done = rows.end(); !done) return done.error();
  return versions;
}

Result<void> RuleTable::put(const RulesVersion& version) {
  Query row(database_, "INSERT INTO rules VALUES(?,?,?,?,?,?)");
  row.bind(version.version.value(), version.text.source, version.text.hash, to_text(version.origin),
           version.set_by.value(), ms_of(version.set_at));
  return row.run();
}

}  // namespace coterie
