// One use of a prepared statement: bind, step through the rows, read their columns. Put back when it goes.
//
//     Query query(database, "SELECT id FROM entity WHERE type = ?");
//     query.bind(type.value());
//     while (query.next()) use(query.text(0));
//     if (Result<void> done = query.end(); !done) return done.error();
//
// Thread: its database's.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "storage/sqlite/database.hpp"

namespace coterie {

class Query {
 public:
  Query(Database& database, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Binds the parameters in their order, after those bound before. Texts are not copied: they must outlive
  // the query.
  template <class... Values>
  Query& bind(Values&&... values) {
    (bind_next(std::forward<Values>(values)), ...);
    return *this;
  }

  bool next();         // true: a row. False: the end, or a failure; end() tells which
  Result<void> end();  // after next() was false
  Result<void> run();  // steps to the end
  void again();        // back to before the first row, without parameters

  // Of the current row. Texts are valid until the next call of next().
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::string_view text(int column) const;
  bool is_null(int column) const;

 private:
  void bind_next(std::nullptr_t);
  void bind_next(double value);
  void bind_next(const char* text) { bind_next(std::string_view(text)); }
  void bind_next(std::string_view value);
  void bind_next(const std::string& value) { bind_next(std::string_view(value)); }
  void bind_next(std::string&&) = delete;  // would be gone before the step
  template <std::integral Integer>
  void bind_next(Integer value) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    bind_integer(std::cmp_greater(value, kMost) ? kMost : static_cast<std::int64_t>(value));
  }
  void bind_integer(std::int64_t value);

  Database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  bool failed_ = false;
};

}  // namespace coterie
