// A piece of SQL in the making, with the values that it binds, in order. Values never become text of the
// statement. Thread: any; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/filter.hpp"
#include "storage/sqlite/query.hpp"

namespace coterie {

using SqlValue = std::variant<std::int64_t, double, std::string>;

struct Sql {
  std::string text;
  std::vector<SqlValue> values;

  Sql& add(std::string_view more) {
    text += more;
    return *this;
  }
  Sql& bind(SqlValue value) {
    values.push_back(std::move(value));
    return *this;
  }
};

// A scalar as SQL has it: booleans as 0 and 1. Not for null, objects and arrays.
SqlValue sql_value(const boost::json::value& scalar);
// The column, or expression, of `entity` that holds a member of the metadata. Never NULL.
std::string_view column_of(MetaField field);

// Binds the values after those bound before. `sql` must outlive the query.
void bind_values(Query& query, const Sql& sql);

}  // namespace coterie
