#include "storage/sqlite/search_reads.hpp"

#include <chrono>

#include "protocol/request_error.hpp"
#include "storage/sqlite/query.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostCounted = 10'000;  // of a lag: what is more is told as this

std::string expression(const Search& search) {
  std::string text;
  for (const SearchWord& word : search.words()) {
    if (!text.empty()) text += " AND ";
    text += '"' + word.text + '"';
    if (word.prefix) text += " *";
  }
  return text;
}

Error not_searched(const EntityType& type) {
  return bad_request("records of type " + type.value() +
                         " cannot be searched: name its fields in the configuration: `search` of the type",
                     "search");
}

Error being_filled(const EntityType& type) {
  Error error = request_error(
      ErrorCode::unavailable,
      "the search index of " + type.value() + " is being filled; search again shortly", "search");
  error.retry = true;
  error.retry_after = std::chrono::milliseconds(1000);
  return error;
}

}  // namespace

std::string search_table_name(std::int64_t id) { return "search_text_" + std::to_string(id); }

void SearchTable::append_found(Sql& sql, const EntityType& type, const Search& search) const {
  // CROSS JOIN: the words lead, the record is looked up.
  sql.add(" FROM " + name + " CROSS JOIN entity ON entity.eid=" + name + ".rowid WHERE " + name + " MATCH ?");
  sql.bind(expression(search));
  sql.add(" AND type=? AND deleted=0").bind(type.value());
}

void SearchTable::append_page(Sql& sql, const EntityType& type, const std::optional<SortPlace>& after) const {
  if (after) {
    sql.add(" AND " + name + ".rowid>(SELECT e.eid FROM entity e WHERE e.type=? AND e.id=?)");
    sql.bind(type.value()).bind(after->id.value());
  }
  sql.add(" ORDER BY " + name + ".rowid");
}

Result<SearchTable> SearchReads::table_of(const EntityType& type) {
  Query query(database_, "SELECT id,filled IS NULL FROM search_index WHERE type=?");
  query.bind(type.value());
  if (!query.next()) {
    if (Result<void> done = query.end(); !done) return done.error();
    return not_searched(type);
  }
  if (query.integer(1) == 0) return being_filled(type);
  const Result<std::uint64_t> lag = lag_of(type);
  if (!lag) return lag.error();
  return SearchTable{search_table_name(query.integer(0)), *lag};
}

Result<std::uint64_t> SearchReads::lag_of(const EntityType& type) {
  Query query(database_,
              "SELECT coalesce(sum(type=?),0) FROM (SELECT type FROM event WHERE n>"
              "(SELECT CAST(value AS INTEGER) FROM meta WHERE key='searched') ORDER BY n LIMIT ?)");
  query.bind(type.value(), kMostCounted);
  if (query.next()) return query.number(0);
  return query.end().error();
}

}  // namespace coterie
