// The strict JSON of the protocol: what Boost.JSON lets pass and the protocol does not, is refused here.
// Numbers are finite and exact: within ±(2^53-1) however they are written (1e20 is a whole number like any
// other, and a client would send it back as digits), a whole number is an integer (1.0 is 1, -0 is 0),
// doubles are read and written by their shortest exact form; what a double can only hold as zero is refused.
// No duplicate member names, no U+0000, no lone surrogates, a depth of at most kMaxDepth. RFC 8259, RFC 7493
// (I-JSON). Thread: any.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

struct JsonLimits {
  std::size_t bytes;    // of the text
  std::size_t depth;    // nested arrays and objects
  std::size_t members;  // of all objects and items of all arrays together
};

// The value that `text` holds, normalised. Errors: bad_json (too deep as well), bad_number, too_large.
// No error repeats any of the text.
Result<boost::json::value> parse_json(std::string_view text, const JsonLimits& limits);

// A computed number as the protocol holds it: an integer where it is whole. Nothing where it is not finite or
// lies outside ±(2^53-1). Every number that does not come from parse_json goes through here.
std::optional<boost::json::value> number_value(double number);

// What JsonLimits count, of a value that was put together here: a document must stay one that parse_json
// reads.
struct JsonShape {
  std::size_t depth = 0;    // 0 for a scalar
  std::size_t members = 0;  // of all objects and items of all arrays together
};
JsonShape shape_of(const boost::json::value& value);
JsonShape shape_of(const boost::json::object& object);

// Appends the compact text of a value; what parse_json returned comes back as an equal value.
// A number that is not finite is a defect of the caller: std::logic_error.
void write_json(std::string& out, const boost::json::value& value);
void write_json(std::string& out, const boost::json::object& object);
void write_json(std::string& out, const boost::json::array& array);
void write_json(std::string& out, std::string_view text);  // a JSON string with its quotes
inline void write_json(std::string& out, const char* text) { write_json(out, std::string_view(text)); }
inline void write_json(std::string& out, const boost::json::string& text) {
  write_json(out, std::string_view(text.data(), text.size()));
}

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
