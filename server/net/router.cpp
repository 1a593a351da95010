#include "server/net/router.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

#include "server/auth/authenticator.hpp"
#include "server/net/cross_origin.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/request_query.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/session_registry.hpp"

namespace coterie {
namespace {

// One step of a path that may stand for something: not empty, no way up or aside.
bool is_step(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find_first_of("/\\") == std::string_view::npos;
}

// The steps of a path, decoded. Absent: it cannot be in the table.
std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> steps;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    auto step = percent_decode(path.substr(0, end));
    if (!step || !is_step(*step)) return std::nullopt;
    steps.push_back(std::move(*step));
    if (end == path.size()) break;
    path.remove_prefix(end + 1);
    if (path.empty()) return std::nullopt;  // a slash at the end names nothing
  }
  return steps;
}

// What the path holds in the place of each {...} of the pattern; absent: another path.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              const std::vector<std::string>& steps) {
  std::vector<std::string> held;
  pattern.remove_prefix(1);
  for (const std::string& step : steps) {
    if (pattern.empty()) return std::nullopt;
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view wanted = pattern.substr(0, end);
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
    if (wanted.starts_with('{')) {
      held.push_back(step);
    } else if (wanted != step) {
      return std::nullopt;
    }
  }
  if (!pattern.empty()) return std::nullopt;
  return held;
}

Error unauthorized(std::string message) {
  Error error;
  error.code = ErrorCode::unauthorized;
  error.message = std::move(message);
  return error;
}

// A misspelt filter must not be the same as none.
Result<void> check_query(const RouteAbout& about, const QueryParameters& query) {
  if (about.any_query) return {};
  for (const auto& [name, text] : query) {
    const auto has_name = [&name = name](const Parameter& known) { return known.name == name; };
    if (std::any_of(about.query.begin(), about.query.end(), has_name)) continue;
    std::string names;
    for (const Parameter& known : about.query) names.append(names.empty() ? "" : ", ").append(known.name);
    return bad_parameter(name, names.empty()
                                   ? "This path takes no parameters."
                                   : "This path does not know that parameter; it knows " + names + '.');
  }
  return {};
}

// `allow`: the methods that the path is for; empty: there is no such path.
HttpResponse answer_without_route(const HttpRequest& request, std::string allow) {
  if (allow.empty()) return problem(404, "not_found", "There is nothing at this path.");
  if (is_preflight(request.method, request.headers)) return preflight_response(allow);
  HttpResponse refused =
      problem(405, "bad_request", "This path is not for that method; Allow names those it knows.");
  refused.headers.push_back({"Allow", std::move(allow)});
  return refused;
}

}  // namespace

Router::Router(Authenticator& authenticator, const SessionRegistry& sessions, Metrics& metrics, Log& log)
    : authenticator_(authenticator), sessions_(sessions), metrics_(metrics), log_(log) {}

void Router::add(Route route) {
  for (const Route& other : routes_) {
    if (other.about.operation == route.about.operation)
      throw std::logic_error("two routes are called " + std::string(route.about.operation));
  }
  if (route.about.operation.empty()) throw std::logic_error("a route without an operation");
  routes_.push_back(std::move(route));
}

Result<Author> Router::sign_in(const HttpRequest& request) const {
  const std::optional<std::string_view> token = request.bearer();
  if (!token)
    return unauthorized("This needs to know who asks: send the header Authorization: Bearer TOKEN.");
  Result<Identity> identity = authenticator_.authenticate(*token);
  if (!identity) return std::move(identity).error();

  Author author{std::move(identity->user.id),
                SessionId{},
                ClientId{"http"},
                std::move(identity->user.name),
                std::move(identity->roles),
                std::move(identity->user.colour),
                std::move(identity->user.initials),
                std::move(identity->sign_in),
                request.peer};
  if (const std::string* secret = request.header("Coterie-Session")) {
    std::optional<Author> session = sessions_.find(*secret);
    if (!session || session->user != author.user) {
      return unauthorized(
          "Coterie-Session names no session of yours that is still there; leave it out, or reconnect.");
    }
    return *std::move(session);
  }
  return author;
}

void Router::call(const Route& route, HttpCall call) {
  // A defect in one route ends that request alone (Law 7).
  const Respond respond = call.respond;
  try {
    route.handle(std::move(call));
  } catch (const std::exception& thrown) {
    log_.error("route_failed", {{"route", route.pattern}, {"what", std::string_view(thrown.what())}});
    respond(problem(500, "internal", "The server failed at this request; its log tells more."));
  }
}

Router::Found Router::find(const HttpRequest& request) const {
  Found result;
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  const auto steps = split_path(request.path);
  if (!steps) return result;
  for (const Route& route : routes_) {
    auto matched = match(route.pattern, *steps);
    if (!matched) continue;
    if (route.method == method) {
      result.route = &route;
      result.held = *std::move(matched);
      break;
    }
    result.allow += (result.allow.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") result.allow += ", HEAD";
  }
  return result;
}

void Router::handle(HttpRequest request, Respond respond) {
  const auto started = std::chrono::steady_clock::now();
  auto [found, held, allow] = find(request);

  // Ids and codes only: neither the query nor the body reaches the log.
  Respond logged = [this, respond = std::move(respond), started, method = request.method,
                    pattern = found ? found->pattern : std::string_view("-")](HttpResponse response) {
    const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started);
    log_.debug("http_request", {{"method", std::string_view(method)},
                                {"route", pattern},
                                {"status", std::int64_t{response.status}},
                                {"ms", took.count()}});
    respond(std::move(response));
  };
  if (!found) return logged(answer_without_route(request, std::move(allow)));

  HttpCall call;
  if (found->access != Access::everyone) {
    Result<Author> author = sign_in(request);
    if (!author) {
      metrics_.error(to_text(author.error().code));
      return logged(error_response(author.error()));
    }
    if (found->access == Access::admins && !author->roles.has(kAdminRole)) {
      metrics_.error(to_text(ErrorCode::forbidden));
      return logged(problem(403, "forbidden", "This is for administrators: users with the role admin."));
    }
    if (admit_) {
      Result<std::shared_ptr<void>> place = admit_(author->user);
      if (!place) {
        metrics_.error(to_text(place.error().code));
        HttpResponse refused = error_response(place.error());
        refused.over_rate = true;
        return logged(std::move(refused));
      }
      logged = [place = std::move(*place), logged = std::move(logged)](HttpResponse response) {
        logged(std::move(response));
      };
    }
    call.author = std::move(*author);
  }
  auto query = parse_query(request.query);
  if (!query) {
    return logged(
        problem(400, "bad_request", "The query is not name=value pairs, percent-encoded, each name once."));
  }
  if (const Result<void> known = check_query(found->about, *query); !known) {
    return logged(error_response(known.error()));
  }
  call.parameters = found->about.query;
  call.request = std::move(request);
  call.path = std::move(held);
  call.query = std::move(*query);
  call.respond = std::move(logged);
  this->call(*found, std::move(call));
}

}  // namespace coterie
