// Documents and paths as literals, read by the same strict reader as everything else.
#pragma once

#include <doctest/doctest.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>

#include "protocol/field_path.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie::testing {

inline constexpr JsonLimits kLimits{1024 * 1024, kMaxDepth, kMaxMembers};

inline boost::json::value value_of(std::string_view text) {
  auto value = parse_json(text, kLimits);
  REQUIRE_MESSAGE(value.has_value(), "the test's own JSON: ", std::string(text));
  return *std::move(value);
}
inline boost::json::object object_of(std::string_view text) { return value_of(text).as_object(); }
inline FieldPath path_of(std::string_view text) { return FieldPath::parse(text).value(); }

}  // namespace coterie::testing
