// What of a record can be found by full-text search: the words of its configured fields, whatever they hold.
// Thread: any; pure.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "protocol/field_path.hpp"
#include "protocol/types.hpp"

namespace coterie {

using SearchFields = std::map<EntityType, std::vector<FieldPath>>;

// Sorted, each once.
std::vector<std::string> searched_words(const boost::json::object& document,
                                        const std::vector<FieldPath>& fields);

// The setting as one text: another text means another index.
std::string fields_text(const std::vector<FieldPath>& fields);

}  // namespace coterie
