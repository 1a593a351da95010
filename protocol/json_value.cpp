#include <algorithm>
#include <cmath>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace json = boost::json;

std::optional<json::value> number_value(double number) {
  constexpr auto kMost = static_cast<double>(kMaxInteger);
  if (!(number >= -kMost && number <= kMost)) return std::nullopt;  // NaN too
  if (number == std::trunc(number)) return json::value(static_cast<std::int64_t>(number));
  return json::value(number);
}

JsonShape shape_of(const json::object& object) {
  JsonShape shape{1, object.size()};
  for (const auto& member : object) {
    const JsonShape inner = shape_of(member.value());
    shape.depth = std::max(shape.depth, inner.depth + 1);
    shape.members += inner.members;
  }
  return shape;
}

JsonShape shape_of(const json::value& value) {
  if (const auto* object = value.if_object()) return shape_of(*object);
  const auto* array = value.if_array();
  if (array == nullptr) return {};
  JsonShape shape{1, array->size()};
  for (const auto& item : *array) {
    const JsonShape inner = shape_of(item);
    shape.depth = std::max(shape.depth, inner.depth + 1);
    shape.members += inner.members;
  }
  return shape;
}

}  // namespace coterie
