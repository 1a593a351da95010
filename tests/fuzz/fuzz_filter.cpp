// Two lines, a filter and a document: the filter is refused, or has an answer, which $not turns round
// exactly, and which the same filter read from its own source gives again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/filter.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr JsonLimits kLimits{64 * 1024, kMaxDepth, kMaxMembers};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const Result<boost::json::value> source = parse_json(text.substr(0, end), kLimits);
  const Result<boost::json::value> document = parse_json(text.substr(end + 1), kLimits);
  if (!source || !document || !document->is_object()) return 0;
  const Result<Filter> filter = Filter::parse(*source);
  if (!filter) return 0;

  EntityMeta meta;
  meta.key = {EntityType("Thing"), EntityId("b-42")};
  meta.version = Version(7);
  const bool matches = filter->matches(meta, document->get_object());
  const Result<Filter> again = Filter::parse(boost::json::value(filter->source()));
  check(again.has_value() && again->matches(meta, document->get_object()) == matches);
  const Result<Filter> negated = Filter::parse(boost::json::object{{"$not", filter->source()}});
  if (negated) check(negated->matches(meta, document->get_object()) != matches);
  check(both(*filter, *filter).matches(meta, document->get_object()) == matches);
  return 0;
}
