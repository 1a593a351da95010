// Full-text search as a reader asks it: whether a type has an index that is complete (the writer keeps that
// list as configured), and the SQL that finds by it. Words are bound as one expression made of folded words
// alone, so that no text of a user reaches the grammar of FTS5. Thread: its database's.
#pragma once

#include <optional>
#include <string>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/store.hpp"

namespace coterie {

std::string search_table_name(std::int64_t id);

// The index of one type.
struct SearchTable {
  std::string name;
  std::uint64_t lag = 0;  // changes of the type that it does not know of yet

  // " FROM ... WHERE ...": the live records of the type that the words find.
  void append_found(Sql& sql, const EntityType& type, const Search& search) const;
  // The order without a sort: as they were first made. It is the index's own, so that a page costs what it
  // shows, however many are found.
  void append_page(Sql& sql, const EntityType& type, const std::optional<SortPlace>& after) const;
};

class SearchReads {
 public:
  explicit SearchReads(Database& database) : database_(database) {}

  // Errors: bad_request (no fields are configured for the type), unavailable with retry (being filled).
  Result<SearchTable> table_of(const EntityType& type);

 private:
  Result<std::uint64_t> lag_of(const EntityType& type);

  Database& database_;
};

}  // namespace coterie
