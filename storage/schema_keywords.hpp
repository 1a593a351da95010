// What a JSON Schema may say here, looked at before it is compiled: unknown and unsupported keywords are
// refused by their place, and those that this project evaluates itself are renamed, so that the validator's
// own forms of them (which run std::regex over a record's text, or compare every item with every other) never
// come into being. Thread: any; pure.
#pragma once

#include <boost/json/value.hpp>

#include "protocol/error.hpp"

namespace coterie {

inline constexpr const char* kOwnPattern = "coterie:pattern";
inline constexpr const char* kOwnFormat = "coterie:format";
inline constexpr const char* kOwnMultipleOf = "coterie:multipleOf";
inline constexpr const char* kOwnUniqueItems = "coterie:uniqueItems";

// The schema as it may be compiled. Error bad_request; `member` is the place, dotted.
Result<boost::json::value> checked_schema(const boost::json::value& schema);

}  // namespace coterie
