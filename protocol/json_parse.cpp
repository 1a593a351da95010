// Reading: Boost.JSON's grammar under a handler of our own, which counts, keeps numbers exact and refuses
// early.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <cstring>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using BoostError = boost::system::error_code;

enum class Refusal { none, number, nul, too_many };

// Puts the value together as the parser finds its parts. Every false ends the parse with a refusal noted.
class Handler {
 public:
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();

  // `scratch` is memory that small values are put together in.
  Handler(std::size_t max_members, unsigned char* scratch, std::size_t scratch_size)
      : values_left_(max_members + 1), stack_({}, scratch, scratch_size) {
    stack_.reset();
  }

  Refusal request_error() const { return refusal_; }
  std::size_t object_members() const { return object_members_; }
  json::value release() { return stack_.release(); }

  bool on_document_begin(BoostError&) { return true; }
  bool on_document_end(BoostError&) { return true; }
  bool on_array_begin(BoostError& ec) { return count(ec); }
  bool on_array_end(std::size_t n, BoostError&) { return stack_.push_array(n), true; }
  bool on_object_begin(BoostError& ec) { return count(ec); }
  bool on_object_end(std::size_t n, BoostError&) { return object_members_ += n, stack_.push_object(n), true; }

  bool on_string_part(std::string_view s, std::size_t, BoostError& ec) {
    return without_nul(s, ec) && (stack_.push_chars(s), true);
  }
  bool on_string(std::string_view s, std::size_t, BoostError& ec) {
    return count(ec) && without_nul(s, ec) && (stack_.push_string(s), true);
  }
  bool on_key_part(std::string_view s, std::size_t, BoostError& ec) {
    return without_nul(s, ec) && (stack_.push_chars(s), true);
  }
  bool on_key(std::string_view s, std::size_t, BoostError& ec) {
    return without_nul(s, ec) && (stack_.push_key(s), true);
  }

  // The text is given whole, so a number comes in parts only where the text ends inside it; that is
  // malformed.
  bool on_number_part(std::string_view, BoostError& ec) { return ec = json::error::incomplete, false; }
  bool on_int64(std::int64_t i, std::string_view, BoostError& ec) {
    if (i > kMaxInteger || i < -kMaxInteger) return refuse(Refusal::number, ec);
    return count(ec) && (stack_.push_int64(i), true);
  }
  bool on_uint64(std::uint64_t, std::string_view, BoostError& ec) { return refuse(Refusal::number, ec); }
  // The parser's own double is off by a unit in the last place for some texts; `s` is the whole number's
  // text.
  bool on_double(double, std::string_view s, BoostError& ec) {
    double exact = 0;
    const auto [end, failure] = std::from_chars(s.data(), s.data() + s.size(), exact);
    if (failure != std::errc{} || end != s.data() + s.size()) return refuse(Refusal::number, ec);
    const auto value = number_value(exact);
    if (!value) return refuse(Refusal::number, ec);
    if (!count(ec)) return false;
    if (value->is_int64())
      stack_.push_int64(value->get_int64());
    else
      stack_.push_double(value->get_double());
    return true;
  }

  bool on_bool(bool b, BoostError& ec) { return count(ec) && (stack_.push_bool(b), true); }
  bool on_null(BoostError& ec) { return count(ec) && (stack_.push_null(), true); }
  bool on_comment_part(std::string_view, BoostError&) { return true; }
  bool on_comment(std::string_view, BoostError&) { return true; }

 private:
  bool refuse(Refusal refusal, BoostError& ec) {
    refusal_ = refusal;
    ec = json::error::exception;
    return false;
  }
  // Each value but the outermost is a member of an object or an item of an array.
  bool count(BoostError& ec) {
    if (values_left_ == 0) return refuse(Refusal::too_many, ec);
    --values_left_;
    return true;
  }
  bool without_nul(std::string_view s, BoostError& ec) {
    return std::memchr(s.data(), '\0', s.size()) == nullptr || refuse(Refusal::nul, ec);
  }

  std::size_t values_left_;
  std::size_t object_members_ = 0;
  Refusal refusal_ = Refusal::none;
  json::value_stack stack_;
};

// Whether what the grammar stumbled over is one of the words that other languages write for such numbers.
bool names_no_number(std::string_view text) {
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == 'N' || c == 'I') {  // neither is in any word or number of JSON
      return text.substr(i).starts_with("NaN") || text.substr(i).starts_with("Infinity");
    }
  }
  return false;
}

Error refusal_of(const Handler& handler, const BoostError& ec, std::string_view text) {
  switch (handler.request_error()) {
    case Refusal::number:
      break;
    case Refusal::nul:
      return {ErrorCode::bad_json, "A text holds U+0000, which is not allowed."};
    case Refusal::too_many:
      return {ErrorCode::too_large, "There are too many members and items; send less at once."};
    case Refusal::none:
      if (ec == json::error::exponent_overflow || (ec == json::error::syntax && names_no_number(text))) break;
      if (ec == json::error::too_deep)
        return {ErrorCode::bad_json, "The objects and arrays are nested too deep."};
      return {ErrorCode::bad_json, "The text is not well-formed JSON: " + ec.message() + "."};
  }
  return {ErrorCode::bad_number,
          "A number must be finite, lie between -(2^53-1) and 2^53-1, and not be too small for a double."};
}

std::size_t object_members_in(const json::value& value) {
  std::size_t n = 0;
  if (const auto* object = value.if_object()) {
    n = object->size();
    for (const auto& member : *object)
      if (member.value().is_structured()) n += object_members_in(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      if (item.is_structured()) n += object_members_in(item);
  }
  return n;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return Error{ErrorCode::too_large, "The text is longer than " + std::to_string(limits.bytes) + " bytes."};

  alignas(json::value) unsigned char scratch[4096];
  json::parse_options options;
  options.max_depth = limits.depth;
  json::basic_parser<Handler> parser(options, limits.members, scratch, sizeof scratch);
  BoostError ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = json::error::extra_data;
  if (ec) return refusal_of(parser.handler(), ec, text);

  json::value value = parser.handler().release();
  // An object keeps one of several members of the same name; it has the index to see them, so what is missing
  // tells.
  if (object_members_in(value) != parser.handler().object_members())
    return Error{ErrorCode::bad_json, "An object has two members of the same name."};
  return value;
}

}  // namespace coterie
