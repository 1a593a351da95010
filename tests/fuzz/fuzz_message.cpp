// Any line: either refused with an error that can itself be sent, or understood, and then its description is
// understood as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "protocol/json.hpp"
#include "tests/support/describe.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

bool is_strict_json(const std::string& text) {
  return parse_json(text, {text.size(), kMaxMessageDepth, kMaxMembers}).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const WireLimits limits;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const DecodeResult message = decode(line, limits, limits.message_bytes);
  if (!message) {
    const Error& error = message.error().error;
    check(!error.message.empty() && is_strict_json(encode(error)));
    return 0;
  }
  // Numbers may be written longer than they came ("1e15"), so the second reading has no limit of bytes.
  const boost::json::object described = testing::describe(*message);
  const std::string text = to_json_text(described);
  const DecodeResult again = decode(text, limits, text.size());
  check(again.has_value() && testing::describe(*again) == described);
  return 0;
}
