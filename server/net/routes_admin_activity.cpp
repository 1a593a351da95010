// GET /api/v1/admin/activity: who did what, sign-ins and administration and every change of a record, in one
// list by time, user and kind. Both logs are asked at once; the page is merged when both have answered.
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/names.hpp"
#include "protocol/object_writer.hpp"
#include "protocol/time_text.hpp"
#include "server/accounts/account_json.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/activity_page.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes_admin.hpp"

namespace coterie {
namespace {

constexpr std::string_view kChange = "change";

struct Asked {
  ActivityQuery activity;
  History history;
  ActivityPlace from;
  bool rows = true;
  bool events = true;
};

Result<std::optional<Timestamp>> time_parameter(const HttpCall& call, const char* name) {
  const std::string text = parameter_of(call, name);
  if (text.empty()) return std::optional<Timestamp>();
  const std::optional<Timestamp> time = timestamp_from_text(text);
  if (!time) return bad_parameter(name, "A time is written like 2026-11-23T04:00:00.123Z.");
  return time;
}

Result<Asked> read_query(const HttpCall& call) {
  Asked asked;
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return limit.error();
  const auto from = activity_place_from_text(parameter_of(call, "cursor"));
  if (!from) return bad_parameter("cursor", "Send the cursor of the page before, whole.");
  asked.from = *from;
  const Result<std::optional<Timestamp>> since = time_parameter(call, "since");
  const Result<std::optional<Timestamp>> until = time_parameter(call, "until");
  if (!since || !until) return !since ? since.error() : until.error();
  if (const std::string user = parameter_of(call, "userId"); !user.empty()) {
    if (!is_label(user)) return bad_parameter("userId", "A user's id is 1 to 64 printable characters.");
    asked.activity.user = UserId{user};
    asked.history.user = UserId{user};
  }
  if (const std::string kind = parameter_of(call, "kind"); kind == kChange) {
    asked.rows = false;
  } else if (!kind.empty()) {
    asked.events = false;
    asked.activity.kind = activity_kind_from_text(kind);
    if (!asked.activity.kind) {
      return bad_parameter("kind",
                           "This kind is not known; known are change and those of the activity log, "
                           "such as signed_in and user_changed.");
    }
  }
  asked.activity.since = asked.history.since = *since;
  asked.activity.until = asked.history.until = *until;
  asked.activity.before = from->number;
  asked.history.before = from->seq;
  asked.activity.limit = *limit;
  asked.history.limit = *limit;
  return asked;
}

void append_change(std::string& out, const DataSyncEvent& event) {
  std::string inner;
  append_logged_event(inner, event);
  out += R"({"kind":"change",)";
  out.append(inner, 1);
}

HttpResponse page_response(const ActivityPage& page) {
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("activity", page.items, [&](const auto& item) {
    if (const auto* row = std::get_if<ActivityRow>(&item)) {
      append_activity(writer.out(), *row);
    } else {
      append_change(writer.out(), std::get<DataSyncEvent>(item));
    }
  });
  if (page.next) writer.text("cursor", to_text(*page.next));
  writer.close();
  return response;
}

void list_activity(AdminParts& parts, HttpCall call) {
  const Result<Asked> asked = read_query(call);
  if (!asked) return call.respond(error_response(asked.error()));
  const std::size_t limit = asked->activity.limit;
  const auto finish = [respond = call.respond, from = asked->from, limit](ActivityParts found) {
    respond(page_response(merge_activity(std::move(found), from, limit)));
  };
  const auto ask_events = [&parts, author = call.author, asked = *asked, respond = call.respond,
                           finish](ActivityParts found) {
    if (!asked.events) return finish(std::move(found));
    auto kept = std::make_shared<ActivityParts>(std::move(found));
    parts.requests.ask(author, asked.history, [kept, finish, respond](Answer answer) {
      auto* events = std::get_if<Events>(&answer);
      if (events == nullptr) return respond(refusal_response(answer));
      kept->events = std::move(events->events);
      kept->next_event = events->next;
      finish(std::move(*kept));
    });
  };
  if (!asked->rows) return ask_events({});
  const bool taken =
      parts.desk.ask([query = asked->activity](AccountStore& store) { return store.activity().read(query); },
                     [ask_events, limit, respond = call.respond](Result<std::vector<ActivityRow>> rows) {
                       if (!rows) return respond(error_response(rows.error()));
                       ActivityParts found;
                       found.more_rows = rows->size() == limit;
                       found.rows = std::move(*rows);
                       ask_events(std::move(found));
                     });
  if (!taken) call.respond(error_response(too_busy()));
}

constexpr Parameter kActivityQuery[] = {
    kLimitParameter,
    {"cursor", ParameterKind::text, "That of the page before."},
    {"userId", ParameterKind::text, "What this user did."},
    {"kind", ParameterKind::text, "change, or a kind of the activity log, such as signed_in."},
    {"since", ParameterKind::text, "At this time or later."},
    {"until", ParameterKind::text, "At this time or earlier."},
};

}  // namespace

void add_admin_activity_route(Router& router, AdminParts& parts) {
  router.add({"GET",
              "/api/v1/admin/activity",
              Access::admins,
              [&parts](HttpCall call) { list_activity(parts, std::move(call)); },
              {.operation = "adminListActivity",
               .summary = "What was done and what was changed, in one list, the newest first",
               .query = kActivityQuery,
               .answers = {{200, "ActivityPage"}}}});
}

}  // namespace coterie
