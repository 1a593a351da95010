// The statements that find live records: a page of a list, how many there are, the first that matches.
// Thread: any; values.
#pragma once

#include "storage/sqlite/field_index.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/store.hpp"

namespace coterie {

Sql page_sql(const ListQuery& query, const IndexUse& use);
Sql count_sql(const ListQuery& query, const IndexUse& use);
Sql match_sql(const Match& match, const IndexUse& use);  // ids, in their order

}  // namespace coterie
