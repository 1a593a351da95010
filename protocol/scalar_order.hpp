// How scalars compare, in one place for filters, sorts and cursors: numbers by their exact value whatever
// their form, text by code point (which is the order of UTF-8 bytes), and nothing across types. Thread: any.
#pragma once

#include <boost/json/value.hpp>
#include <compare>
#include <string_view>

namespace coterie {

inline std::string_view text_of(const boost::json::value& value) {
  const boost::json::string& text = value.get_string();
  return {text.data(), text.size()};
}

inline bool is_scalar(const boost::json::value& value) { return !value.is_structured(); }

// Both are numbers.
std::strong_ordering compare_numbers(const boost::json::value& a, const boost::json::value& b);

// Two scalars of one type with one value; an array or object equals nothing.
bool scalars_equal(const boost::json::value& a, const boost::json::value& b);

// The order of a sort: null, booleans, numbers, text, anything else (arrays and objects are equal among
// themselves).
std::strong_ordering compare_sorted(const boost::json::value& a, const boost::json::value& b);

}  // namespace coterie
