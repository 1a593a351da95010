#include "tests/model/answer_check.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/encode.hpp"
#include "tests/model/breach.hpp"
#include "tests/model/replica.hpp"

namespace coterie::model {
namespace {

namespace json = boost::json;

Seq seq_of(const json::object& answer) {
  return Seq{answer.at("position").at("seq").to_number<std::uint64_t>()};
}

EntityType type_of(const json::object& object) {
  return EntityType{std::string(object.at("entityType").as_string())};
}

// {"n": {"$gte": 3}}, as it is asked for: by the rules of the protocol's text.
bool passes(const json::object& request, const json::object& entity) {
  const json::value* filter = request.if_contains("filter");
  if (filter == nullptr) return true;
  const json::value* n = entity.at("data").as_object().if_contains("n");
  return n != nullptr && n->is_number() &&
         n->to_number<double>() >= filter->at("n").at("$gte").to_number<double>();
}

}  // namespace

void check_entity(const json::object& request, const json::object& answer, const Oracle& oracle) {
  json::object entity = answer;
  for (const char* other : {"id", "type", "position"}) entity.erase(other);
  const EntityKey key{type_of(entity), EntityId{std::string(entity.at("entityId").as_string())}};
  const Version version{entity.at("version").to_number<std::uint64_t>()};
  if (const json::value* wanted = request.if_contains("version")) {
    require(wanted->to_number<std::uint64_t>() == version.value(), "another version than what was asked for");
  } else if (const auto then = oracle.at(key, seq_of(answer))) {
    require(version >= then->meta.version, "an entity older than its answer's position");
  }
  const auto truth = oracle.at_version(key, version);
  if (seq_of(answer) > oracle.head() || !truth) return;
  require(wire_object(*truth) == entity, "an entity that was never so: " + json::serialize(entity));
}

void check_list(const json::object& request, const json::object& answer, const Oracle& oracle) {
  if (seq_of(answer) > oracle.head()) return;
  const json::array& entities = answer.at("entities").as_array();
  std::size_t place = 0;
  std::size_t total = 0;
  for (const auto& [id, entity] : oracle.room_at({type_of(request), std::nullopt}, seq_of(answer))) {
    const json::object truth = wire_object(entity);
    if (!passes(request, truth)) continue;
    ++total;
    if (place == entities.size()) continue;
    require(entities[place] == truth, "a list that was never so: " + json::serialize(answer));
    ++place;
  }
  require(place == entities.size(), "a list with too much in it: " + json::serialize(answer));
  require(answer.contains("cursor") == (total > place), "a list that does not tell where it ends");
  if (const json::value* count = answer.if_contains("total")) {
    require(count->to_number<std::size_t>() == total, "a wrong total: " + json::serialize(answer));
  }
}

void check_history(const json::object& request, const json::object& answer, const Oracle& oracle) {
  const json::array& events = answer.at("events").as_array();
  const Seq after{request.at("after").to_number<std::uint64_t>()};
  std::size_t place = 0;
  Seq last;
  for (std::size_t i = oracle.first_after(after); i < oracle.log().size(); ++i) {
    const DataSyncEvent& event = oracle.log()[i];
    if (request.contains("entityType") && event.key.type != type_of(request)) continue;
    if (place == events.size()) {
      require(place == 0 || event.seq != last, "a history that ends within a commit");
      return;  // later ones may have come after the answer
    }
    std::string text;
    append_logged_event(text, event);
    require(json::parse(text) == events[place],
            "a history that was never so: " + json::serialize(events[place]));
    last = event.seq;
    ++place;
  }
}

}  // namespace coterie::model
