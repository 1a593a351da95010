// From what stands on a command line to one operation of the protocol: `Horsepower=200` is a set, the value
// read as JSON where it is JSON and as text where it is not. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/error.hpp"
#include "server/cli/record_name.hpp"

namespace coterie {

struct EditFlags {
  std::vector<std::string> assignments;  // field=value
  std::vector<std::string> unset;
  std::vector<std::string> increment;  // field=number
  std::string guard;                   // a filter, JSON
  std::string strategy;
  std::uint64_t base = 0;  // 0: not given
  bool create = false;
  bool remove = false;
  std::uint64_t restore = 0;  // a version; 0: not asked for
};

// "address.city=Bonn" as its path and its value. Error bad_request: no '=', or not a path.
Result<std::pair<std::string, boost::json::value>> parse_assignment(std::string_view text);

// The operation, without baseVersion where none was given. Error bad_request: flags that do not go together.
Result<boost::json::object> make_operation(const EditFlags& flags, const RecordName& record);

// Whether the protocol asks for a baseVersion that is not there yet.
bool needs_base(const boost::json::object& operation);

// The operation that turns `current` into `wanted`; nothing where they are equal.
std::optional<boost::json::object> operation_towards(const RecordName& record,
                                                     const boost::json::object& current,
                                                     const boost::json::object& wanted);

}  // namespace coterie
