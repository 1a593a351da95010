#include "server/net/cross_origin.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace coterie {
namespace {

using boost::beast::iequals;

// Every header of a request that a route heeds. Those that a browser sends of itself need no leave.
constexpr const char* kRequestHeaders =
    "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID, Idempotency-Key, Coterie-Session";
// Every header of an answer that says something which its status and body do not.
constexpr const char* kAnswerHeaders = "ETag, Location, Retry-After, WWW-Authenticate, Allow, Accept-Patch";
// Two hours: browsers keep it no longer, and what was on the list until a restart is off it soon after.
constexpr const char* kKeptSeconds = "7200";

}  // namespace

bool is_preflight(std::string_view method, const std::vector<HttpHeader>& headers) {
  const auto has = [&](std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const HttpHeader& header) { return iequals(header.name, name); });
  };
  return method == "OPTIONS" && has("Origin") && has("Access-Control-Request-Method");
}

HttpResponse preflight_response(std::string_view methods) {
  HttpResponse response;
  response.status = 204;
  response.content_type.clear();
  response.headers = {{"Access-Control-Allow-Methods", std::string(methods)},
                      {"Access-Control-Allow-Headers", kRequestHeaders},
                      {"Access-Control-Max-Age", kKeptSeconds}};
  return response;
}

void add_headers(std::vector<HttpHeader>& headers, const CrossOrigin& cross_origin) {
  if (!cross_origin.varies) return;
  // In one line with what else it varies by: some caches read the first alone.
  const auto vary = std::find_if(headers.begin(), headers.end(),
                                 [](const HttpHeader& header) { return iequals(header.name, "Vary"); });
  if (vary == headers.end()) {
    headers.push_back({"Vary", "Origin"});
  } else {
    vary->value += ", Origin";
  }
  if (cross_origin.page.empty()) return;
  headers.push_back({"Access-Control-Allow-Origin", cross_origin.page});
  headers.push_back({"Access-Control-Expose-Headers", kAnswerHeaders});
}

}  // namespace coterie
