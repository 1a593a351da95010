// The rules of access, for administrators: those in force with their version, a change that rests on it, the
// versions before, and what rules let somebody do, to try before they are saved. Law 5, 8.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "protocol/access_verdict.hpp"
#include "protocol/names.hpp"
#include "protocol/object_reader.hpp"
#include "protocol/object_writer.hpp"
#include "protocol/time_text.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes_admin.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTypes = 100;  // that are asked about at once

void append_heading(ObjectWriter& writer, const RulesVersion& version) {
  writer.integer("version", version.version.value());
  writer.plain("origin", to_text(version.origin));
  writer.text("setBy", version.set_by.value());
  writer.plain("setAt", to_text(version.set_at));
  writer.boolean("none", version.text.source.empty());
}

// `rules` is what a PUT takes.
void append_rules(ObjectWriter& writer, const RulesVersion& version) {
  append_heading(writer, version);
  const bool none = version.text.source.empty();
  writer.json("rules", none ? std::string_view(R"({"access":null})") : std::string_view(version.text.source));
}

HttpResponse rules_response(const RulesVersion& version) {
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  append_rules(writer, version);
  writer.close();
  response.headers.push_back(etag_of(version.version));
  return response;
}

HttpResponse stale_response(const RulesVersion& current) {
  HttpResponse response =
      problem(409, "conflict", "The rules were changed meanwhile. Look at `current` and try again.");
  response.body.pop_back();
  response.body += R"(,"current":)";
  ObjectWriter writer(response.body);
  append_rules(writer, current);
  writer.close();
  response.body += '}';
  response.headers.push_back(etag_of(current.version));
  return response;
}

// A body that can be read, and rules that cannot stand.
HttpResponse wrong_rules(const Error& error) {
  HttpResponse response = problem(422, "invalid", error.message);
  response.body.pop_back();
  ObjectWriter writer(response.body, false);
  if (!error.member.empty()) writer.text("member", error.member);
  writer.close();
  return response;
}

void show_rules(AdminParts& parts, HttpCall call) {
  HttpResponse response = rules_response(parts.rules.newest());
  response.body.pop_back();
  ObjectWriter writer(response.body, false);
  writer.boolean("overridesFile", parts.rules.overrides_file());
  writer.close();
  call.respond(std::move(response));
}

void set(AdminParts& parts, HttpCall call) {
  const Result<std::optional<Version>> base = read_base_version(call, nullptr);
  if (!base) return call.respond(error_response(base.error()));
  if (!*base) return call.respond(error_response(base_version_missing()));
  const Result<json::object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  const Result<RulesRead> read = read_access(*body);
  if (!read) return call.respond(wrong_rules(read.error()));
  const Act act{call.author.user, origin_of(call), parts.now()};
  parts.rules.set(*read, **base, act, [respond = call.respond](const RulesChanged& changed) {
    if (const auto* error = std::get_if<Error>(&changed)) return respond(error_response(*error));
    if (const auto* stale = std::get_if<StaleRules>(&changed)) return respond(stale_response(stale->current));
    respond(rules_response(std::get<RulesVersion>(changed)));
  });
}

// ---- the versions before ----

std::optional<Version> version_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failed == std::errc() && rest == text.data() + text.size() && number > 0 &&
                    number <= static_cast<std::uint64_t>(kMaxInteger);
  return good ? std::optional<Version>(Version{number}) : std::nullopt;
}

void history_of_rules(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  const std::string cursor = parameter_of(call, "cursor");
  const std::optional<Version> before = version_of(cursor);
  if (!cursor.empty() && !before) {
    return call.respond(
        error_response(bad_parameter("cursor", "Send the cursor of the page before, whole.")));
  }
  const bool taken = parts.desk.ask(
      [before, limit = *limit](AccountStore& store) { return store.rules().versions(before, limit); },
      [respond = call.respond, limit = *limit](const Result<std::vector<RulesVersion>>& versions) {
        if (!versions) return respond(error_response(versions.error()));
        HttpResponse response = json_response(200, {});
        ObjectWriter writer(response.body);
        writer.list("versions", *versions, [&](const RulesVersion& version) {
          ObjectWriter inner(writer.out());
          append_heading(inner, version);
          inner.close();
        });
        // Without holes, so the last one is the first.
        if (versions->size() == limit && versions->back().version > Version{1})
          writer.text("cursor", std::to_string(versions->back().version.value()));
        writer.close();
        respond(std::move(response));
      });
  if (!taken) call.respond(error_response(too_busy()));
}

void show_version(AdminParts& parts, HttpCall call) {
  const auto no_such_version = [] {
    Error error;
    error.code = ErrorCode::not_found;
    error.message = "There is no such version of the rules.";
    return error_response(error);
  };
  const std::optional<Version> version = version_of(call.path[0]);
  if (!version) return call.respond(no_such_version());
  const bool taken = parts.desk.ask(
      [version = *version](AccountStore& store) { return store.rules().find(version); },
      [respond = call.respond, no_such_version](const Result<std::optional<RulesVersion>>& found) {
        if (!found) return respond(error_response(found.error()));
        respond(*found ? rules_response(**found) : no_such_version());
      });
  if (!taken) call.respond(error_response(too_busy()));
}

// ---- who may do what, and why ----

struct Question {
  UserId user{"somebody"};
  Roles roles;
  std::vector<std::string> types;  // empty: all that the rules name
  std::vector<AccessAction> actions;
  std::optional<JudgedRecord> record;
};

std::vector<std::string> take_texts(ObjectReader& in, const char* name, std::size_t most) {
  std::vector<std::string> texts;
  const json::array* const list = in.array(name);
  if (list == nullptr) return texts;
  for (const json::value& item : *list) {
    if (!item.is_string() || list->size() > most) {
      in.fail(bad_parameter(name, "This is a list of at most " + std::to_string(most) + " texts."));
      return {};
    }
    texts.emplace_back(item.get_string());
  }
  return texts;
}

Question take_question(ObjectReader& in, const AccountDirectory& directory) {
  Question question;
  if (const auto user = in.text("userId")) {
    question.user = UserId{*user};
    if (const UserAccount* account = directory.find(question.user)) question.roles = account->roles;
  }
  if (const json::value* roles = in.take("roles"); roles != nullptr && !roles->is_array()) {
    in.fail(bad_parameter("roles", "This is a list of texts."));
  } else if (roles != nullptr) {
    json::object alone{{"roles", *roles}};
    ObjectReader inner(alone);
    question.roles = Roles(take_texts(inner, "roles", 32));
    if (auto error = inner.finish("check")) in.fail(std::move(*error));
  }
  question.types = take_texts(in, "entityTypes", kMostTypes);
  for (const std::string& type : question.types) {
    if (!is_entity_type(type)) in.fail(bad_parameter("entityTypes", "This is no name of a type."));
  }
  for (const std::string& word : take_texts(in, "actions", kAccessActions)) {
    if (const auto action = access_action_from_text(word)) {
      question.actions.push_back(*action);
    } else {
      in.fail(
          bad_parameter("actions",
                        "This action is not known; known are read, create, update, delete, restore, lock, "
                        "steal, presence, signal and export."));
    }
  }
  if (json::object* entity = in.object("entity")) question.record = judged_record(std::move(*entity));
  return question;
}

void append_checks(ObjectWriter& writer, const AccessRules* rules, const Question& question) {
  std::vector<std::string> types = question.types;
  if (types.empty() && rules != nullptr) {
    for (const auto& [type, access] : rules->all()) types.push_back(type);
  }
  std::vector<AccessAction> actions = question.actions;
  for (std::size_t i = 0; question.actions.empty() && i < kAccessActions; ++i)
    actions.push_back(static_cast<AccessAction>(i));
  const AccessJudge judge(rules, question.user, question.roles, question.record);
  writer.list("checks", types, [&](const std::string& type) {
    ObjectWriter of_type(writer.out());
    of_type.text("entityType", type);
    of_type.list("actions", actions, [&](AccessAction action) {
      const AccessVerdict verdict = judge.judge(EntityType{type}, action);
      ObjectWriter one(writer.out());
      one.plain("action", to_text(action));
      one.plain("allowed", to_text(verdict.allowed));
      one.text("why", verdict.why);
      one.close();
    });
    of_type.list("fields", judge.fields(EntityType{type}), [&](const VeiledField& field) {
      ObjectWriter one(writer.out());
      one.text("field", field.field);
      one.plain("access", field.hidden ? "hidden" : "readOnly");
      one.text("why", field.why);
      one.close();
    });
    of_type.close();
  });
}

void check(AdminParts& parts, HttpCall call) {
  Result<json::object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  ObjectReader in(*body);
  const json::object* const proposed = in.object("rules");
  const Question question = take_question(in, parts.directory);
  if (const auto error = in.finish("check")) return call.respond(error_response(*error));
  std::shared_ptr<const AccessRules> rules = parts.rules.rules();
  if (proposed != nullptr) {
    const Result<RulesRead> read = read_access(*proposed);
    if (!read) {
      Error error = read.error();
      error.member.insert(0, error.member.empty() ? "rules" : "rules.");
      return call.respond(wrong_rules(error));
    }
    rules = read->rules;
  }
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  if (proposed == nullptr) writer.integer("version", parts.rules.newest().version.value());
  writer.text("userId", question.user.value());
  writer.list("roles", question.roles.names(),
              [&](const std::string& role) { write_json(writer.out(), std::string_view(role)); });
  append_checks(writer, rules.get(), question);
  writer.close();
  call.respond(std::move(response));
}

constexpr Parameter kHistoryQuery[] = {
    kLimitParameter,
    {"cursor", ParameterKind::text, "That of the page before."},
};

}  // namespace

void add_admin_rules_routes(Router& router, AdminParts& parts) {
  const auto route = [&](std::string_view method, std::string_view pattern,
                         void (*handle)(AdminParts&, HttpCall), RouteAbout about) {
    router.add({method, pattern, Access::admins,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  route("GET", "/api/v1/admin/rules", show_rules,
        {.operation = "adminGetRules",
         .summary = "The rules of access in force",
         .answers = {{200, "RulesInForce", kJson, true}}});
  route("PUT", "/api/v1/admin/rules", set,
        {.operation = "adminSetRules",
         .summary = "Put other rules in force, resting on the version that was looked at",
         .query = kBaseVersionQuery,
         .headers = {"If-Match"},
         .body = {{"RulesBody"}},
         .answers = {{200, "Rules", kJson, true}, {409, "StaleRules", kProblem, true}}});
  route("POST", "/api/v1/admin/rules/check", check,
        {.operation = "adminCheckRules",
         .summary = "Who may do what, and why: by the rules in force, or by others before they are saved",
         .body = {{"RulesCheckBody"}},
         .answers = {{200, "RulesCheck"}}});
  route("GET", "/api/v1/admin/rules/history", history_of_rules,
        {.operation = "adminListRulesHistory",
         .summary = "The versions of the rules, the newest first",
         .query = kHistoryQuery,
         .answers = {{200, "RulesHistory"}}});
  route("GET", "/api/v1/admin/rules/history/{version}", show_version,
        {.operation = "adminGetRulesVersion",
         .summary = "The rules as they stood at a version",
         .answers = {{200, "Rules", kJson, true}}});
}

}  // namespace coterie
