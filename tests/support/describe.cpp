#include "tests/support/describe.hpp"

#include "protocol/json.hpp"
#include "protocol/time_text.hpp"
#include "protocol/wire_limits.hpp"

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

json::object describe_subscribe(const Subscribe& subscribe) {
  json::object out;
  out["subscription"] = number(subscribe.subscription.value());
  out["entityType"] = text(subscribe.room.type.value());
  if (subscribe.room.id) out["entityId"] = text(subscribe.room.id->value());
  if (subscribe.filter) out["filter"] = subscribe.filter->source();
  add_sort(out, subscribe.sort);
  if (subscribe.limit) out["limit"] = number(*subscribe.limit);
  add_text(out, "cursor", subscribe.cursor);
  if (!subscribe.snapshot) out["snapshot"] = false;
  if (subscribe.position_named) out["position"] = nullptr;
  if (subscribe.position) out["position"] = describe_position(*subscribe.position);
  return out;
}

json::object describe_place(const char* type, const LockPlace& place) {
  json::object out{{"type", type}};
  out["entityType"] = text(place.key.type.value());
  out["entityId"] = text(place.key.id.value());
  if (!place.field.text().empty()) out["field"] = text(place.field.text());
  return out;
}

json::value value_of(const std::string& text) {
  return parse_json(text, JsonLimits{text.size(), kMaxMessageDepth, kMaxMembers}).value();
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
    if (list.taken_out) out["export"] = true;
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
    if (history.taken_out) out["export"] = true;
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
  json::object operator()(const Refresh& refresh) const {
    return {{"type", "refresh"}, {"token", text(refresh.token)}};
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
    if (!mutate.mutation.to_store.empty()) out["onConflict"] = "store";
    return out;
  }
  json::object operator()(const Lock& lock) const {
    json::object out = describe_place("lock", lock.place);
    if (lock.ttl) out["ttlMs"] = lock.ttl->count();
    if (lock.steal) out["steal"] = true;
    if (lock.fence) out["fence"] = number(lock.fence->value());
    return out;
  }
  json::object operator()(const Unlock& unlock) const {
    json::object out = describe_place("unlock", unlock.place);
    out["fence"] = number(unlock.fence.value());
    return out;
  }
  json::object operator()(const Presence& presence) const {
    json::object out{{"type", "presence"}, {"subscription", number(presence.subscription.value())}};
    out["state"] = presence.state ? value_of(*presence.state) : json::value(nullptr);
    return out;
  }
  json::object operator()(const Signal& signal) const {
    json::object out{{"type", "signal"}, {"subscription", number(signal.subscription.value())}};
    out["name"] = text(signal.name);
    out["data"] = value_of(signal.data);
    return out;
  }
  json::object operator()(const ListConflicts& list) const {
    json::object out{{"type", "conflicts"}};
    if (list.state) out["state"] = text(to_text(*list.state));
    if (list.type) out["entityType"] = text(list.type->value());
    if (list.id) out["entityId"] = text(list.id->value());
    if (list.assignee) out["assignee"] = text(list.assignee->value());
    if (list.limit) out["limit"] = number(*list.limit);
    if (list.before) out["cursor"] = text(std::to_string(list.before->value()));
    return out;
  }
  json::object operator()(const ShowConflict& show) const {
    return {{"type", "conflict"}, {"conflictId", number(show.id.value())}};
  }
  json::object operator()(const DecideConflict& decide) const {
    json::object out{{"type", "decide"}, {"conflictId", number(decide.id.value())}};
    out["mutationId"] = text(decide.mutation_id.value());
    if (decide.base_version) out["baseVersion"] = number(decide.base_version->value());
    if (decide.resolution.kind != ResolutionKind::set) {
      out["resolution"] = text(to_text(decide.resolution.kind));
      return out;
    }
    Operation fields;
    fields.set = decide.resolution.set;
    fields.unset = decide.resolution.unset;
    json::object resolution;
    add_changes(resolution, fields);
    out["resolution"] = std::move(resolution);
    return out;
  }
  json::object operator()(const AssignConflict& assign) const {
    json::object out{{"type", "assign"}, {"conflictId", number(assign.id.value())}, {"assignee", nullptr}};
    if (assign.assignee) out["assignee"] = text(assign.assignee->value());
    return out;
  }
  json::object operator()(const ListNotifications& list) const {
    json::object out{{"type", "notifications"}};
    if (!list.unread) out["unread"] = false;
    if (list.limit) out["limit"] = number(*list.limit);
    if (list.before) out["cursor"] = text(std::to_string(list.before->value()));
    return out;
  }
  json::object operator()(const MarkRead& mark) const {
    json::object out{{"type", "markRead"}};
    if (mark.up_to) {
      out["upTo"] = number(mark.up_to->value());
      return out;
    }
    json::array ids;
    for (const NotificationId id : mark.ids) ids.push_back(number(id.value()));
    out["notificationIds"] = std::move(ids);
    return out;
  }
  json::object operator()(const Announce& announce) const {
    json::object out{{"type", "announce"}, {"text", text(announce.text)}};
    if (announce.severity != Severity::info) out["severity"] = text(to_text(announce.severity));
    if (announce.ttl != kAnnouncementTtl) out["ttlMs"] = announce.ttl.count();
    return out;
  }
  json::object operator()(const Withdraw& withdraw) const {
    return {{"type", "withdraw"}, {"announcementId", number(withdraw.id.value())}};
  }
  json::object operator()(const ListAnnouncements&) const { return {{"type", "announcements"}}; }
  json::object operator()(const Ping&) const { return {{"type", "ping"}}; }
  json::object operator()(const Pong&) const { return {{"type", "pong"}}; }
};

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
  if (!operation.fences.empty()) {
    json::array fences;
    for (const Fence fence : operation.fences) fences.push_back(number(fence.value()));
    out["fences"] = std::move(fences);
  }
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
