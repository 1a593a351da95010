#include "tests/model/replica.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "protocol/encode.hpp"
#include "tests/model/breach.hpp"

namespace coterie::model {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

// The object that holds the last step of a dotted path; made on the way where `make` says so. Null: there is
// none.
json::object* parent_of(json::object& document, std::string_view& path, bool make) {
  json::object* at = &document;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const std::string_view step = path.substr(0, dot);
    path.remove_prefix(dot + 1);
    json::value* next = at->if_contains(step);
    if (next == nullptr && make) next = &at->emplace(step, json::object()).first->value();
    if (next == nullptr || !next->is_object()) return nullptr;
    at = &next->get_object();
  }
  return at;
}

void set_path(json::object& document, std::string_view path, const json::value& value) {
  json::object* parent = parent_of(document, path, true);
  require(parent != nullptr, "an event sets a path through what is no object");
  (*parent)[path] = value;
}

void unset_path(json::object& document, std::string_view path) {
  json::object* parent = parent_of(document, path, false);
  if (parent != nullptr) parent->erase(path);
}

}  // namespace

json::object wire_object(const Entity& entity) {
  std::string text;
  append_entity(text, entity);
  return json::parse(text).as_object();
}

std::optional<Version> Replica::version(const std::string& id) const {
  const auto found = records_.find(id);
  if (found == records_.end()) return std::nullopt;
  return Version{found->second.at("version").to_number<std::uint64_t>()};
}

const json::object* Replica::any(std::size_t which) const {
  if (records_.empty()) return nullptr;
  return &std::next(records_.begin(), static_cast<std::ptrdiff_t>(which % records_.size()))->second;
}

void Replica::take_page(const json::object& message, bool first, Seq position, const Oracle& oracle) {
  const json::array& entities = message.at("entities").as_array();
  const json::value* cursor = message.if_contains("cursor");
  if (first) {
    records_.clear();
    last_.clear();
  }
  // The page is exactly what follows in the room as it stood then, and it ends where it says so.
  const std::map<EntityId, Entity> truth = oracle.room_at(room_, position);
  auto next = first ? truth.begin() : truth.upper_bound(EntityId{last_});
  std::map<std::string, json::object> held;
  if (!first) {
    for (auto it = records_.upper_bound(last_); it != records_.end(); it = records_.erase(it))
      held.insert(*it);
  }
  for (const json::value& entity : entities) {
    const json::object& record = entity.as_object();
    require(next != truth.end() && wire_object(next->second) == record,
            "a page holds what did not stand there at its position " + std::to_string(position.value()) +
                ": " + json::serialize(record) + " in place of " +
                (next == truth.end() ? "nothing" : json::serialize(wire_object(next->second))));
    last_ = next->first.value();
    const auto before = held.find(last_);
    const bool as_told = !room_.filter.empty() || before == held.end() || before->second == record;
    require(as_told, "law 3: a page and the events before it differ: " + last_);
    if (before != held.end()) held.erase(before);
    records_.insert_or_assign(last_, record);
    ++next;
  }
  cursor_ = cursor == nullptr ? std::nullopt : std::optional(text_of(*cursor));
  require(cursor_.has_value() || next == truth.end(), "a last page that is not the last");
  require(!cursor_ || !entities.empty(), "an empty page with another behind it");
  for (auto& [id, record] : held) {
    const bool beyond = cursor_ && id > last_;
    require(beyond || !room_.filter.empty(), "law 3: a page leaves out what the events told: " + id);
    if (beyond) records_.insert_or_assign(id, std::move(record));
  }
}

void Replica::take_enter(const json::object& message, bool again) {
  json::object record = message;
  for (const char* other : {"type", "subscriptions", "seq"}) record.erase(other);
  const std::string id = text_of(record.at("entityId"));
  require(again || !records_.contains(id), "law 3: a record enters where it is: " + id);
  records_.insert_or_assign(id, std::move(record));
}

void Replica::take_gone(const std::string& id, bool again) {
  require(records_.erase(id) == 1 || again || !reached(id), "law 3: a record leaves where it is not: " + id);
}

void Replica::take_event(const json::object& event, bool again) {
  const std::string id = text_of(event.at("entityId"));
  const std::string operation = text_of(event.at("operation"));
  const std::uint64_t version = event.at("version").to_number<std::uint64_t>();
  const auto found = records_.find(id);
  if (operation == "CREATE" && !room_.filter.empty()) return;  // it enters, or does not concern the room
  if (operation == "CREATE") {
    require(found == records_.end(), "a CREATE of what stands already: " + id);
    records_[id] = json::object{{"entityType", event.at("entityType")}, {"entityId", event.at("entityId")},
                                {"version", event.at("version")},       {"data", event.at("data")},
                                {"createdAt", event.at("timestamp")},   {"createdBy", event.at("userId")},
                                {"updatedAt", event.at("timestamp")},   {"updatedBy", event.at("userId")}};
    return;
  }
  if (found == records_.end()) {
    require(!reached(id) || !room_.filter.empty(),
            "law 3: an event of a record that was never told of: " + id);
    return;
  }
  json::object& record = found->second;
  if (again && version <= record.at("version").to_number<std::uint64_t>()) return;
  require(version == record.at("version").to_number<std::uint64_t>() + 1,
          "law 1: version " + std::to_string(version) + " does not follow what is held of " + id);
  if (operation == "DELETE") {
    records_.erase(found);
    return;
  }
  json::object& data = record.at("data").as_object();
  for (const json::value& path : event.at("unset").as_array()) unset_path(data, path.as_string());
  for (const auto& [path, value] : event.at("set").as_object()) set_path(data, path, value);
  record["version"] = event.at("version");
  record["updatedAt"] = event.at("timestamp");
  record["updatedBy"] = event.at("userId");
}

void Replica::compare(Seq position, const Oracle& oracle) const {
  const std::map<EntityId, Entity> truth = oracle.room_at(room_, position);
  auto next = truth.begin();
  for (const auto& [id, record] : records_) {
    if (!reached(id)) continue;
    require(next != truth.end() && next->first.value() == id && wire_object(next->second) == record,
            "law 3: a replica is not what it should be: " + json::serialize(record));
    ++next;
  }
  require(cursor_.has_value() || next == truth.end(), "law 3: a replica lacks a record");
}

}  // namespace coterie::model
