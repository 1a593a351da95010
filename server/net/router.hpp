// Which route an HTTP request takes. A fixed table, looked through in order; a path that is not in it does
// not exist, whatever its spelling. Signs the caller in where the route is for users (Law 8: before anything
// else of the request is looked at). Thread: loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http_message.hpp"
#include "server/net/route_about.hpp"
#include "server/net/url_text.hpp"
#include "storage/decide.hpp"

namespace coterie {

class Authenticator;
class Log;
class Metrics;
class SessionRegistry;

// A request that found its route.
struct HttpCall {
  HttpRequest request;
  std::vector<std::string> path;  // what stands in place of each {...} of the route, decoded
  QueryParameters query;          // decoded, each name once, all of them known to the route
  Author author;                  // who asks, where the route is for users
  Respond respond;
  std::span<const Parameter> parameters;  // that the route knows
};

enum class Access { everyone, users, admins };  // admins: users with the role `admin`

struct Route {
  std::string_view method;   // GET is asked by HEAD too
  std::string_view pattern;  // "/api/v1/entities/{type}/{id}"
  Access access{};
  std::function<void(HttpCall)> handle;
  RouteAbout about;  // no default: there is no route that the document does not know
};

class Router final : public HttpHandler {
 public:
  Router(Authenticator& authenticator, const SessionRegistry& sessions, Metrics& metrics, Log& log);

  // Throws where two routes have one operation, or one has none.
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }
  // Asked for each request of a user before it is served: what is held until its answer, or why there is
  // none.
  using Admit = std::function<Result<std::shared_ptr<void>>(const UserId&)>;
  void admit_by(Admit admit) { admit_ = std::move(admit); }
  void handle(HttpRequest request, Respond respond) override;

 private:
  struct Found {
    const Route* route = nullptr;
    std::vector<std::string> held;  // by the {...} of its pattern
    std::string allow;              // without a route: the methods that the path knows
  };
  Found find(const HttpRequest& request) const;
  // The author of the request, or an error `unauthorized`.
  Result<Author> sign_in(const HttpRequest& request) const;
  void call(const Route& route, HttpCall call);

  Authenticator& authenticator_;
  const SessionRegistry& sessions_;
  Metrics& metrics_;
  Log& log_;
  std::vector<Route> routes_;
  Admit admit_;
};

}  // namespace coterie
