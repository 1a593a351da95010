// The committed answers: found by user and mutation, forgotten oldest first. Their row numbers have no holes,
// because rows are added at the one end and taken off at the other; so they are counted without counting.
// Thread: its database's. Law 4.
#pragma once

#include "storage/sqlite/database.hpp"
#include "storage/store.hpp"

namespace coterie {

class AnswerTable {
 public:
  AnswerTable(Database& database, std::uint64_t seed) : database_(database), seed_(seed) {}

  Result<std::optional<StoredAnswer>> find(const UserId& user, const MutationId& id);
  Result<void> add(const StoredAnswer& answer);  // within a transaction
  // Forgets some of those that are older than `before` or beyond `most_kept`. True: there is more.
  Result<bool> trim(Timestamp before, std::uint64_t most_kept);

 private:
  Database& database_;
  std::uint64_t seed_;
};

}  // namespace coterie
