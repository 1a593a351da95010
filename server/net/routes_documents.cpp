// GET /openapi.json, /asyncapi.json: what the server takes and answers, made of its own tables; and
// /api/docs, a page that shows both to people. For everyone: they tell what is in the source anyway.
#include "protocol/json.hpp"
#include "server/net/documents/asyncapi.hpp"
#include "server/net/documents/openapi.hpp"
#include "server/net/documents/texts.hpp"
#include "server/net/routes.hpp"

namespace coterie {
namespace {

// The page loads its own script and style, and asks for the two documents; nothing else.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// A document is the same as long as the program runs: made when it is first asked for.
Route document_route(std::string_view pattern, std::function<boost::json::object()> make, RouteAbout about) {
  auto kept = std::make_shared<std::string>();
  return {"GET", pattern, Access::everyone,
          [make = std::move(make), kept](const HttpCall& call) {
            if (kept->empty()) *kept = to_json_text(make());
            call.respond({200, "application/json", *kept, {}});
          },
          std::move(about)};
}

Route text_route(std::string_view pattern, std::string_view content_type, std::string_view text,
                 RouteAbout about) {
  about.answers = {{200, {}, content_type.substr(0, content_type.find(';'))}};
  return {"GET", pattern, Access::everyone,
          [content_type, text](const HttpCall& call) {
            call.respond({200,
                          std::string(content_type),
                          std::string(text),
                          {{"Content-Security-Policy", std::string(kPagePolicy)}}});
          },
          std::move(about)};
}

}  // namespace

void add_document_routes(Router& router) {
  router.add(document_route(
      "/openapi.json", [&router] { return openapi_document(router.routes()); },
      {.operation = "getOpenApi", .summary = "This document", .answers = {{200, "Specification"}}}));
  router.add(document_route("/asyncapi.json", asyncapi_document,
                            {.operation = "getAsyncApi",
                             .summary = "The messages of the WebSocket, as AsyncAPI 3.0",
                             .answers = {{200, "Specification"}}}));
  router.add(text_route("/api/docs", "text/html; charset=utf-8", kDocsPage,
                        {.operation = "showDocs", .summary = "Both documents, for people"}));
  router.add(text_route("/api/docs/page.js", "text/javascript; charset=utf-8", kDocsScript,
                        {.operation = "getDocsScript", .summary = "The script of that page"}));
  router.add(text_route("/api/docs/page.css", "text/css; charset=utf-8", kDocsStyle,
                        {.operation = "getDocsStyle", .summary = "The style of that page"}));
}

}  // namespace coterie
