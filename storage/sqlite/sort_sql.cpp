#include "storage/sqlite/sort_sql.hpp"

#include <string_view>

#include "storage/sqlite/document_scan.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

int rank_of(const json::value& value) {
  if (value.is_null()) return 0;
  if (value.is_bool()) return 1;
  if (value.is_number()) return 2;
  return value.is_string() ? 3 : 4;
}

// Rows of rank 0 and 4 have no order among themselves.
bool has_order(int rank) { return rank != 0 && rank != 4; }

int rank_of(MetaField field) { return field == MetaField::version ? 2 : 3; }

// One key of the sort against one value of the place.
class KeyCondition {
 public:
  KeyCondition(const SortKey& key, const json::value& value)
      : key_(key), value_(value), rank_(rank_of(value)) {}

  void append_same(Sql& sql) const {
    if (const MetaField* field = std::get_if<MetaField>(&key_.operand)) {
      if (rank_of(*field) != rank_) {
        sql.add("0");
        return;
      }
      sql.add(column_of(*field)).add("=?").bind(sql_value(value_));
      return;
    }
    append_rank(sql, "=");
    if (has_order(rank_)) append_value(sql.add(" AND "), "=");
  }

  void append_behind(Sql& sql) const {
    const std::string_view sign = key_.descending ? "<" : ">";
    if (const MetaField* field = std::get_if<MetaField>(&key_.operand)) {
      const int rank = rank_of(*field);
      if (rank == rank_) {
        sql.add(column_of(*field)).add(sign).add("?").bind(sql_value(value_));
      } else {
        sql.add((rank > rank_) != key_.descending ? "1" : "0");
      }
      return;
    }
    append_rank(sql.add("("), sign);
    if (has_order(rank_)) {
      append_rank(sql.add(" OR "), "=");
      append_value(sql.add(" AND "), sign);
    }
    sql.add(")");
  }

 private:
  std::string path() const { return raw_path(std::get<FieldPath>(key_.operand)); }
  void append_rank(Sql& sql, std::string_view sign) const {
    sql.add("field_rank(doc,?)").bind(path()).add(sign).add("?").bind(std::int64_t{rank_});
  }
  void append_value(Sql& sql, std::string_view sign) const {
    sql.add("field(doc,?)").bind(path()).add(sign).add("?").bind(sql_value(value_));
  }

  const SortKey& key_;
  const json::value& value_;
  int rank_;
};

}  // namespace

void append_order(Sql& sql, const Sort& sort, const IndexUse& use) {
  sql.add(" ORDER BY ");
  for (const SortKey& key : sort.keys()) {
    const std::string_view direction = key.descending ? " DESC," : ",";
    if (const MetaField* field = std::get_if<MetaField>(&key.operand)) {
      sql.add(column_of(*field)).add(direction);
      continue;
    }
    const FieldPath& field = std::get<FieldPath>(key.operand);
    if (use.holds(field)) {
      sql.add(key_expression(field)).add(direction);
      continue;
    }
    const std::string path = raw_path(field);
    sql.add("field_rank(doc,?)").bind(path).add(direction);
    sql.add("field(doc,?)").bind(path).add(direction);
  }
  sql.add("id");
}

// Behind a place means: behind by the first key, or the same there and behind by the second, and so on to the
// id.
void append_after(Sql& sql, const Sort& sort, const SortPlace& after) {
  if (sort.keys().empty()) {  // plain, so that the index by id begins there
    sql.add("id>?").bind(after.id.value());
    return;
  }
  sql.add("(");
  std::size_t open = 0;
  for (std::size_t i = 0; i < sort.keys().size() && i < after.values.size(); ++i) {
    const KeyCondition key(sort.keys()[i], after.values[i]);
    key.append_behind(sql);
    sql.add(" OR (");
    key.append_same(sql);
    sql.add(" AND (");
    open += 2;
  }
  sql.add("id>?").bind(after.id.value());
  sql.text.append(open, ')');
  sql.add(")");
}

}  // namespace coterie
