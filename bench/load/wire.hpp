// Members of a message as a tolerant client reads them: what is absent, or of another kind, is empty or 0.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace load {

inline std::string text_of(const boost::json::object& m, std::string_view name) {
  const boost::json::value* value = m.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

inline std::uint64_t number_of(const boost::json::object& m, std::string_view name) {
  const boost::json::value* value = m.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

}  // namespace load
