// The indexes on fields of one type, and which of them helps a question. They stand on field_key(doc, path),
// over the live records of their type alone. Which one is used is decided here and named in the statement
// (INDEXED BY): without statistics SQLite would rather walk a type of a million records. The terms on the
// index only narrow down; the filter itself judges every row that is left, so that an index never changes an
// answer. Thread: its database's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/filter.hpp"
#include "protocol/sort.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

struct FieldIndex {
  std::int64_t number = 0;
  FieldGroup fields;  // of the index, in its order; behind them the id
};

std::string index_name(std::int64_t number);
// field_key(doc,'"status"'), as text: an index is found by the text of its expression. Paths come from the
// configuration, never from a client.
std::string key_expression(const FieldPath& path);
std::string type_literal(const EntityType& type);  // 'Booking': letters, digits and _ only

// Those of a database, read anew where its schema has changed.
class FieldIndexes {
 public:
  explicit FieldIndexes(Database& database) : database_(database) {}
  // Valid until the next call. Within the transaction of the question.
  Result<const std::vector<FieldIndex>*> of(const EntityType& type);

 private:
  Result<void> load();
  Database& database_;
  std::int64_t schema_version_ = -1;
  std::map<EntityType, std::vector<FieldIndex>> by_type_;
};

// The use of an index for one question. Points into the index and the filter.
class IndexUse {
 public:
  IndexUse() = default;  // none
  // The best of them for this filter and, where rows come in an order, this sort.
  IndexUse(const std::vector<FieldIndex>& indexes, const Filter& filter, const Sort* sort);

  explicit operator bool() const { return index_ != nullptr; }
  const FieldIndex& index() const { return *index_; }
  void append_terms(Sql& sql) const;  // " AND ..." for each bound or bounded field
  // Whether the sort's key may be written as the key of the index, whose order is the same.
  bool holds(const FieldPath& path) const;
  // " AND ..." that lets the page begin at its place in the index, where the order is the index's.
  void append_start(Sql& sql, const Sort& sort, const SortPlace& after) const;

 private:
  struct Found {
    std::size_t equal = 0;  // so many of the index's fields are bound to one value
    bool ranged = false;    // and the next has bounds
    bool ordered = false;   // or the rows come by the next
    std::size_t score() const { return 4 * equal + (ordered ? 2 : 0) + (ranged ? 1 : 0); }
  };
  Found look(const FieldIndex& index, const Sort* sort) const;
  const Term* equal_term(const FieldPath& path) const;

  const FieldIndex* index_ = nullptr;
  Found found_;
  std::vector<const Term*> terms_;  // that must all hold, on fields
};

}  // namespace coterie
