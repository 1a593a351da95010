// What an operator and a newcomer ask without signing in: is it alive, is it ready, how is it doing, what is
// it.
#include "server/net/routes.hpp"
#include "server/ops/metrics.hpp"

namespace coterie {
namespace {

constexpr std::string_view kWelcomePage = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Coterie</title></head>
<body>
<h1>Coterie</h1>
<p>This is a Coterie server: several people edit the same records, and everyone sees every change at once.</p>
<h2>Try it</h2>
<p>Create a record, then read it back (the token <code>dev:ann</code> works where the server runs with
<code>--dev</code>):</p>
<pre>curl -H 'Authorization: Bearer dev:ann' -H 'Content-Type: application/json' \
     -d '{"entityId": "42", "data": {"status": "open"}}' http://HOST:PORT/api/v1/entities/Booking
curl -H 'Authorization: Bearer dev:ann' http://HOST:PORT/api/v1/entities/Booking/42</pre>
<p>See changes arrive as they happen: <code>coterie watch Booking</code> in one terminal,
<code>coterie edit Booking/42 status=approved</code> in another.</p>
<h2>Where things are</h2>
<ul>
<li><code>/ws</code>: the live connection, subprotocol <code>coterie.v1</code></li>
<li><code>/events</code>: the same as Server-Sent Events, where no WebSocket comes through</li>
<li><code>/api/v1/entities/{type}</code> and <code>/api/v1/entities/{type}/{id}</code>: records over HTTP</li>
<li><code>/api/v1/requests</code>: any request of the protocol by its JSON</li>
<li><a href="/api/docs">/api/docs</a>: all of it to read, and as <a href="/openapi.json">OpenAPI</a> and
<a href="/asyncapi.json">AsyncAPI</a></li>
<li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>, <a href="/metrics">/metrics</a>: for operators</li>
</ul>
</body>
</html>
)";

bool is_loopback_peer(std::string_view peer) {
  return peer.starts_with("127.") || peer == "::1" || peer.starts_with("::ffff:127.");
}

// A proxy on this machine that is not listed makes the whole world look like this machine; it names whom it
// speaks for. (What a listed one has said stands in `peer` already.)
bool comes_through_a_proxy(const HttpRequest& request) {
  return request.header("Forwarded") || request.header("X-Forwarded-For") || request.header("X-Real-IP");
}

void healthz(HttpCall call) { call.respond({200, "application/json", R"({"status":"alive"})", {}}); }

void readyz(const StatusParts& parts, HttpCall call) {
  const std::string why = parts.not_ready();
  if (!why.empty()) {
    HttpResponse response = problem(503, "unavailable", why);
    response.headers.push_back({"Retry-After", "1"});
    return call.respond(std::move(response));
  }
  call.respond({200, "application/json", R"({"status":"ready"})", {}});
}

void metrics(const StatusParts& parts, HttpCall call) {
  if (!is_loopback_peer(call.request.peer) || comes_through_a_proxy(call.request)) {
    return call.respond(
        problem(403, "forbidden", "The metrics are told on this machine only: ask 127.0.0.1."));
  }
  call.respond({200, "text/plain; version=0.0.4; charset=utf-8", parts.metrics.text(), {}});
}

}  // namespace

void add_status_routes(Router& router, StatusParts& parts) {
  router.add({"GET",
              "/",
              Access::everyone,
              [](HttpCall call) {
                call.respond({200, "text/html; charset=utf-8", std::string(kWelcomePage), {}});
              },
              {.operation = "showWelcome",
               .summary = "A page that says what this is",
               .answers = {{200, {}, "text/html"}},
               .any_query = true}});
  router.add({"GET",
              "/healthz",
              Access::everyone,
              healthz,
              {.operation = "getHealth",
               .summary = "Whether the process lives",
               .answers = {{200, "Status"}},
               .any_query = true}});
  router.add({"GET",
              "/readyz",
              Access::everyone,
              [&](HttpCall call) { readyz(parts, std::move(call)); },
              {.operation = "getReadiness",
               .summary = "Whether the server can serve now; 503 says why not",
               .answers = {{200, "Status"}, {503, "Problem", kProblem}},
               .any_query = true}});
  router.add({"GET",
              "/metrics",
              Access::everyone,
              [&](HttpCall call) { metrics(parts, std::move(call)); },
              {.operation = "getMetrics",
               .summary = "The figures for Prometheus; told on the server's own machine only",
               .answers = {{200, {}, "text/plain"}},
               .any_query = true}});
}

}  // namespace coterie
