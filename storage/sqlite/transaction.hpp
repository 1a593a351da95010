// A transaction that takes itself back when it goes without having been committed.
// Thread: its database's.
#pragma once

#include "storage/sqlite/database.hpp"

namespace coterie {

class Transaction {
 public:
  enum class Kind { read, write };  // write takes the lock at once, so that no later step can find it taken

  Transaction(Database& database, Kind kind) : database_(database), begun_(database.run(begin_text(kind))) {}
  ~Transaction() { roll_back(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  const Result<void>& begun() const { return begun_; }
  Result<void> commit() { return database_.run("COMMIT"); }
  void roll_back() {
    if (begun_ && database_.in_transaction()) (void)database_.run("ROLLBACK");
  }

 private:
  static const char* begin_text(Kind kind) { return kind == Kind::read ? "BEGIN" : "BEGIN IMMEDIATE"; }

  Database& database_;
  Result<void> begun_;
};

}  // namespace coterie
