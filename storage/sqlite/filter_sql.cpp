#include "storage/sqlite/filter_sql.hpp"

#include <variant>

#include "protocol/json.hpp"
#include "storage/sqlite/document_scan.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// Not a plain 0, which SQLite makes of the whole condition at once: no index that is named could serve that.
constexpr std::string_view kMatchNone = "+0";
constexpr std::string_view kMatchAll = "1";

std::string_view sign(Comparison comparison) {
  switch (comparison) {
    case Comparison::gt:
      return ">";
    case Comparison::gte:
      return ">=";
    case Comparison::lt:
      return "<";
    default:
      return "<=";
  }
}

// A list as one value, whatever its length: a JSON array of texts or numbers, opened by json_each.
std::string list_text(const json::array& items) { return to_json_text(json::value(items)); }

// ---- a term on a field of the document. Scalars are equal where their texts are: see document_scan.hpp ----

void append_field_equals(Sql& sql, const std::string& path, const json::value& value) {
  sql.add("coalesce(field_json(doc,?),'null')=?").bind(path).bind(to_json_text(value));
}

void append_field_in(Sql& sql, const std::string& path, const json::array& list) {
  json::array texts;
  for (const json::value& item : list) texts.emplace_back(to_json_text(item));
  sql.add("coalesce(field_json(doc,?),'null') IN (SELECT value FROM json_each(?))");
  sql.bind(path).bind(list_text(texts));
}

void append_field_order(Sql& sql, const std::string& path, Comparison comparison, const json::value& value) {
  if (!value.is_number() && !value.is_string()) {
    sql.add(kMatchNone);
    return;
  }
  sql.add(value.is_string() ? "field_rank(doc,?)=3" : "field_rank(doc,?)=2").bind(path);
  sql.add(" AND field(doc,?)").bind(path).add(sign(comparison)).add("?").bind(sql_value(value));
}

void append_field_starts(Sql& sql, const std::string& path, const json::value& value) {
  if (!value.is_string()) {
    sql.add(kMatchNone);
    return;
  }
  std::string prefix = to_json_text(value);
  prefix.pop_back();  // the closing quote
  sql.add("coalesce(substr(field_json(doc,?),1,length(?))=?,0)").bind(path).bind(prefix).bind(prefix);
}

void append_field_term(Sql& sql, const FieldPath& field, const Term& term) {
  const std::string path = raw_path(field);
  switch (term.comparison) {
    case Comparison::ne:
      sql.add("NOT ");
      [[fallthrough]];
    case Comparison::eq:
      return append_field_equals(sql, path, term.value);
    case Comparison::nin:
      sql.add("NOT ");
      [[fallthrough]];
    case Comparison::in:
      return append_field_in(sql, path, term.value.get_array());
    case Comparison::exists:
      sql.add(term.value.get_bool() ? "field_json(doc,?) IS NOT NULL" : "field_json(doc,?) IS NULL")
          .bind(path);
      return;
    case Comparison::contains:
      sql.add("field_contains(doc,?,?)").bind(path).bind(to_json_text(term.value));
      return;
    case Comparison::starts_with:
      return append_field_starts(sql, path, term.value);
    default:
      return append_field_order(sql, path, term.comparison, term.value);
  }
}

// ---- a term on the metadata: columns of one type each, never NULL ----

// Other types never compare: what is left of a list, or of one value, that can.
bool comparable(MetaField field, const json::value& value) {
  return field == MetaField::version ? value.is_number() : value.is_string();
}

void append_meta_in(Sql& sql, MetaField field, const json::array& list) {
  json::array items;
  for (const json::value& item : list) {
    if (comparable(field, item)) items.push_back(item);
  }
  sql.add(column_of(field)).add(" IN (SELECT value FROM json_each(?))").bind(list_text(items));
}

void append_meta_positive(Sql& sql, MetaField field, Comparison comparison, const json::value& value) {
  const std::string_view column = column_of(field);
  if (comparison == Comparison::in) return append_meta_in(sql, field, value.get_array());
  if (comparison == Comparison::exists) {
    sql.add(value.get_bool() ? kMatchAll : kMatchNone);
    return;
  }
  const bool of_text = comparison == Comparison::contains || comparison == Comparison::starts_with;
  if (!comparable(field, value) || (of_text && !value.is_string())) {
    sql.add(kMatchNone);
    return;
  }
  if (comparison == Comparison::contains) {
    sql.add("instr(").add(column).add(",?)>0").bind(sql_value(value));
  } else if (comparison == Comparison::starts_with) {
    sql.add("substr(").add(column).add(",1,length(?))=?").bind(sql_value(value)).bind(sql_value(value));
  } else {
    sql.add(column)
        .add(comparison == Comparison::eq ? "=" : sign(comparison))
        .add("?")
        .bind(sql_value(value));
  }
}

void append_meta_term(Sql& sql, MetaField field, const Term& term) {
  const bool complement = term.comparison == Comparison::ne || term.comparison == Comparison::nin;
  if (!complement) return append_meta_positive(sql, field, term.comparison, term.value);
  sql.add("NOT ");
  append_meta_positive(sql, field, term.comparison == Comparison::ne ? Comparison::eq : Comparison::in,
                       term.value);
}

// ---- the tree ----

void append_node(Sql& sql, const FilterNode& node);

void append_all(Sql& sql, const std::vector<FilterNode>& nodes, std::string_view between,
                std::string_view none) {
  if (nodes.empty()) sql.add(none);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) sql.add(between);
    append_node(sql, nodes[i]);
  }
}

void append_node(Sql& sql, const FilterNode& node) {
  sql.add("(");
  if (const Term* term = std::get_if<Term>(&node.node)) {
    if (const FieldPath* path = std::get_if<FieldPath>(&term->operand)) {
      append_field_term(sql, *path, *term);
    } else {
      append_meta_term(sql, std::get<MetaField>(term->operand), *term);
    }
  } else if (const And* all = std::get_if<And>(&node.node)) {
    append_all(sql, all->of, " AND ", kMatchAll);
  } else if (const Or* any = std::get_if<Or>(&node.node)) {
    append_all(sql, any->of, " OR ", kMatchNone);
  } else {
    sql.add("NOT ");
    append_node(sql, std::get<Not>(node.node).of.front());
  }
  sql.add(")");
}

}  // namespace

void append_filter(Sql& sql, const Filter& filter) { append_node(sql, filter.root()); }

}  // namespace coterie
