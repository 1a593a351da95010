#include "storage/past_version.hpp"

#include <utility>

#include "storage/stored_json.hpp"

namespace coterie {
namespace {

Result<void> set_whole(DocumentState& state, std::string_view text) {
  Result<boost::json::object> object = parse_stored_object(text);
  if (!object) return object.error();
  state = std::move(*object);
  return {};
}

}  // namespace

Result<void> replay(DocumentState& state, const DataSyncEvent& event) {
  if (event.operation == EventOperation::create) return set_whole(state, event.set);
  if (event.operation == EventOperation::remove) {
    state.reset();
    return {};
  }
  const Result<Change> change = change_of(event);
  if (!change) return change.error();
  if (!state) state.emplace();
  return apply(*state, *change);
}

Result<void> rewind(DocumentState& state, const DataSyncEvent& event) {
  if (event.operation == EventOperation::remove) return set_whole(state, event.old);
  if (event.operation == EventOperation::create) {
    state.reset();
    return {};
  }
  const Result<Change> change = change_of(event);
  if (!change) return change.error();
  if (!state) state.emplace();
  return revert(*state, *change);
}

}  // namespace coterie
