#include "storage/carried.hpp"

#include <utility>

#include "storage/stored_json.hpp"

namespace coterie {

Result<void> step_forth(Carried& record, const DataSyncEvent& event) {
  if (Result<void> done = replay(record.data, event); !done) return done;
  record.meta.key = event.key;
  record.meta.version = event.version;
  record.meta.updated_at = event.timestamp;
  record.meta.updated_by = event.user_id;
  if (event.operation != EventOperation::create) return {};
  record.meta.created_at = event.timestamp;
  record.meta.created_by = event.user_id;
  return {};
}

Result<Carried> stood_before(const DataSyncEvent& event, Reader& reader) {
  Carried record;
  if (event.operation == EventOperation::create) return record;
  Result<std::optional<Entity>> entity = reader.get_at(event.key, Version{event.version.value() - 1});
  if (!entity) return entity.error();
  if (!*entity) {
    return Error{ErrorCode::not_found, "How the record stood then is not kept any more.", "", false, {}, {}};
  }
  Result<boost::json::object> data = parse_stored_object((*entity)->data);
  if (!data) return data.error();
  record.meta = std::move((*entity)->meta);
  record.data = std::move(*data);
  return record;
}

}  // namespace coterie
