// Reading back the JSON text that the store itself wrote. Damage is the only way this fails, and it is told
// as such. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "protocol/change.hpp"
#include "protocol/entity.hpp"
#include "protocol/error.hpp"

namespace coterie {

// Error unavailable, without retry: the stored text is damaged.
Result<boost::json::object> parse_stored_object(std::string_view text);

// A JSON array of dotted paths. Error as above.
Result<std::vector<FieldPath>> parse_stored_paths(std::string_view text);

// What an UPDATE did, from the texts in its event. Error as above.
Result<Change> change_of(const DataSyncEvent& event);

}  // namespace coterie
