// Of each field of a record: the version that changed it last. Goes back along the record's own events until
// every field is accounted for, at most kMostBlamed of them. Thread: the reader's.
#pragma once

#include "storage/store.hpp"

namespace coterie {

inline constexpr std::size_t kMostBlamed = 10'000;

// Absent: there is no such record, or it is deleted.
Result<std::optional<BlameAnswer>> blame(Reader& reader, const EntityKey& key);

}  // namespace coterie
