// The strict JSON of the protocol: what Boost.JSON lets pass and the protocol does not, is refused here.
// Numbers are finite and exact: integers within ±(2^53-1), a whole number is an integer (1.0 is 1, -0 is 0),
// doubles are read and written by their shortest exact form. No duplicate member names, no U+0000, no lone
// surrogates, a depth of at most kMaxDepth. RFC 8259, RFC 7493 (I-JSON).
// Thread: any.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

struct JsonLimits {
  std::size_t bytes;    // of the text
  std::size_t depth;    // nested arrays and objects
  std::size_t members;  // of all objects and items of all arrays together
};

// The value that `text` holds, normalised. Errors: bad_json, bad_number, too_large.
Result<boost::json::value> parse_json(std::string_view text, const JsonLimits& limits);

// Appends the compact text of a value; what parse_json returned comes back as an equal value.
void write_json(std::string& out, const boost::json::value& value);
void write_json(std::string& out, const boost::json::object& object);
void write_json(std::string& out, const boost::json::array& array);
void write_json(std::string& out, std::string_view text);  // a JSON string with its quotes

std::string to_json_text(const boost::json::value& value);
std::string to_json_text(const boost::json::object& object);

// The order of members does not count: equal for equal content. 128 bits of XXH3, not for secrets.
struct ContentHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const ContentHash&, const ContentHash&) = default;
};
ContentHash hash_content(const boost::json::value& value);

}  // namespace coterie
