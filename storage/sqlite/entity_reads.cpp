#include "storage/sqlite/entity_reads.hpp"

#include <algorithm>
#include <utility>

#include "protocol/json.hpp"
#include "storage/past_version.hpp"
#include "storage/sqlite/list_sql.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

constexpr std::size_t kStretch = 256;  // events read at once on the way to a past version

std::string select_entities(std::string_view rest) {
  return "SELECT " + std::string(kEntityColumns) + " FROM entity " + std::string(rest);
}

}  // namespace

Result<std::optional<Entity>> EntityReads::get(const EntityKey& key) {
  static const std::string kSql = select_entities("WHERE type=? AND id=? AND deleted=0");
  Query query(database_, kSql);
  query.bind(key.type.value(), key.id.value());
  if (query.next()) return read_entity(query);
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::optional<Head>> EntityReads::head(const EntityKey& key) {
  static const std::string kSql = select_entities("WHERE type=? AND id=?");
  Query query(database_, kSql);
  query.bind(key.type.value(), key.id.value());
  if (query.next()) {
    Result<Head> head = read_head(query);
    if (!head) return head.error();
    return std::move(*head);
  }
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::optional<Entity>> EntityReads::get_at(const EntityKey& key, Version version) {
  const Result<std::optional<Head>> head = this->head(key);
  if (!head) return head.error();
  if (!*head || version.value() == 0 || version > (*head)->meta.version) return std::nullopt;
  if (version == (*head)->meta.version) return get(key);
  const Result<std::optional<EntityRow>> row = log_.find_entity(key);
  if (!row) return row.error();
  const std::uint64_t back = (*head)->meta.version.value() - version.value();
  if (back <= version.value()) return rewound(**head, (*row)->eid, version);
  const auto first = log_.versions((*row)->eid, Version{}, Version{1}, 1);
  if (!first) return first.error();
  // Where the beginning was purged, only the way back from the head is left.
  return first->empty() ? rewound(**head, (*row)->eid, version) : replayed(**head, (*row)->eid, version);
}

// Who made it and when, as of that version: absent where it was deleted then.
Result<std::optional<EntityMeta>> EntityReads::meta_at(const Head& head, std::int64_t eid, Version version) {
  Query query(database_,
              "SELECT operation,at,user,version FROM event WHERE eid=?1 AND version<=?2 AND (version=?2 OR "
              "operation=0) "
              "ORDER BY version DESC LIMIT 2");
  query.bind(eid, version.value());
  EntityMeta meta{head.meta.key, version, {}, {}, {}, {}};
  bool newest = true;
  while (query.next()) {
    const auto operation = static_cast<EventOperation>(query.integer(0));
    if (newest) {
      if (Version{query.number(3)} != version) return std::nullopt;  // purged
      if (operation == EventOperation::remove) return std::nullopt;
      meta.updated_at = time_of(query.integer(1));
      meta.updated_by = UserId{std::string(query.text(2))};
      newest = false;
    }
    if (operation == EventOperation::create) {
      meta.created_at = time_of(query.integer(1));
      meta.created_by = UserId{std::string(query.text(2))};
      return meta;
    }
  }
  if (Result<void> done = query.end(); !done) return done.error();
  if (newest) return std::nullopt;
  // Its creation was purged. The head still knows it, unless the record was made anew since.
  Query later(database_, "SELECT 1 FROM event WHERE eid=? AND version>? AND operation=0 LIMIT 1");
  later.bind(eid, version.value());
  if (later.next()) return std::nullopt;
  if (Result<void> done = later.end(); !done) return done.error();
  meta.created_at = head.meta.created_at;
  meta.created_by = head.meta.created_by;
  return meta;
}

Result<std::optional<Entity>> EntityReads::rewound(const Head& head, std::int64_t eid, Version version) {
  const Result<std::optional<EntityMeta>> meta = meta_at(head, eid, version);
  if (!meta) return meta.error();
  if (!*meta) return std::nullopt;
  DocumentState state;
  if (!head.deleted) state = head.data;
  for (std::uint64_t high = head.meta.version.value(); high > version.value();) {
    const std::uint64_t low = high - std::min<std::uint64_t>(high - version.value(), kStretch);
    const auto events = log_.versions(eid, Version{low}, Version{high}, kStretch);
    if (!events) return events.error();
    if (events->size() != high - low) return std::nullopt;  // purged
    for (auto event = events->rbegin(); event != events->rend(); ++event) {
      if (Result<void> done = rewind(state, *event); !done) return done.error();
    }
    high = low;
  }
  if (!state) return std::nullopt;
  return Entity{**meta, to_json_text(*state)};
}

Result<std::optional<Entity>> EntityReads::replayed(const Head& head, std::int64_t eid, Version version) {
  const Result<std::optional<EntityMeta>> meta = meta_at(head, eid, version);
  if (!meta) return meta.error();
  if (!*meta) return std::nullopt;
  DocumentState state;
  for (std::uint64_t low = 0; low < version.value();) {
    const auto events = log_.versions(eid, Version{low}, version, kStretch);
    if (!events) return events.error();
    if (events->empty()) return std::nullopt;
    for (const DataSyncEvent& event : *events) {
      if (Result<void> done = replay(state, event); !done) return done.error();
    }
    low = events->back().version.value();
  }
  if (!state) return std::nullopt;
  return Entity{**meta, to_json_text(*state)};
}

Result<IndexUse> EntityReads::index_for(const EntityType& type, const Filter& filter, const Sort* sort) {
  const Result<const std::vector<FieldIndex>*> indexes = indexes_.of(type);
  if (!indexes) return indexes.error();
  return IndexUse(**indexes, filter, sort);
}

// What is searched for is found by its words; else by an index, where one fits.
Result<Sql> EntityReads::sql_of(const ListQuery& query, const std::optional<SearchTable>& table, bool count) {
  if (table) return count ? count_sql(query, *table) : page_sql(query, *table);
  const Sort* const sort = count ? nullptr : &query.sort;
  const Result<IndexUse> use = query.id ? IndexUse() : index_for(query.type, query.filter, sort);
  if (!use) return use.error();
  return count ? count_sql(query, *use) : page_sql(query, *use);
}

Result<std::uint64_t> EntityReads::count(const ListQuery& query, const std::optional<SearchTable>& table) {
  const Result<Sql> found = sql_of(query, table, true);
  if (!found) return found.error();
  const Sql& sql = *found;
  Query row(database_, sql.text);
  bind_values(row, sql);
  if (row.next()) return row.number(0);
  return row.end().error();
}

Result<SortPlace> EntityReads::place(const Sort& sort, const Entity& entity) {
  if (sort.keys().empty()) return SortPlace{{}, entity.meta.key.id};
  const Result<boost::json::object> data = parse_stored_object(entity.data);
  if (!data) return data.error();
  return place_of(sort, entity.meta, *data);
}

Result<Page> EntityReads::list(const ListQuery& query) {
  Page page;
  Result<Position> position = log_.position();
  if (!position) return position.error();
  page.position = std::move(*position);
  std::optional<SearchTable> table;
  if (query.search) {
    Result<SearchTable> found = search_.table_of(query.type);
    if (!found) return found.error();
    table = *found;
    page.search_lag = table->lag;
  }
  if (query.count) {
    const Result<std::uint64_t> total = count(query, table);
    if (!total) return total.error();
    page.total = *total;
  }

  const Result<Sql> found = sql_of(query, table, false);
  if (!found) return found.error();
  const Sql& sql = *found;
  const std::size_t most = std::max<std::size_t>(query.limit, 1);
  Query rows(database_, sql.text);
  bind_values(rows, sql);
  std::size_t bytes = 0;
  while (rows.next()) {
    Entity entity = read_entity(rows);
    bytes += entity.data.size();
    if (!page.entities.empty() && (page.entities.size() == most || bytes > query.most_bytes)) {
      Result<SortPlace> last = place(query.sort, page.entities.back());
      if (!last) return last.error();
      page.next = std::move(*last);
      return page;
    }
    page.entities.push_back(std::move(entity));
  }
  if (Result<void> done = rows.end(); !done) return done.error();
  return page;
}

Result<std::optional<Head>> EntityReads::first_match(const Match& match) {
  const Result<IndexUse> use = index_for(match.type, match.filter, &match.sort);
  if (!use) return use.error();
  const Sql sql = match_sql(match, *use);
  Query rows(database_, sql.text);
  bind_values(rows, sql);
  while (rows.next()) {
    const EntityId id{std::string(rows.text(0))};
    if (!match.skip || !match.skip(id)) return head({match.type, id});
  }
  if (Result<void> done = rows.end(); !done) return done.error();
  return std::nullopt;
}

}  // namespace coterie
