// The statements that find live records: a page of a list, how many there are, the first that matches.
// Thread: any; values.
#pragma once

#include "storage/sqlite/field_index.hpp"
#include "storage/sqlite/search_reads.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/store.hpp"

namespace coterie {

Sql page_sql(const ListQuery& query, const IndexUse& use);
Sql count_sql(const ListQuery& query, const IndexUse& use);
// The same of what the words of query.search find in this table.
Sql page_sql(const ListQuery& query, const SearchTable& table);
Sql count_sql(const ListQuery& query, const SearchTable& table);
Sql match_sql(const Match& match, const IndexUse& use);  // ids, in their order

}  // namespace coterie
