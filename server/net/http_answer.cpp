#include "server/net/http_answer.hpp"

#include <stdexcept>
#include <string>

#include "protocol/encode.hpp"
#include "protocol/json.hpp"

namespace coterie {
namespace {

// The members of RFC 9457; those of the answer follow them.
HttpResponse begin_problem(int status, std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = R"({"type":"about:blank","title":)";
  write_json(response.body, reason_phrase(status));
  response.body += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
  write_json(response.body, detail);
  response.body += ',';
  return response;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_json:
    case ErrorCode::bad_number:
    case ErrorCode::bad_request:
    case ErrorCode::bad_name:
    case ErrorCode::id_reused:
      return 400;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::limit:
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::overloaded:
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::base_version_required:
      return 428;
    case ErrorCode::not_holder:
      return 409;
  }
  return 500;
}

int status_of(RejectedCode code) {
  switch (code) {
    case RejectedCode::guard_failed:
    case RejectedCode::fenced:
    case RejectedCode::exists:
    case RejectedCode::unique:
    case RejectedCode::decided:
      return 409;
    case RejectedCode::locked:
      return 423;
    case RejectedCode::not_found:
      return 404;
    case RejectedCode::forbidden:
      return 403;
    case RejectedCode::invalid:
    case RejectedCode::mutation_reused:
    case RejectedCode::mutation_expired:
      return 422;
  }
  return 500;
}

int status_of(const Answer& answer) {
  if (const auto* error = std::get_if<Error>(&answer)) return status_of(error->code);
  if (const auto* rejected = std::get_if<Rejected>(&answer)) return status_of(rejected->code);
  if (std::holds_alternative<Conflict>(answer)) return 409;
  if (std::holds_alternative<Denied>(answer)) return 423;
  return 200;
}

void add_error_headers(HttpResponse& response, const Error& error) {
  if (response.status == 401) {
    response.headers.push_back({"WWW-Authenticate", R"(Bearer realm="coterie")"});
  }
  if (response.status == 429 || response.status == 503) {
    const auto wait = error.retry_after.value_or(std::chrono::seconds(1));
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
  }
}

HttpResponse error_response(const Error& error) {
  HttpResponse response = begin_problem(status_of(error.code), error.message);
  append_error_members(response.body, error);
  response.body += '}';
  add_error_headers(response, error);
  return response;
}

HttpResponse conflict_response(const Conflict& conflict) {
  HttpResponse response = begin_problem(409, conflict.message);
  append_conflict_members(response.body, conflict);
  response.body += '}';
  if (conflict.current) response.headers.push_back(etag_of(conflict.current_version));
  return response;
}

HttpResponse rejected_response(const Rejected& rejected) {
  HttpResponse response = begin_problem(status_of(rejected.code), rejected.message);
  append_rejected_members(response.body, rejected);
  response.body += '}';
  return response;
}

HttpResponse refusal_response(const Answer& answer) {
  if (const auto* error = std::get_if<Error>(&answer)) return error_response(*error);
  if (const auto* conflict = std::get_if<Conflict>(&answer)) return conflict_response(*conflict);
  if (const auto* rejected = std::get_if<Rejected>(&answer)) return rejected_response(*rejected);
  throw std::logic_error("an answer that fits no route");
}

HttpHeader etag_of(Version version) { return {"ETag", '"' + std::to_string(version.value()) + '"'}; }

HttpResponse entity_response(int status, const Entity& entity) {
  HttpResponse response;
  response.status = status;
  append_entity(response.body, entity);
  response.headers.push_back(etag_of(entity.meta.version));
  return response;
}

}  // namespace coterie
