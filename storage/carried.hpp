// A record carried along its events, with its metadata: how it stood before and after each.
// Thread: any; a value.
#pragma once

#include "storage/filter_watches.hpp"
#include "storage/past_version.hpp"
#include "storage/store.hpp"

namespace coterie {

struct Carried {
  EntityMeta meta;
  DocumentState data;
  Image image() const { return data ? Image{&meta, &*data} : Image{}; }
};

Result<void> step_forth(Carried& record, const DataSyncEvent& event);
// How a record stood before the event. Error not_found: that is not kept any more.
Result<Carried> stood_before(const DataSyncEvent& event, Reader& reader);

}  // namespace coterie
