#include "tests/support/describe.hpp"

#include "protocol/time_text.hpp"

namespace coterie::testing {
namespace {

namespace json = boost::json;

json::value text(std::string_view text) { return json::value(json::string_view(text.data(), text.size())); }
json::value number(std::uint64_t number) { return static_cast<std::int64_t>(number); }

json::value describe_position(const Position& position) {
  return json::object{{"epoch", text(position.epoch.value())}, {"seq", number(position.seq.value())}};
}

void add_text(json::object& out, const char* name, const std::optional<std::string>& value) {
  if (value) out[name] = text(*value);
}

void add_sort(json::object& out, const Sort& sort) {
  if (!sort.text().empty()) out["sort"] = text(sort.text());
}

void add_strategy(json::object& out, const std::optional<Strategy>& strategy) {
  if (strategy) out["strategy"] = text(to_text(*strategy));
}

json::object describe_subscribe(const Subscribe& subscribe) {
  json::object out;
  out["subscription"] = number(subscribe.subscription.value());
  out["entityType"] = text(subscribe.room.type.value());
  if (subscribe.room.id) out["entityId"] = text(subscribe.room.id->value());
  add_sort(out, subscribe.sort);
  if (subscribe.limit) out["limit"] = number(*subscribe.limit);
  add_text(out, "cursor", subscribe.cursor);
  if (!subscribe.snapshot) out["snapshot"] = false;
  if (subscribe.position_named) out["position"] = nullptr;
  if (subscribe.position) out["position"] = describe_position(*subscribe.position);
  return out;
}

struct Describe {
  json::object operator()(const Hello& hello) const {
    json::object out{{"type", "hello"}};
    if (!hello.token.empty()) out["token"] = text(hello.token);
    if (!hello.client_id.value().empty()) out["clientId"] = text(hello.client_id.value());
    add_text(out, "resume", hello.resume);
    if (hello.position) out["position"] = describe_position(*hello.position);
    json::array subscriptions;
    for (const Subscribe& subscribe : hello.subscriptions)
      subscriptions.push_back(describe_subscribe(subscribe));
    if (!subscriptions.empty()) out["subscriptions"] = std::move(subscriptions);
    json::array features;
    for (const std::string& feature : hello.features) features.push_back(text(feature));
    if (!features.empty()) out["features"] = std::move(features);
    return out;
  }
  json::object operator()(const Subscribe& subscribe) const {
    json::object out = describe_subscribe(subscribe);
    out["type"] = "subscribe";
    return out;
  }
  json::object operator()(const Unsubscribe& unsubscribe) const {
    return {{"type", "unsubscribe"}, {"subscription", number(unsubscribe.subscription.value())}};
  }
  json::object operator()(const Get& get) const {
    json::object out{{"type", "get"}};
    out["entityType"] = text(get.key.type.value());
    out["entityId"] = text(get.key.id.value());
    if (get.version) out["version"] = number(get.version->value());
    return out;
  }
  json::object operator()(const List& list) const {
    json::object out{{"type", "list"}};
    out["entityType"] = text(list.type.value());
    if (!list.filter.source().empty()) out["filter"] = list.filter.source();
    add_sort(out, list.sort);
    if (list.limit) out["limit"] = number(*list.limit);
    add_text(out, "cursor", list.cursor);
    if (list.page) out["page"] = number(*list.page);
    if (list.count) out["count"] = true;
    if (!list.data) out["data"] = false;
    if (list.search) out["search"] = text(list.search->text());
    return out;
  }
  json::object operator()(const History& history) const {
    json::object out{{"type", "history"}};
    if (history.type) out["entityType"] = text(history.type->value());
    if (history.id) out["entityId"] = text(history.id->value());
    if (history.after) out["after"] = number(history.after->value());
    if (history.before) out["before"] = number(history.before->value());
    if (history.user) out["userId"] = text(history.user->value());
    if (history.since) out["since"] = text(to_text(*history.since));
    if (history.until) out["until"] = text(to_text(*history.until));
    if (history.limit) out["limit"] = number(*history.limit);
    return out;
  }
  json::object operator()(const Blame& blame) const {
    return {{"type", "blame"},
            {"entityType", text(blame.key.type.value())},
            {"entityId", text(blame.key.id.value())}};
  }
  json::object operator()(const Changes& changes) const {
    json::object out{{"type", "changes"}, {"reader", text(changes.reader.value())}};
    if (changes.type) out["entityType"] = text(changes.type->value());
    if (changes.limit) out["limit"] = number(*changes.limit);
    if (changes.from_now) out["from"] = "now";
    return out;
  }
  json::object operator()(const Acknowledge& acknowledge) const {
    return {{"type", "acknowledge"},
            {"reader", text(acknowledge.reader.value())},
            {"position", describe_position(acknowledge.position)}};
  }
  json::object operator()(const Readers&) const { return {{"type", "readers"}}; }
  json::object operator()(const ForgetReader& forget) const {
    return {{"type", "forgetReader"}, {"reader", text(forget.reader.value())}};
  }
  json::object operator()(const Mutate& mutate) const {
    json::object out{{"type", "mutate"}};
    out["mutationId"] = text(mutate.mutation.id.value());
    json::array ops;
    for (const Operation& operation : mutate.mutation.operations) ops.push_back(testing::describe(operation));
    out["ops"] = std::move(ops);
    add_strategy(out, mutate.mutation.strategy);
    if (mutate.mutation.epoch) out["epoch"] = text(mutate.mutation.epoch->value());
    return out;
  }
  json::object operator()(const Ping&) const { return {{"type", "ping"}}; }
  json::object operator()(const Pong&) const { return {{"type", "pong"}}; }
};

void add_lists(json::object& out, const char* name, const std::vector<FieldList>& lists) {
  if (lists.empty()) return;
  json::object members;
  for (const FieldList& list : lists) members[list.path.text()] = list.items;
  out[name] = std::move(members);
}

void add_values(json::object& out, const char* name, const std::vector<FieldValue>& values) {
  if (values.empty()) return;
  json::object members;
  for (const FieldValue& value : values) members[value.path.text()] = value.value;
  out[name] = std::move(members);
}

void add_changes(json::object& out, const Operation& operation) {
  add_values(out, "set", operation.set);
  if (!operation.unset.empty()) {
    json::array paths;
    for (const FieldPath& path : operation.unset) paths.push_back(text(path.text()));
    out["unset"] = std::move(paths);
  }
  add_values(out, "increment", operation.increment);
  add_lists(out, "append", operation.append);
  add_lists(out, "remove", operation.remove);
  if (!operation.stamp.empty()) {
    json::object members;
    for (const FieldStamp& field : operation.stamp) {
      members[field.path.text()] = field.stamp == Stamp::now ? "$now" : "$user.id";
    }
    out["stamp"] = std::move(members);
  }
  if (!operation.number.empty()) {
    json::object members;
    for (const FieldNumber& field : operation.number) members[field.path.text()] = text(field.sequence);
    out["number"] = std::move(members);
  }
}

}  // namespace

json::object describe(const Operation& operation) {
  json::object out{{"op", text(to_text(operation.kind))}};
  out["entityType"] = text(operation.entity_type.value());
  if (operation.entity_id) out["entityId"] = text(operation.entity_id->value());
  if (operation.where) out["where"] = operation.where->source();
  add_sort(out, operation.sort);
  if (operation.base_version) out["baseVersion"] = number(operation.base_version->value());
  add_strategy(out, operation.strategy);
  if (operation.guard) out["guard"] = operation.guard->source();
  if (operation.kind == OperationKind::create) out["data"] = operation.data;
  add_changes(out, operation);
  if (operation.to_version) out["toVersion"] = number(operation.to_version->value());
  if (operation.return_document == ReturnDocument::before) out["return"] = "before";
  if (operation.return_document == ReturnDocument::after) out["return"] = "after";
  return out;
}

json::object describe(const ClientMessage& message) {
  json::object out = std::visit(Describe{}, message.body);
  if (!std::holds_alternative<Pong>(message.body)) out["id"] = number(message.id.value());
  return out;
}

}  // namespace coterie::testing
