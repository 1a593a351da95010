#include "server/net/entity_request.hpp"

#include <charconv>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

Error bad_request(std::string_view member, std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  error.member = std::string(member);
  return error;
}

// A version in digits: no sign, no zero in front, within the integers of the protocol.
std::optional<Version> version_from_text(std::string_view text) {
  if (text.empty() || text.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  if (number > static_cast<std::uint64_t>(kMaxInteger)) return std::nullopt;
  return Version{number};
}

}  // namespace

Result<boost::json::object> read_object(const HttpRequest& request, const WireLimits& limits) {
  Result<boost::json::value> value =
      parse_json(request.body, {limits.body_bytes, kMaxMessageDepth, kMaxMembers});
  if (!value) return std::move(value).error();
  if (!value->is_object()) return bad_request("", "The body must be a JSON object.");
  return std::move(value->get_object());
}

Result<std::optional<Version>> read_base_version(const HttpCall& call, const boost::json::value* in_body) {
  std::optional<Version> version;
  bool differ = false;
  const auto take = [&](Version given) {
    differ = differ || (version && *version != given);
    version = given;
  };
  if (const std::string* header = call.request.header("If-Match")) {
    const std::string_view text = *header;
    const bool quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
    const auto given = quoted ? version_from_text(text.substr(1, text.size() - 2)) : std::nullopt;
    if (!given) {
      return bad_request("If-Match", R"(If-Match takes one version in quotes, as the ETag shows it: "17".)");
    }
    take(*given);
  }
  for (const auto& [name, text] : call.query) {
    if (name != "version") continue;
    const auto given = version_from_text(text);
    if (!given)
      return bad_request("version", "version takes the number of the version that the change rests on.");
    take(*given);
  }
  if (in_body != nullptr) {
    if (!in_body->is_int64() || in_body->get_int64() < 1) {
      return bad_request("version", "version takes the number of the version that the change rests on.");
    }
    take(Version{static_cast<std::uint64_t>(in_body->get_int64())});
  }
  if (differ)
    return bad_request("version", "If-Match and version name different versions; send one of them.");
  return version;
}

Error base_version_missing() {
  Error error;
  error.code = ErrorCode::base_version_required;
  error.message = R"(Say which version you changed: send its ETag as If-Match: "17", or version.)";
  error.member = "version";
  return error;
}

Result<void> refuse_members(const boost::json::object& body, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (body.contains(name)) {
      return bad_request(name, "This member is decided by the path or the route; leave it out.");
    }
  }
  return {};
}

void apply_merge_patch(boost::json::object& document, const boost::json::object& patch) {
  for (const auto& [name, value] : patch) {
    if (value.is_null()) {
      document.erase(name);
    } else if (value.is_object()) {
      boost::json::value& target = document[name];
      if (!target.is_object()) target.emplace_object();
      apply_merge_patch(target.get_object(), value.get_object());
    } else {
      document[name] = value;
    }
  }
}

ContentHash content_of(const HttpCall& call, std::optional<Version> base, const boost::json::object& body) {
  boost::json::object asked{{"method", call.request.method}, {"body", body}};
  for (const std::string& step : call.path) asked[asked.contains("type") ? "id" : "type"] = step;
  if (base) asked["base"] = base->value();
  if (const std::string* type = call.request.header("Content-Type"))
    asked["as"] = type->substr(0, type->find(';'));
  return hash_content(asked);
}

}  // namespace coterie
