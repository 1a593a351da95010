// The named readers of all changes, as they stand in the database.
// Thread: its database's.
#pragma once

#include "storage/sqlite/database.hpp"
#include "storage/store.hpp"

namespace coterie {

class NamedReaderTable {
 public:
  explicit NamedReaderTable(Database& database) : database_(database) {}

  Result<std::vector<NamedReader>> all();  // by name
  Result<std::optional<NamedReader>> find(const ReaderName& name);

 private:
  Database& database_;
};

}  // namespace coterie
