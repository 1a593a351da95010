#include "storage/stored_json.hpp"

#include <limits>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

// Limits stand where text enters; here only the depth does, with room for the object around an event's old
// values.
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max() / 2;
constexpr JsonLimits kStored{kAny, kMaxDepth + 2, kAny};

Error damaged(std::string_view what) {
  Error error{ErrorCode::unavailable, "The database holds damaged data (", "", false, {}, {}};
  error.message.append(what).append("); restore it from a backup.");
  return error;
}

Result<std::vector<FieldValue>> field_values(std::string_view text) {
  Result<boost::json::object> object = parse_stored_object(text);
  if (!object) return object.error();
  std::vector<FieldValue> values;
  values.reserve(object->size());
  for (auto& member : *object) {
    Result<FieldPath> path = FieldPath::parse(member.key());
    if (!path) return damaged("a field path in an event");
    values.push_back({std::move(*path), std::move(member.value())});
  }
  return values;
}

}  // namespace

Result<boost::json::object> parse_stored_object(std::string_view text) {
  Result<boost::json::value> value = parse_json(text, kStored);
  if (!value || !value->is_object()) return damaged("a document");
  return std::move(value->get_object());
}

Result<std::vector<FieldPath>> parse_stored_paths(std::string_view text) {
  const Result<boost::json::value> value = parse_json(text, kStored);
  if (!value || !value->is_array()) return damaged("a list of fields");
  std::vector<FieldPath> paths;
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string()) return damaged("a list of fields");
    Result<FieldPath> path = FieldPath::parse(item.get_string());
    if (!path) return damaged("a field path");
    paths.push_back(std::move(*path));
  }
  return paths;
}

Result<Change> change_of(const DataSyncEvent& event) {
  Result<std::vector<FieldValue>> set = field_values(event.set);
  if (!set) return set.error();
  Result<std::vector<FieldPath>> unset = parse_stored_paths(event.unset);
  if (!unset) return unset.error();
  Result<std::vector<FieldValue>> old = field_values(event.old);
  if (!old) return old.error();
  return Change{std::move(*set), std::move(*unset), std::move(*old)};
}

}  // namespace coterie
