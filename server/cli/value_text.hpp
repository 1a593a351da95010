// How a value of a record is shown: short on one line, or laid out over several.
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

namespace coterie {

// One line, printable: text that could not be mistaken stands without quotes; no value at all is "-".
std::string brief(const boost::json::value* value);
// Two spaces for each level, a member a line, printable.
std::string laid_out(const boost::json::value& value, std::size_t indent = 0);

// A member of a message from the server, or nothing where it is absent or of another kind.
std::string text_member(const boost::json::object& message, std::string_view member);
std::uint64_t number_member(const boost::json::object& message, std::string_view member);
const boost::json::object* object_member(const boost::json::object& message, std::string_view member);
const boost::json::array* array_member(const boost::json::object& message, std::string_view member);

}  // namespace coterie
