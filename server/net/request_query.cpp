#include "server/net/request_query.hpp"

#include <charconv>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"

namespace coterie {

Error bad_parameter(std::string_view name, std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  error.member = std::string(name);
  return error;
}

namespace {

Result<boost::json::value> parameter_value(const Parameter& parameter, const std::string& text,
                                           const WireLimits& limits) {
  switch (parameter.kind) {
    case ParameterKind::text:
      return boost::json::value(text);
    case ParameterKind::number: {
      std::int64_t number = 0;
      const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failed != std::errc() || rest != text.data() + text.size()) {
        return bad_parameter(parameter.name, "This parameter takes a whole number.");
      }
      return boost::json::value(number);
    }
    case ParameterKind::flag:
      if (text == "true" || text == "1") return boost::json::value(true);
      if (text == "false" || text == "0") return boost::json::value(false);
      return bad_parameter(parameter.name, "This parameter takes true or false.");
    case ParameterKind::json: {
      Result<boost::json::value> value = parse_json(text, {limits.message_bytes, kMaxDepth, kMaxMembers});
      if (!value) {
        Error error = std::move(value).error();
        error.member = std::string(parameter.name);
        return error;
      }
      return value;
    }
  }
  return bad_parameter(parameter.name, "This parameter has no meaning.");
}

}  // namespace

Result<void> read_query(const HttpCall& call, const WireLimits& limits, boost::json::object& request) {
  for (const auto& [name, text] : call.query) {
    for (const Parameter& parameter : call.parameters) {
      if (parameter.name != name) continue;
      Result<boost::json::value> value = parameter_value(parameter, text, limits);
      if (!value) return std::move(value).error();
      request[parameter.name] = std::move(*value);
    }
  }
  return {};
}

Result<ClientBody> decode_request(const boost::json::object& request, const WireLimits& limits) {
  DecodeResult decoded = decode(to_json_text(request), limits, limits.body_bytes);
  if (!decoded) return decoded.error().error;
  return std::move(decoded->body);
}

}  // namespace coterie
