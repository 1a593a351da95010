// Changing records over HTTP. Every route becomes one mutation of one operation, decided by the sequencer
// like any other; nothing is compared here and written there. PUT and merge patches are written as the
// difference to the very version that they name, so that the decision whether that is still the current one
// is the sequencer's alone.
#include <functional>
#include <memory>
#include <utility>

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/idempotency_key.hpp"
#include "server/net/routes.hpp"

namespace coterie {
namespace {

using boost::json::object;

// What a committed mutation of one operation came to: `results[0]` of the answer's text.
Result<object> only_result(const std::string& body) {
  Result<boost::json::value> answer = parse_json(body, {body.size(), kMaxMessageDepth, 2 * kMaxMembers});
  if (!answer) return std::move(answer).error();
  return std::move(answer->at("results").at(0).as_object());
}

const std::string* committed_body(const Answer& answer) {
  if (const auto* committed = std::get_if<CommittedAnswer>(&answer)) return &committed->body;
  if (const auto* repeated = std::get_if<Repeated>(&answer)) return &repeated->body;
  return nullptr;
}

enum class Reply { entity, created, nothing };

HttpResponse reply_to(Reply reply, const Answer& answer) {
  const std::string* body = committed_body(answer);
  if (body == nullptr) return refusal_response(answer);
  const Result<object> result = only_result(*body);
  if (!result) return error_response(result.error());
  HttpResponse response;
  response.headers.push_back(etag_of(Version{result->at("version").to_number<std::uint64_t>()}));
  if (reply == Reply::nothing) {
    response.status = 204;
    response.content_type.clear();
    return response;
  }
  // A repeat of a mutation that was first sent without `return` has no entity: its result says what there is.
  const boost::json::value* entity = result->if_contains("entity");
  write_json(response.body, entity ? entity->as_object() : *result);
  if (reply == Reply::created) {
    response.status = 201;
    const auto text = [&](const char* name) { return std::string(result->at(name).as_string()); };
    response.headers.push_back(
        {"Location", "/api/v1/entities/" + text("entityType") + '/' + text("entityId")});
  }
  return response;
}

Result<Mutation> mutation_of(const ApiParts& parts, const HttpRequest& request, Operation operation,
                             ContentHash content) {
  Result<std::optional<MutationId>> key = idempotency_key(request);
  if (!key) return std::move(key).error();
  MutationId id = *key ? std::move(**key) : parts.make_mutation_id();
  std::vector<Operation> operations;
  operations.push_back(std::move(operation));
  return make_mutation(std::move(id), std::move(operations), content);
}

void submit(ApiParts& parts, HttpCall call, object operation, ContentHash content, Reply reply) {
  Result<Operation> decoded = decode_operation(std::move(operation), parts.limits);
  if (!decoded) return call.respond(error_response(decoded.error()));
  Result<Mutation> mutation = mutation_of(parts, call.request, std::move(*decoded), content);
  if (!mutation) return call.respond(error_response(mutation.error()));
  parts.requests.ask(
      call.author, Mutate{std::move(*mutation)},
      [respond = std::move(call.respond), reply](Answer answer) { respond(reply_to(reply, answer)); });
}

void create_entity(ApiParts& parts, HttpCall call) {
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  const Result<void> fine = refuse_members(*body, {"op", "entityType", "return"});
  if (!fine) return call.respond(error_response(fine.error()));

  const ContentHash content = content_of(call, std::nullopt, *body);
  (*body)["op"] = "create";
  (*body)["entityType"] = call.path[0];
  (*body)["return"] = "after";
  submit(parts, std::move(call), std::move(*body), content, Reply::created);
}

// A change of a whole document: what it is to become, given what it was at the version that the request rests
// on.
struct Rewrite {
  Version base;
  std::function<object(const object& before)> after;
  ContentHash content;
};

// Only for a base that could not be read, where the sequencer is to say why: lets nothing through, so that a
// version that comes to be in between is not written over by a difference to nothing.
Filter nothing_passes() { return *Filter::parse(object{{"$version", object{{"$lt", 1}}}}); }

Result<Operation> rewrite_operation(const ApiParts& parts, const HttpCall& call, const Rewrite& rewrite,
                                    const object* before) {
  const object none;
  object after = rewrite.after(before ? *before : none);
  object whole{{"op", "create"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}, {"data", after}};
  Result<Operation> checked = decode_operation(std::move(whole), parts.limits);  // names and sizes
  if (!checked) return std::move(checked).error();

  Change change = difference(before ? *before : none, after);
  Operation operation;
  operation.kind = OperationKind::update;
  operation.entity_type = std::move(checked->entity_type);
  operation.entity_id = std::move(checked->entity_id);
  operation.base_version = rewrite.base;
  operation.strategy = Strategy::reject;
  if (before == nullptr) operation.guard = nothing_passes();
  operation.set = std::move(change.set);
  operation.unset = std::move(change.unset);
  operation.return_document = ReturnDocument::after;
  return operation;
}

HttpResponse reply_to_unread(const Answer& answer) {
  const auto* rejected = std::get_if<Rejected>(&answer);
  if (rejected == nullptr || rejected->code != RejectedCode::guard_failed)
    return reply_to(Reply::entity, answer);
  Error error;
  error.code = ErrorCode::unavailable;
  error.message = "The record changed while it was read; send the request again.";
  error.retry = true;
  return error_response(error);
}

void submit_rewrite(ApiParts& parts, HttpCall call, const Rewrite& rewrite, const object* before) {
  Result<Operation> operation = rewrite_operation(parts, call, rewrite, before);
  if (!operation) return call.respond(error_response(operation.error()));
  Result<Mutation> mutation = mutation_of(parts, call.request, std::move(*operation), rewrite.content);
  if (!mutation) return call.respond(error_response(mutation.error()));
  parts.requests.ask(call.author, Mutate{std::move(*mutation)},
                     [respond = std::move(call.respond), read = before != nullptr](Answer answer) {
                       respond(read ? reply_to(Reply::entity, answer) : reply_to_unread(answer));
                     });
}

void rewrite_entity(ApiParts& parts, HttpCall call, Rewrite rewrite) {
  // Checks the names of the path before they reach the store.
  object probe{{"op", "delete"},
               {"entityType", call.path[0]},
               {"entityId", call.path[1]},
               {"baseVersion", rewrite.base.value()}};
  Result<Operation> named = decode_operation(std::move(probe), parts.limits);
  if (!named) return call.respond(error_response(named.error()));

  const Author author = call.author;
  Get get{{std::move(named->entity_type), std::move(*named->entity_id)}, rewrite.base};
  auto shared = std::make_shared<HttpCall>(std::move(call));
  parts.requests.ask(author, std::move(get), [&parts, shared, rewrite = std::move(rewrite)](Answer answer) {
    if (const auto* found = std::get_if<EntityAnswer>(&answer)) {
      const std::string& text = found->entity.data;
      Result<boost::json::value> before = parse_json(text, {text.size(), kMaxMessageDepth, 2 * kMaxMembers});
      if (!before) return shared->respond(error_response(before.error()));
      return submit_rewrite(parts, std::move(*shared), rewrite, &before->as_object());
    }
    const auto* error = std::get_if<Error>(&answer);
    if (error == nullptr || error->code != ErrorCode::not_found)
      return shared->respond(refusal_response(answer));
    submit_rewrite(parts, std::move(*shared), rewrite, nullptr);
  });
}

void put_entity(ApiParts& parts, HttpCall call) {
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  Error wrong;
  wrong.code = ErrorCode::bad_request;
  for (const auto& [name, value] : *body) {
    if (name == "data" || name == "version") continue;
    wrong.member = std::string(name);
    wrong.message = "PUT knows data and version.";
    return call.respond(error_response(wrong));
  }
  const boost::json::value* data = body->if_contains("data");
  if (data == nullptr || !data->is_object()) {
    wrong.member = "data";
    wrong.message = "data is the whole new document, an object.";
    return call.respond(error_response(wrong));
  }
  const Result<std::optional<Version>> base = read_base_version(call, body->if_contains("version"));
  if (!base) return call.respond(error_response(base.error()));

  const std::string* none_match = call.request.header("If-None-Match");
  if (none_match != nullptr) {
    if (*none_match != "*" || *base) {
      wrong.member = "If-None-Match";
      wrong.message = "If-None-Match: * creates the record under this id, and goes with no version.";
      return call.respond(error_response(wrong));
    }
    object create{{"op", "create"},
                  {"entityType", call.path[0]},
                  {"entityId", call.path[1]},
                  {"data", *data},
                  {"return", "after"}};
    const ContentHash content = content_of(call, std::nullopt, *body);
    return submit(parts, std::move(call), std::move(create), content, Reply::created);
  }
  if (!*base) return call.respond(error_response(base_version_missing()));
  const ContentHash content = content_of(call, *base, *body);
  auto after = [data = data->as_object()](const object&) { return data; };
  rewrite_entity(parts, std::move(call), Rewrite{**base, std::move(after), content});
}

void merge_patch_entity(ApiParts& parts, HttpCall call, object patch) {
  const Result<std::optional<Version>> base = read_base_version(call, nullptr);
  if (!base) return call.respond(error_response(base.error()));
  if (!*base) return call.respond(error_response(base_version_missing()));
  const ContentHash content = content_of(call, *base, patch);
  auto after = [patch = std::move(patch)](const object& before) {
    object document = before;
    apply_merge_patch(document, patch);
    return document;
  };
  rewrite_entity(parts, std::move(call), Rewrite{**base, std::move(after), content});
}

void update_entity(ApiParts& parts, HttpCall call, object update) {
  const Result<void> fine =
      refuse_members(update, {"op", "entityType", "entityId", "where", "sort", "return"});
  if (!fine) return call.respond(error_response(fine.error()));
  // `version`, as the other routes call it, is the update's `baseVersion`.
  const bool as_version = update.contains("version") && !update.contains("baseVersion");
  const Result<std::optional<Version>> base =
      read_base_version(call, update.if_contains(as_version ? "version" : "baseVersion"));
  if (!base) return call.respond(error_response(base.error()));
  if (as_version) update.erase("version");
  const ContentHash content = content_of(call, *base, update);
  if (*base) update["baseVersion"] = (*base)->value();
  update["op"] = "update";
  update["entityType"] = call.path[0];
  update["entityId"] = call.path[1];
  update["return"] = "after";
  submit(parts, std::move(call), std::move(update), content, Reply::entity);
}

void patch_entity(ApiParts& parts, HttpCall call) {
  const std::string* header = call.request.header("Content-Type");
  std::string type = header ? header->substr(0, header->find(';')) : std::string();
  while (!type.empty() && type.back() == ' ') type.pop_back();
  if (type != "application/json" && type != "application/merge-patch+json") {
    HttpResponse response = problem(
        415, "bad_request", "PATCH takes application/merge-patch+json, or application/json for an update.");
    response.headers.push_back({"Accept-Patch", "application/merge-patch+json, application/json"});
    return call.respond(std::move(response));
  }
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  if (type == "application/json") return update_entity(parts, std::move(call), std::move(*body));
  merge_patch_entity(parts, std::move(call), std::move(*body));
}

void delete_entity(ApiParts& parts, HttpCall call) {
  const Result<std::optional<Version>> base = read_base_version(call, nullptr);
  if (!base) return call.respond(error_response(base.error()));
  if (!*base) return call.respond(error_response(base_version_missing()));
  const ContentHash content = content_of(call, *base, {});
  object remove{{"op", "delete"},
                {"entityType", call.path[0]},
                {"entityId", call.path[1]},
                {"baseVersion", (*base)->value()}};
  submit(parts, std::move(call), std::move(remove), content, Reply::nothing);
}

}  // namespace

void add_entity_write_routes(Router& router, ApiParts& parts) {
  const auto add = [&](std::string_view method, std::string_view pattern, void (*handle)(ApiParts&, HttpCall),
                       RouteAbout about) {
    router.add({method, pattern, Access::users,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  add("POST", "/api/v1/entities/{type}", create_entity,
      {.operation = "createEntity",
       .summary = "Create a record",
       .headers = {"Idempotency-Key", "Coterie-Session"},
       .body = {{"CreateBody"}},
       .answers = {{201, "WrittenEntity", kJson, true}}});
  add("PUT", "/api/v1/entities/{type}/{id}", put_entity,
      {.operation = "putEntity",
       .summary = "Replace the whole document of a record, or create it under this id (If-None-Match: *)",
       .query = kBaseVersionQuery,
       .headers = {"If-Match", "If-None-Match", "Idempotency-Key", "Coterie-Session"},
       .body = {{"PutBody"}},
       .answers = {{200, "WrittenEntity", kJson, true},
                   {201, "WrittenEntity", kJson, true},
                   {409, "StaleOrRefused", kProblem, true}}});
  add("PATCH", "/api/v1/entities/{type}/{id}", patch_entity,
      {.operation = "patchEntity",
       .summary = "Change a record: by a merge patch (RFC 7396), or by the members of an update",
       .query = kBaseVersionQuery,
       .headers = {"If-Match", "Idempotency-Key", "Coterie-Session"},
       .body = {{"MergePatch", "application/merge-patch+json"}, {"PatchBody"}},
       .answers = {{200, "WrittenEntity", kJson, true}, {409, "StaleOrRefused", kProblem, true}}});
  add("DELETE", "/api/v1/entities/{type}/{id}", delete_entity,
      {.operation = "deleteEntity",
       .summary = "Delete a record; its history stays",
       .query = kBaseVersionQuery,
       .headers = {"If-Match", "Idempotency-Key", "Coterie-Session"},
       .answers = {{204, {}, kJson, true}, {409, "StaleOrRefused", kProblem, true}}});
}

}  // namespace coterie
