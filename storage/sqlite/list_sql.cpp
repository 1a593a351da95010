#include "storage/sqlite/list_sql.hpp"

#include <algorithm>
#include <limits>

#include "storage/sqlite/filter_sql.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sort_sql.hpp"

namespace coterie {
namespace {

void append_filtered(Sql& sql, const Filter& filter) {
  if (filter.empty()) return;
  sql.add(" AND ");
  append_filter(sql, filter);
}

void append_live(Sql& sql, const EntityType& type, const Filter& filter, const IndexUse& use) {
  if (use) {
    // As text, for only so does SQLite see that the index holds all of these rows.
    sql.add(" FROM entity INDEXED BY ").add(index_name(use.index().number));
    sql.add(" WHERE type=").add(type_literal(type)).add(" AND deleted=0");
    use.append_terms(sql);
  } else {
    sql.add(" FROM entity WHERE type=? AND deleted=0").bind(type.value());
  }
  append_filtered(sql, filter);
}

void append_found(Sql& sql, const ListQuery& query, const SearchTable& table) {
  table.append_found(sql, query.type, *query.search);
  append_filtered(sql, query.filter);
  if (query.id) sql.add(" AND id=?").bind(query.id->value());
}

// One row more than the page tells whether there is more.
Sql limited(Sql sql, const ListQuery& query) {
  const auto most = std::clamp<std::size_t>(query.limit, 1, std::numeric_limits<std::int32_t>::max());
  sql.add(" LIMIT ? OFFSET ?").bind(static_cast<std::int64_t>(most + 1));
  sql.bind(static_cast<std::int64_t>(
      std::min<std::size_t>(query.offset, std::numeric_limits<std::int64_t>::max())));
  return sql;
}

}  // namespace

Sql page_sql(const ListQuery& query, const IndexUse& use) {
  Sql sql{"SELECT " + std::string(kEntityColumns), {}};
  append_live(sql, query.type, query.filter, use);
  if (query.id) sql.add(" AND id=?").bind(query.id->value());
  if (query.after) {
    if (use) use.append_start(sql, query.sort, *query.after);
    append_after(sql.add(" AND "), query.sort, *query.after);
  }
  append_order(sql, query.sort, use);
  return limited(std::move(sql), query);
}

Sql page_sql(const ListQuery& query, const SearchTable& table) {
  Sql sql{"SELECT " + std::string(kEntityColumns), {}};
  append_found(sql, query, table);
  if (query.sort.keys().empty()) {
    table.append_page(sql, query.type, query.after);
  } else {
    if (query.after) append_after(sql.add(" AND "), query.sort, *query.after);
    append_order(sql, query.sort, IndexUse());
  }
  return limited(std::move(sql), query);
}

Sql count_sql(const ListQuery& query, const SearchTable& table) {
  Sql sql{"SELECT count(*)", {}};
  append_found(sql, query, table);
  return sql;
}

Sql count_sql(const ListQuery& query, const IndexUse& use) {
  Sql sql{"SELECT count(*)", {}};
  append_live(sql, query.type, query.filter, use);
  if (query.id) sql.add(" AND id=?").bind(query.id->value());
  return sql;
}

Sql match_sql(const Match& match, const IndexUse& use) {
  Sql sql{"SELECT id", {}};
  append_live(sql, match.type, match.filter, use);
  append_order(sql, match.sort, use);
  return sql;
}

}  // namespace coterie
