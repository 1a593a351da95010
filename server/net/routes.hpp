// The routes of the server, in groups: what they need, and how each group enters the table.
// Thread: loop.
#pragma once

#include <functional>
#include <string>

#include "protocol/wire_limits.hpp"
#include "server/net/http_requests.hpp"
#include "server/net/router.hpp"

namespace coterie {

class Authenticator;
class Metrics;
class SessionRegistry;

struct ApiParts {
  HttpRequests& requests;
  WireLimits limits;
  std::function<MutationId()> make_mutation_id;  // for those who send no Idempotency-Key
  // Hands a request to the live connection of the session on whose behalf it came: its answer comes there.
  std::function<Result<void>(const Author&, ClientMessage)> pass_on;
};

struct EventParts {
  Authenticator& authenticator;
  SessionRegistry& sessions;
  Metrics& metrics;
  WireLimits limits;
};

struct StatusParts {
  Metrics& metrics;
  std::function<std::string()> not_ready;  // why the server cannot serve now; empty: it can
};

// GET /api/v1/entities/{type}, .../{id}
void add_entity_read_routes(Router& router, ApiParts& parts);
// GET /api/v1/history, /api/v1/entities/{type}/{id}/history, .../{id}/blame
void add_history_routes(Router& router, ApiParts& parts);
// GET /api/v1/readers, .../{name}/changes; POST .../{name}/acknowledge; DELETE .../{name}
void add_reader_routes(Router& router, ApiParts& parts);
// POST /api/v1/entities/{type}; PUT, PATCH, DELETE .../{id}
void add_entity_write_routes(Router& router, ApiParts& parts);
// GET /api/v1/conflicts, .../{id}; POST .../{id}/decide, .../{id}/assign
// GET /api/v1/notifications; POST .../read
// GET and POST /api/v1/announcements; DELETE .../{id}
void add_inbox_routes(Router& router, ApiParts& parts);
// GET /api/v1/admin/conflicts
void add_admin_conflict_route(Router& router, ApiParts& parts);
// POST /api/v1/requests
void add_request_route(Router& router, ApiParts& parts);
// GET, POST and DELETE /events
void add_event_routes(Router& router, EventParts& parts);
// GET /openapi.json, /asyncapi.json, /api/docs
void add_document_routes(Router& router);
// GET /, /healthz, /readyz, /metrics
void add_status_routes(Router& router, StatusParts& parts);

}  // namespace coterie
