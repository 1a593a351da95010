// An entity's document carried along its log, forwards or back: how any version is found again without a copy
// of each. Thread: any; values.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "protocol/entity.hpp"
#include "protocol/error.hpp"

namespace coterie {

// Absent: it did not exist, or was deleted.
using DocumentState = std::optional<boost::json::object>;

// From the state before the event to the one after. Error: the log is damaged, the state is lost.
Result<void> replay(DocumentState& state, const DataSyncEvent& event);
// From the state after the event to the one before.
Result<void> rewind(DocumentState& state, const DataSyncEvent& event);

}  // namespace coterie
