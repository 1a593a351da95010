#include "storage/sqlite/field_index.hpp"

#include <algorithm>
#include <variant>

#include "storage/sqlite/document_scan.hpp"
#include "storage/sqlite/functions.hpp"
#include "storage/sqlite/query.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// Between the keys of booleans and those of numbers; the least text; the key of lists and objects.
constexpr std::string_view kBelowNumbers = "-1e298";
constexpr std::string_view kLeastText = "''";
constexpr std::string_view kStructure = "x''";

SqlValue key_of(const json::value& scalar) {
  if (scalar.is_null()) return kKeyOfNothing;
  if (scalar.is_bool()) return scalar.get_bool() ? kKeyOfTrue : kKeyOfFalse;
  return sql_value(scalar);
}

bool is_range(const Term& term) {
  const bool bounds = term.comparison == Comparison::gt || term.comparison == Comparison::gte ||
                      term.comparison == Comparison::lt || term.comparison == Comparison::lte;
  return bounds && (term.value.is_number() || term.value.is_string());
}

void collect(const FilterNode& node, std::vector<const Term*>& terms) {
  if (const Term* term = std::get_if<Term>(&node.node)) {
    if (std::holds_alternative<FieldPath>(term->operand)) terms.push_back(term);
  } else if (const And* all = std::get_if<And>(&node.node)) {
    for (const FilterNode& each : all->of) collect(each, terms);
  }
}

// The other end of a range is where its type ends.
void append_range(Sql& sql, const std::string& key, const Term& term) {
  const bool text = term.value.is_string();
  sql.add(" AND ").add(key);
  switch (term.comparison) {
    case Comparison::gt:
    case Comparison::gte:
      sql.add(term.comparison == Comparison::gt ? ">?" : ">=?").bind(sql_value(term.value));
      sql.add(" AND ").add(key).add("<").add(text ? kStructure : kLeastText);
      return;
    default:
      sql.add(term.comparison == Comparison::lt ? "<?" : "<=?").bind(sql_value(term.value));
      sql.add(" AND ").add(key).add(text ? ">=" : ">").add(text ? kLeastText : kBelowNumbers);
      return;
  }
}

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

}  // namespace

std::string index_name(std::int64_t number) { return "type_index_" + std::to_string(number); }

std::string key_expression(const FieldPath& path) {
  return "field_key(doc," + sql_literal(raw_path(path)) + ')';
}

std::string type_literal(const EntityType& type) { return sql_literal(type.value()); }

// ---- which there are ----

Result<const std::vector<FieldIndex>*> FieldIndexes::of(const EntityType& type) {
  static const std::vector<FieldIndex> kNone;
  Query query(database_, "PRAGMA schema_version");
  if (!query.next()) return query.end().error();
  if (const std::int64_t now = query.integer(0); now != schema_version_) {
    if (Result<void> done = load(); !done) return done.error();
    schema_version_ = now;
  }
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? &kNone : &found->second;
}

Result<void> FieldIndexes::load() {
  by_type_.clear();
  Query query(database_, "SELECT n,type,fields FROM type_index ORDER BY n");
  while (query.next()) {
    Result<FieldGroup> fields = group_from_stored_name(query.text(2));
    if (!fields) return fields.error();
    by_type_[EntityType{std::string(query.text(1))}].push_back({query.integer(0), std::move(*fields)});
  }
  return query.end();
}

// ---- which one helps ----

IndexUse::IndexUse(const std::vector<FieldIndex>& indexes, const Filter& filter, const Sort* sort) {
  if (indexes.empty()) return;
  collect(filter.root(), terms_);
  for (const FieldIndex& index : indexes) {
    const Found found = look(index, sort);
    if (found.score() <= found_.score()) continue;
    found_ = found;
    index_ = &index;
  }
}

const Term* IndexUse::equal_term(const FieldPath& path) const {
  for (const Term* term : terms_) {
    if (term->comparison == Comparison::eq && std::get<FieldPath>(term->operand) == path) return term;
  }
  return nullptr;
}

IndexUse::Found IndexUse::look(const FieldIndex& index, const Sort* sort) const {
  Found found;
  while (found.equal < index.fields.size() && equal_term(index.fields[found.equal]) != nullptr) ++found.equal;
  if (found.equal == index.fields.size()) {
    found.ordered = sort != nullptr && sort->keys().empty();  // by the id, which stands behind the fields
    return found;
  }
  const FieldPath& next = index.fields[found.equal];
  found.ranged = std::any_of(terms_.begin(), terms_.end(), [&](const Term* term) {
    return is_range(*term) && std::get<FieldPath>(term->operand) == next;
  });
  if (sort != nullptr && !sort->keys().empty()) {
    const FieldPath* const first = std::get_if<FieldPath>(&sort->keys().front().operand);
    found.ordered = first != nullptr && *first == next;
  }
  return found;
}

void IndexUse::append_terms(Sql& sql) const {
  for (std::size_t i = 0; i < found_.equal; ++i) {
    const FieldPath& path = index_->fields[i];
    sql.add(" AND ").add(key_expression(path)).add("=?").bind(key_of(equal_term(path)->value));
  }
  if (!found_.ranged) return;
  const FieldPath& next = index_->fields[found_.equal];
  for (const Term* term : terms_) {
    if (is_range(*term) && std::get<FieldPath>(term->operand) == next) {
      append_range(sql, key_expression(next), *term);
    }
  }
}

bool IndexUse::holds(const FieldPath& path) const {
  return index_ != nullptr &&
         std::find(index_->fields.begin(), index_->fields.end(), path) != index_->fields.end();
}

void IndexUse::append_start(Sql& sql, const Sort& sort, const SortPlace& after) const {
  if (!found_.ordered || sort.keys().empty() || after.values.empty()) return;
  const json::value& value = after.values.front();
  const bool descending = sort.keys().front().descending;
  const std::string key = key_expression(index_->fields[found_.equal]);
  if (value.is_structured()) {
    if (!descending) sql.add(" AND ").add(key).add(">=").add(kStructure);
    return;  // the other way round they come first
  }
  sql.add(" AND ").add(key).add(descending ? "<=?" : ">=?").bind(key_of(value));
}

}  // namespace coterie
