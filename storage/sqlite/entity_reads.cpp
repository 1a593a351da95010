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
  return back <= version.value() ? rewound(**head, (*row)->eid, version)
                                 : replayed(**head, (*row)->eid, version);
}

// Who made it and when, as of that version: absent where it was deleted then.
Result<std::optional<EntityMeta>> EntityReads::meta_at(const Head& head, std::int64_t eid, Version version) {
  Query query(
      database_,
      "SELECT operation,at,user FROM event WHERE eid=?1 AND version<=?2 AND (version=?2 OR operation=0) "
      "ORDER BY version DESC LIMIT 2");
  query.bind(eid, version.value());
  EntityMeta meta{head.meta.key, version, {}, {}, {}, {}};
  bool newest = true;
  while (query.next()) {
    const auto operation = static_cast<EventOperation>(query.integer(0));
    if (newest) {
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
  return std::nullopt;  // its beginning is not known any more
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

Result<std::uint64_t> EntityReads::count(const ListQuery& query) {
  const Result<IndexUse> use = query.id ? IndexUse() : index_for(query.type, query.filter, nullptr);
  if (!use) return use.error();
  const Sql sql = count_sql(query, *use);
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
  if (query.count) {
    const Result<std::uint64_t> total = count(query);
    if (!total) return total.error();
    page.total = *total;
  }

  const Result<IndexUse> use = query.id ? IndexUse() : index_for(query.type, query.filter, &query.sort);
  if (!use) return use.error();
  const Sql sql = page_sql(query, *use);
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
