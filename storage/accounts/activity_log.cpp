#include "storage/accounts/activity_log.hpp"

#include <sodium.h>

#include <array>
#include <limits>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr const char* kActivityColumns = "number,at,kind,user,subject,detail,address,agent,hash";

// Each with its length before it, so that no two rows read alike.
void add_field(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(":").append(field).append("\n");
}

std::string hash_of(std::string_view before, std::uint64_t number, const Activity& activity,
                    std::string_view kind) {
  std::string text;
  add_field(text, before);
  add_field(text, std::to_string(number));
  add_field(text, std::to_string(ms_of(activity.at)));
  for (const std::string_view field :
       {kind, std::string_view(activity.user.value()), std::string_view(activity.subject),
        std::string_view(activity.detail), std::string_view(activity.from.address),
        std::string_view(activity.from.user_agent)}) {
    add_field(text, field);
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

ActivityRow read_row(const Query& row) {
  Activity activity;
  activity.at = time_of(row.integer(1));
  activity.kind = activity_kind_from_text(row.text(2)).value_or(ActivityKind::configured);
  activity.user = UserId{std::string(row.text(3))};
  activity.subject = row.text(4);
  activity.detail = row.text(5);
  activity.from = {std::string(row.text(6)), std::string(row.text(7))};
  return {row.number(0), std::move(activity), std::string(row.text(8))};
}

std::string row_fault(std::uint64_t number, std::string_view what) {
  return "Row " + std::to_string(number) + std::string(what);
}

}  // namespace

Result<ActivityHead> ActivityLog::head() {
  Query query(database_, "SELECT number,hash FROM activity_head");
  ActivityHead head;
  if (query.next()) head = {query.number(0), std::string(query.text(1))};
  if (Result<void> done = query.end(); !done) return done.error();
  return head;
}

Result<ActivityRow> ActivityLog::add(const Activity& activity) {
  const Result<ActivityHead> before = head();
  if (!before) return before.error();
  const std::string_view kind = to_text(activity.kind);
  ActivityRow row{before->number + 1, activity, {}};
  row.hash = hash_of(before->hash, row.number, activity, kind);
  Query insert(database_, "INSERT INTO activity VALUES(?,?,?,?,?,?,?,?,?)");
  insert.bind(row.number, ms_of(activity.at), kind, activity.user.value(), activity.subject, activity.detail,
              activity.from.address, activity.from.user_agent, row.hash);
  if (Result<void> done = insert.run(); !done) return done.error();
  Query update(database_, "UPDATE activity_head SET number=?, hash=?");
  update.bind(row.number, row.hash);
  if (Result<void> done = update.run(); !done) return done.error();
  return row;
}

Result<std::vector<ActivityRow>> ActivityLog::read(const ActivityQuery& query) {
  constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
  std::string sql =
      std::string("SELECT ") + kActivityColumns + " FROM activity WHERE number<? AND at>=? AND at<?";
  if (query.user) sql += " AND (user=? OR subject=?)";
  if (query.kind) sql += " AND kind=?";
  sql += " ORDER BY number DESC LIMIT ?";
  Query rows(database_, sql);
  rows.bind(query.before ? static_cast<std::int64_t>(*query.before) : kAll,
            query.since ? ms_of(*query.since) : std::int64_t{0}, query.until ? ms_of(*query.until) : kAll);
  if (query.user) rows.bind(query.user->value(), query.user->value());
  if (query.kind) rows.bind(to_text(*query.kind));
  rows.bind(query.limit);
  std::vector<ActivityRow> found;
  while (rows.next()) found.push_back(read_row(rows));
  if (Result<void> done = rows.end(); !done) return done.error();
  return found;
}

Result<ActivityVerdict> ActivityLog::verify(const std::optional<ActivityHead>& expected) {
  ActivityVerdict verdict;
  bool met = !expected || expected->number == 0;
  Query rows(database_, std::string("SELECT ") + kActivityColumns + " FROM activity ORDER BY number");
  while (verdict.fault.empty() && rows.next()) {
    const ActivityRow row = read_row(rows);
    const std::uint64_t due = verdict.head.number + 1;
    if (row.number != due) {
      verdict.fault = row_fault(due, " is missing.");
    } else if (hash_of(verdict.head.hash, row.number, row.activity, rows.text(2)) != row.hash) {
      verdict.fault = row_fault(due, " was altered, or the one before it was taken out.");
    } else {
      verdict.head = {row.number, row.hash};
      if (expected && expected->number == row.number) met = expected->hash == row.hash;
      if (!met && expected->number == row.number) verdict.fault = row_fault(due, " is not the one noted.");
    }
  }
  if (!verdict.fault.empty()) return verdict;
  if (Result<void> done = rows.end(); !done) return done.error();
  const Result<ActivityHead> kept = head();
  if (!kept) return kept.error();
  if (kept->number != verdict.head.number || kept->hash != verdict.head.hash || !met) {
    verdict.fault = row_fault(verdict.head.number + 1, " is missing: the log was cut off at its end.");
  }
  return verdict;
}

}  // namespace coterie
