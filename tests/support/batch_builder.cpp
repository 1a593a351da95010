#include "tests/support/batch_builder.hpp"

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {

namespace {

std::string fields_text(const std::vector<FieldValue>& fields) {
  boost::json::object object;
  for (const FieldValue& field : fields) object[field.path.text()] = field.value;
  return to_json_text(object);
}

std::string paths_text(const std::vector<FieldPath>& paths) {
  boost::json::array array;
  for (const FieldPath& path : paths) array.emplace_back(path.text());
  return to_json_text(boost::json::value(array));
}

}  // namespace

Timestamp time_at(Seq seq) {
  using namespace std::chrono;
  return Timestamp{sys_days{2026y / 1 / 1}} + seconds{seq.value()};
}

BatchBuilder::BatchBuilder(Store& store) : store_(store), seq_(store.position().value().seq.value() + 1) {}

Head& BatchBuilder::head_of(const EntityKey& key) {
  for (Head& head : batch_.heads) {
    if (head.meta.key == key) return head;
  }
  Result<std::optional<Head>> stored = store_.head(key);
  Head fresh;
  fresh.meta.key = key;
  batch_.heads.push_back(stored && *stored ? **stored : std::move(fresh));
  return batch_.heads.back();
}

void BatchBuilder::finish(Head& head, DataSyncEvent event) {
  event.seq = seq_;
  event.index = index_++;
  event.key = head.meta.key;
  event.version = Version{head.meta.version.value() + 1};
  event.user_id = UserId{"user-" + std::to_string(seq_.value() % 3)};
  event.session_id = SessionId{"session"};
  event.client_id = ClientId{"client"};
  event.mutation_id = MutationId{"mutation-" + std::to_string(seq_.value())};
  event.timestamp = time_at(seq_);
  if (event.operation == EventOperation::create) {
    head.meta.created_at = event.timestamp;
    head.meta.created_by = event.user_id;
  }
  head.meta.version = event.version;
  head.meta.updated_at = event.timestamp;
  head.meta.updated_by = event.user_id;
  batch_.events.push_back(std::move(event));
}

BatchBuilder& BatchBuilder::create(std::string_view type, std::string_view id, std::string_view data) {
  Head& head = head_of(key_of(type, id));
  head.deleted = false;
  head.data = object_of(data);
  DataSyncEvent event;
  event.operation = EventOperation::create;
  event.set = to_json_text(head.data);
  event.unset = "[]";
  event.old = "{}";
  finish(head, std::move(event));
  return *this;
}

BatchBuilder& BatchBuilder::update(std::string_view type, std::string_view id, std::string_view set,
                                   std::string_view unset) {
  Head& head = head_of(key_of(type, id));
  boost::json::object after = head.data;
  const boost::json::object set_fields = object_of(set);
  for (const auto& member : set_fields) set_field(after, path_of(member.key()), member.value()).value();
  const boost::json::value unset_fields = value_of(unset);
  for (const auto& path : unset_fields.get_array()) unset_field(after, path_of(path.get_string()));

  const Change change = difference(head.data, after);
  DataSyncEvent event;
  event.operation = EventOperation::update;
  event.set = fields_text(change.set);
  event.unset = paths_text(change.unset);
  event.old = fields_text(change.old);
  head.data = std::move(after);
  finish(head, std::move(event));
  return *this;
}

BatchBuilder& BatchBuilder::remove(std::string_view type, std::string_view id) {
  Head& head = head_of(key_of(type, id));
  DataSyncEvent event;
  event.operation = EventOperation::remove;
  event.set = "{}";
  event.unset = "[]";
  event.old = to_json_text(head.data);
  head.data.clear();
  head.deleted = true;
  finish(head, std::move(event));
  return *this;
}

BatchBuilder& BatchBuilder::next_commit() {
  seq_ = Seq{seq_.value() + 1};
  index_ = 0;
  return *this;
}

BatchBuilder& BatchBuilder::answer(std::string_view user, std::string_view mutation, std::string_view body) {
  batch_.answers.push_back(
      {UserId{std::string(user)}, MutationId{std::string(mutation)},
       hash_content(boost::json::value(boost::json::string_view(body.data(), body.size()))),
       std::string(body), seq_, time_at(seq_)});
  return *this;
}

BatchBuilder& BatchBuilder::number(std::string_view name, std::uint64_t value) {
  batch_.sequences.push_back({std::string(name), value});
  return *this;
}

BatchBuilder& BatchBuilder::pass(std::string_view type, std::string_view rule, std::string_view value,
                                 std::string_view from, std::string_view to) {
  const auto holder = [](std::string_view id) {
    return id.empty() ? std::nullopt : std::optional(EntityId{std::string(id)});
  };
  batch_.uniques.push_back(
      {{EntityType{std::string(type)}, std::string(rule), std::string(value)}, holder(from), holder(to)});
  return *this;
}

}  // namespace coterie::testing
