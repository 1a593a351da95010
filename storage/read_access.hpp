// Rights where something is read outside of decisions: whether a record may be seen, now or as it stood, and
// which events of a page may be told. An event is told where the reader may see the record on both sides of
// it, as far as there is one, by today's rights: what a live room tells as an event. Thread: a reader's.
// Law 8.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "protocol/access.hpp"
#include "storage/store.hpp"

namespace coterie {

// To the records of a type; null: everything. Called on the reader's thread.
using AccessOf = std::function<std::shared_ptr<const TypeAccess>(const EntityType&)>;

// A deleted record by how it last stood; one that never was is seen by who sees all.
Result<bool> sees_now(const TypeAccess* access, Reader& reader, const EntityKey& key);
Result<bool> sees_at(const TypeAccess* access, Reader& reader, const EntityKey& key, Version version);

// Leaves those that may be told, with the fields that may be seen. In the order of their commits, or against
// it.
Result<void> keep_seen(std::vector<DataSyncEvent>& events, const AccessOf& access_of, Reader& reader);

}  // namespace coterie
