#include "storage/read_access.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "storage/carried.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

bool admitted(const TypeAccess& access, const Carried& record) {
  return !record.data || access.reads(record.meta, *record.data);
}

// Carries each record of a page along its events, so that a stretch of one record costs one look into the
// past.
class Judge {
 public:
  explicit Judge(Reader& reader) : reader_(reader) {}

  Result<bool> tells(const TypeAccess& access, const DataSyncEvent& event) {
    auto known = records_.find(event.key);
    const Version before{event.version.value() - 1};
    if (known == records_.end() || known->second.meta.version != before) {
      Result<Carried> stood = stood_before(event, reader_);
      if (!stood && stood.error().code == ErrorCode::not_found) return false;
      if (!stood) return stood.error();
      known = records_.insert_or_assign(event.key, std::move(*stood)).first;
    }
    Carried& record = known->second;
    const bool saw = admitted(access, record);
    if (Result<void> done = step_forth(record, event); !done) return done.error();
    return saw && admitted(access, record);
  }

 private:
  Reader& reader_;
  std::unordered_map<EntityKey, Carried> records_;
};

}  // namespace

Result<bool> sees_at(const TypeAccess* access, Reader& reader, const EntityKey& key, Version version) {
  if (access == nullptr || access->to(AccessAction::read).is_all()) return true;
  if (access->to(AccessAction::read).is_none()) return false;
  const Result<std::optional<Entity>> stood = reader.get_at(key, version);
  if (!stood) return stood.error();
  if (!*stood) return false;
  const Result<boost::json::object> data = parse_stored_object((*stood)->data);
  if (!data) return data.error();
  return access->reads((*stood)->meta, *data);
}

Result<bool> sees_now(const TypeAccess* access, Reader& reader, const EntityKey& key) {
  if (access == nullptr || access->to(AccessAction::read).is_all()) return true;
  if (access->to(AccessAction::read).is_none()) return false;
  const Result<std::optional<Head>> head = reader.head(key);
  if (!head) return head.error();
  if (!*head) return false;
  if (!(*head)->deleted) return access->reads((*head)->meta, (*head)->data);
  return sees_at(access, reader, key, Version{(*head)->meta.version.value() - 1});
}

Result<void> keep_seen(std::vector<DataSyncEvent>& events, const AccessOf& access_of, Reader& reader) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(events[a].seq, events[a].index) < std::pair(events[b].seq, events[b].index);
  });
  std::vector<bool> told(events.size(), false);
  Judge judge(reader);
  for (const std::size_t place : order) {
    DataSyncEvent& event = events[place];
    const std::shared_ptr<const TypeAccess> access = access_of(event.key.type);
    if (!access || access->to(AccessAction::read).is_all()) {
      told[place] = true;
    } else if (!access->to(AccessAction::read).is_none()) {
      const Result<bool> tells = judge.tells(*access, event);
      if (!tells) return tells.error();
      told[place] = *tells;
    }
  }
  std::size_t kept = 0;
  for (std::size_t place = 0; place < events.size(); ++place) {
    if (!told[place]) continue;
    if (kept != place) events[kept] = std::move(events[place]);
    const std::shared_ptr<const TypeAccess> access = access_of(events[kept].key.type);
    if (access && access->veil) access->veil->cut(events[kept]);
    ++kept;
  }
  events.resize(kept);
  return {};
}

}  // namespace coterie
