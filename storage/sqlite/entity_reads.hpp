// Questions about records: one, as it stood once, a page of a list, the first that matches.
// Thread: its database's. Run within one transaction where they must tell of one moment.
#pragma once

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/field_index.hpp"
#include "storage/sqlite/log_reads.hpp"
#include "storage/sqlite/search_reads.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/store.hpp"

namespace coterie {

class EntityReads {
 public:
  EntityReads(Database& database, LogReads& log)
      : database_(database), log_(log), indexes_(database), search_(database) {}

  Result<std::optional<Entity>> get(const EntityKey& key);
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version);
  Result<Page> list(const ListQuery& query);
  Result<std::optional<Head>> head(const EntityKey& key);
  Result<std::optional<Head>> first_match(const Match& match);

 private:
  Result<std::optional<Entity>> rewound(const Head& head, std::int64_t eid, Version version);
  Result<std::optional<Entity>> replayed(const Head& head, std::int64_t eid, Version version);
  Result<std::optional<EntityMeta>> meta_at(const Head& head, std::int64_t eid, Version version);
  Result<IndexUse> index_for(const EntityType& type, const Filter& filter, const Sort* sort);
  Result<Sql> sql_of(const ListQuery& query, const std::optional<SearchTable>& table, bool count);
  Result<std::uint64_t> count(const ListQuery& query, const std::optional<SearchTable>& table);
  Result<SortPlace> place(const Sort& sort, const Entity& entity);

  Database& database_;
  LogReads& log_;
  FieldIndexes indexes_;
  SearchReads search_;
};

}  // namespace coterie
