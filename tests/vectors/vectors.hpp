// The files of golden vectors, read. Their form is told in protocol/README.md.
#pragma once

#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie::testing {

// The cases of protocol/vectors/<name>.json; an unreadable or empty file fails the test.
boost::json::array cases_of(const std::string& name);

inline std::string text_at(const boost::json::object& object, const char* member) {
  const boost::json::string& text = object.at(member).as_string();
  return {text.data(), text.size()};
}

// An error as a case expects it: {"code", "member"?}; the wording of the message is free.
void check_error(const boost::json::object& expected, const Error& error);

}  // namespace coterie::testing
