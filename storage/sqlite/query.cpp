#include "storage/sqlite/query.hpp"

#include <sqlite3.h>

namespace coterie {

Query::Query(Database& database, std::string_view sql)
    : database_(database), statement_(database.prepared(sql)), failed_(statement_ == nullptr) {}

Query::~Query() {
  if (statement_) again();
}

void Query::again() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bound_ = 0;
}

void Query::bind_next(std::nullptr_t) {
  if (sqlite3_bind_null(statement_, ++bound_) != SQLITE_OK) failed_ = true;
}

void Query::bind_next(double value) {
  if (sqlite3_bind_double(statement_, ++bound_, value) != SQLITE_OK) failed_ = true;
}

void Query::bind_next(std::string_view value) {
  const char* data = value.data() ? value.data() : "";  // a null pointer would bind NULL
  const int code = sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) failed_ = true;
}

void Query::bind_integer(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) failed_ = true;
}

bool Query::next() {
  if (failed_) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  failed_ = code != SQLITE_DONE;
  return false;
}

Result<void> Query::end() {
  if (failed_) return database_.error();
  return {};
}

Result<void> Query::run() {
  while (next()) {
  }
  return end();
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::text(int column) const {
  const void* data = sqlite3_column_text(statement_, column);
  if (!data) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

}  // namespace coterie
