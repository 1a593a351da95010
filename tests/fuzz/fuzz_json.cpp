// Any bytes: either refused, or a value that is written as text that reads back as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coterie;
  constexpr JsonLimits kLimits{64 * 1024, kMaxDepth, kMaxMembers};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = parse_json(text, kLimits);
  if (!value) return 0;

  // The text that is written may be longer than the one that came ("1e15"), so it is read without the limit
  // of bytes.
  const std::string written = to_json_text(*value);
  const auto again = parse_json(written, {written.size(), kLimits.depth, kLimits.members});
  const JsonShape shape = shape_of(*value);
  const bool holds = again && *again == *value && to_json_text(*again) == written &&
                     hash_content(*again) == hash_content(*value) && shape.depth <= kLimits.depth &&
                     shape.members <= kLimits.members && written.find('\n') == std::string::npos;
  if (!holds) std::abort();
  return 0;
}
