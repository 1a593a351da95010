// Two lines, a sort and a cursor: whatever is not refused is a place, which written again reads back as the
// same place.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/base64url.hpp"
#include "protocol/sort.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_cursor(const Sort& sort, std::string_view cursor) {
  const Result<SortPlace> place = decode_cursor(sort, cursor);
  if (!place) return;
  check(place->values.size() == sort.keys().size());
  const Result<SortPlace> again = decode_cursor(sort, encode_cursor(sort, *place));
  check(again.has_value() && again->values == place->values && again->id == place->id);
  check(compare(sort, *again, *place) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto bytes = from_base64url(text);
  if (bytes) check(to_base64url(*bytes) == text);
  check(from_base64url(to_base64url(text)) == text);

  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const Result<Sort> sort = Sort::parse(text.substr(0, end));
  if (!sort) return 0;
  check_cursor(*sort, text.substr(end + 1));
  check_cursor(*sort, to_base64url(text.substr(end + 1)));  // what stands inside a cursor, as it is
  return 0;
}
