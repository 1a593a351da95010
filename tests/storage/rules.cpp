#include "tests/storage/rules.hpp"

#include <utility>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "protocol/time_text.hpp"

namespace coterie::testing {
namespace {

int fresh_ids = 0;

void append_head(std::string& out, const Head& head) {
  out += head.meta.key.type.value() + '/' + head.meta.key.id.value() + " v" +
         std::to_string(head.meta.version.value()) + (head.deleted ? " deleted " : " ") +
         to_json_text(head.data) + ' ' + to_json_text(head.numbers) + ' ' + to_text(head.meta.created_at) +
         head.meta.created_by.value() + to_text(head.meta.updated_at) + head.meta.updated_by.value() + '\n';
}

void append_event(std::string& out, const DataSyncEvent& event) {
  out += std::to_string(event.seq.value()) + '.' + std::to_string(event.index) + ' ' + event.key.id.value() +
         " v" + std::to_string(event.version.value()) + ' ' + event.set + event.unset + event.old + '\n';
}

}  // namespace

Mutation mutation_of(const Wish& wish) {
  const std::string id = wish.id.empty() ? "fresh-" + std::to_string(++fresh_ids) : wish.id;
  std::string line = R"({"id":1,"type":"mutate","mutationId":")" + id + R"(","ops":[)" + wish.ops + "]";
  if (!wish.strategy.empty()) line += R"(,"strategy":")" + wish.strategy + '"';
  if (!wish.epoch.empty()) line += R"(,"epoch":")" + wish.epoch + '"';
  if (wish.store) line += R"(,"onConflict":"store")";
  return std::get<Mutate>(request_of(line + '}')).mutation;
}

ClientBody request_of(const std::string& line) {
  DecodeResult decoded = decode(line, WireLimits{}, 1 << 20);
  if (!decoded) FAIL("not a request: " << line << ": " << decoded.error().error.message);
  return std::move(decoded->body);
}

boost::json::object object_of(std::string_view text) {
  Result<boost::json::value> value = parse_json(text, JsonLimits{1 << 20, 64, 100'000});
  REQUIRE_MESSAGE(value.has_value(), text);
  return value->as_object();
}

Rules::Rules() : store(make_memory_store({Epoch{"e1"}, 1'000'000})) {
  context.epoch = Epoch{"e1"};
  context.now = *timestamp_from_text("2026-11-23T04:00:00.000Z");
  context.make_id = [next = 0]() mutable { return EntityId{"made-" + std::to_string(++next)}; };
}

void Rules::configure(const std::string& type, TypeRules rules) {
  types.add(EntityType{type}, std::move(rules));
  const auto adopted = store->adopt(types);
  REQUIRE_MESSAGE(adopted.has_value(), adopted.error().message);
}

void Rules::begin_group() { group_ = std::make_unique<Draft>(*store, cache, store->position().value().seq); }

std::vector<DataSyncEvent> Rules::commit_group() {
  const std::unique_ptr<Draft> group = std::move(group_);
  if (!group->batch().empty()) REQUIRE(store->commit(group->batch()).has_value());
  return group->committed();
}

template <class Request>
auto Rules::decide_in_group(const std::string& user, const Request& request) {
  context.numbers = &formats;
  context.types = &types;
  context.author = Author{UserId{user}, SessionId{"s-" + user}, ClientId{"c-" + user}};
  if (group_) return decide(request, context, *group_);
  begin_group();
  auto decision = decide(request, context, *group_);
  commit_group();
  return decision;
}

Decision Rules::decide_for(const std::string& user, const Mutation& mutation) {
  return decide_in_group(user, mutation);
}

MutationOutcome Rules::decide_stored(const std::string& user, const std::string& members) {
  const ClientBody request = request_of(R"({"id":1,"type":"decide",)" + members + '}');
  Decision decision = decide_in_group(user, std::get<DecideConflict>(request));
  return std::move(decision.outcome);
}

InboxOutcome Rules::change(const std::string& user, const InboxChange& change) {
  return decide_in_group(user, change);
}

Decision Rules::decide_for(const std::string& user, const Wish& wish) {
  return decide_for(user, mutation_of(wish));
}

boost::json::object Rules::committed(const std::string& user, const Wish& wish) {
  const Decision decision = decide_for(user, wish);
  const auto* answer = std::get_if<CommittedAnswer>(&decision.outcome);
  if (const auto* why = std::get_if<Rejected>(&decision.outcome))
    FAIL(to_text(why->code) << ": " << why->message);
  if (const auto* why = std::get_if<Conflict>(&decision.outcome)) FAIL("conflict: " << why->message);
  REQUIRE(answer != nullptr);
  return object_of(answer->body);
}

Conflict Rules::conflict(const std::string& user, const Wish& wish) {
  const std::string before = state();
  const Decision decision = decide_for(user, wish);
  CHECK(state() == before);
  CHECK(decision.overwritten.empty());
  REQUIRE(std::holds_alternative<Conflict>(decision.outcome));
  return std::get<Conflict>(decision.outcome);
}

Rejected Rules::rejected(const std::string& user, const Wish& wish) {
  const std::string before = state();
  const Decision decision = decide_for(user, wish);
  CHECK(state() == before);
  CHECK(decision.overwritten.empty());
  REQUIRE(std::holds_alternative<Rejected>(decision.outcome));
  return std::get<Rejected>(decision.outcome);
}

Head Rules::head(const std::string& type, const std::string& id) {
  const EntityKey key{EntityType{type}, EntityId{id}};
  if (group_) {
    const Head* const found = group_->head(key).value();
    return found == nullptr ? Head{} : *found;
  }
  return store->head(key).value().value_or(Head{});
}

std::string Rules::data(const std::string& type, const std::string& id) {
  const Head found = head(type, id);
  if (found.deleted || found.meta.version == Version{}) return {};
  return to_json_text(found.data);
}

std::vector<DataSyncEvent> Rules::log() {
  LogQuery query;
  query.most_events = 1'000'000;
  query.most_bytes = 1 << 30;
  return store->log(query).value().events;
}

std::string Rules::state() {
  std::string out = std::to_string(store->position().value().seq.value()) + '\n';
  for (const DataSyncEvent& event : log()) {
    append_event(out, event);
    append_head(out, store->head(event.key).value().value());
  }
  for (const char* counter : {"order/2026", "order/", "bill/2026"}) {
    out += std::to_string(store->sequence(counter).value()) + ' ';
  }
  if (!group_) return out;
  const Batch& batch = group_->batch();
  for (const Head& changed : batch.heads) append_head(out, changed);
  for (const DataSyncEvent& event : batch.events) append_event(out, event);
  for (const StoredAnswer& answer : batch.answers) out += answer.id.value() + ' ' + answer.body + '\n';
  for (const SequenceValue& value : batch.sequences)
    out += value.name + ' ' + std::to_string(value.value) + '\n';
  for (const UniqueChange& change : batch.uniques) {
    out += change.key.value + ' ' + change.to.value_or(EntityId{}).value() + '\n';
  }
  return out + std::to_string(group_->group_bytes()) + ' ' + std::to_string(group_->last().value());
}

}  // namespace coterie::testing
