// What a route says of itself: its name, what it takes and what it answers. The document at /openapi.json is
// made of this, and the router refuses what is not in it: the two cannot differ. Thread: any; values.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace coterie {

enum class ParameterKind { text, number, flag, json };

// A parameter of the query. Where the query becomes a request of the protocol, its member has the same name.
struct Parameter {
  std::string_view name;
  ParameterKind kind{};
  std::string_view says;  // one sentence
};

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblem = "application/problem+json";  // RFC 9457

// The schemas are those of documents/schemas.json, by name.
struct RouteBody {
  std::string_view schema;
  std::string_view content = kJson;
  bool needed = true;
};

struct RouteAnswer {
  int status = 200;
  std::string_view schema = {};  // empty: no body, or one that has no schema
  std::string_view content = kJson;
  bool etag = false;  // has the version as its ETag
};

struct RouteAbout {
  std::string_view operation;  // listEntities: stable, for those who make a client of the document
  std::string_view summary;
  std::span<const Parameter> query = {};
  std::vector<std::string_view> headers = {};  // that the route heeds: "If-Match"
  std::vector<RouteBody> body = {};            // one of these
  std::vector<RouteAnswer> answers = {};
  std::vector<RouteAnswer> other = {{0, "Problem", kProblem}};  // with every other status: how it refuses
  bool any_query = false;  // other parameters are passed over: probes and scrapers bring some
};

}  // namespace coterie
