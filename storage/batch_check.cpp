#include "storage/batch_check.hpp"

#include <string>
#include <unordered_map>

namespace coterie {

Error broken_batch(std::string_view what) {
  Error error{ErrorCode::unavailable, "The change was not stored: ", "", false, {}, {}};
  error.message.append(what).append(". This is a defect of the server.");
  return error;
}

namespace {

// The commits of a batch go on from `last` one by one, the events of each are numbered from 0.
const char* check_order(const std::vector<DataSyncEvent>& events, Seq last) {
  Seq seq = last;
  std::uint32_t index = 0;
  for (const DataSyncEvent& event : events) {
    if (event.seq == seq && seq != last) {
      if (event.index != ++index) return "the events of a commit are not numbered one by one";
      if (index >= kMaxEventsOfCommit) return "a commit has too many events";
    } else {
      if (event.seq.value() != seq.value() + 1) return "a commit's number leaves a hole or repeats one";
      if (event.index != 0) return "the events of a commit are not numbered from 0";
      seq = event.seq;
      index = 0;
    }
  }
  return nullptr;
}

}  // namespace

Result<BatchPlan> check_batch(const Batch& batch, Seq last) {
  if (const char* wrong = check_order(batch.events, last)) return broken_batch(wrong);

  std::unordered_map<EntityKey, std::size_t> head_of;
  head_of.reserve(batch.heads.size());
  for (std::size_t i = 0; i < batch.heads.size(); ++i) {
    if (!head_of.emplace(batch.heads[i].meta.key, i).second) return broken_batch("an entity has two heads");
  }

  BatchPlan plan;
  plan.previous.resize(batch.heads.size());
  plan.head_of_event.reserve(batch.events.size());
  std::vector<const DataSyncEvent*> newest(batch.heads.size(), nullptr);
  for (const DataSyncEvent& event : batch.events) {
    const auto found = head_of.find(event.key);
    if (found == head_of.end()) return broken_batch("an event has no head");
    const std::size_t i = found->second;
    if (event.version.value() == 0) return broken_batch("a version is 0");
    if (newest[i] == nullptr) {
      plan.previous[i] = Version{event.version.value() - 1};
    } else if (event.version.value() != newest[i]->version.value() + 1) {
      return broken_batch("an entity's versions leave a hole");
    }
    newest[i] = &event;
    plan.head_of_event.push_back(i);
  }
  for (std::size_t i = 0; i < batch.heads.size(); ++i) {
    if (newest[i] == nullptr) return broken_batch("a head has no event");
    if (newest[i]->version != batch.heads[i].meta.version)
      return broken_batch("a head is not its last event's");
    if ((newest[i]->operation == EventOperation::remove) != batch.heads[i].deleted) {
      return broken_batch("a head and its last event disagree whether it is deleted");
    }
  }
  return plan;
}

}  // namespace coterie
