#include "server/auth/token_form.hpp"

#include <array>
#include <optional>
#include <utility>

#include "protocol/base64url.hpp"
#include "protocol/json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{kMostTokenBytes, 8, 500};

// Members of a header that would bring a key along or change what is signed. Others that are not known say
// nothing (RFC 7515 section 4).
constexpr std::array<std::string_view, 9> kRefused{"jwk", "jku", "x5u", "x5c", "crit",
                                                   "b64", "zip", "enc", "epk"};

Result<json::object> object_of(std::string_view part, const char* what) {
  const std::optional<std::string> text = from_base64url(part);
  if (part.empty() || !text) return unauthorized(std::string("The token's ") + what + " is no base64url.");
  Result<json::value> value = parse_json(*text, kLimits);
  if (!value || !value->is_object()) {
    return unauthorized(std::string("The token's ") + what + " is no JSON object, or has a member twice.");
  }
  return std::move(value->get_object());
}

}  // namespace

Error unauthorized(std::string message) {
  Error error;
  error.code = ErrorCode::unauthorized;
  error.message = std::move(message);
  error.member = "token";
  return error;
}

std::string_view string_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

Result<TokenForm> read_token(std::string_view text) {
  if (text.size() > kMostTokenBytes) return unauthorized("The token is too long: at most 8 KiB.");
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos) {
    return unauthorized("This is no signed token: it has not three parts.");
  }
  TokenForm form;
  form.text = text;
  form.signed_text = text.substr(0, second);

  Result<json::object> header = object_of(text.substr(0, first), "header");
  if (!header) return header.error();
  for (const std::string_view name : kRefused) {
    if (header->contains(name)) return unauthorized("The token's header asks for what is not done here.");
  }
  Result<json::object> claims = object_of(text.substr(first + 1, second - first - 1), "content");
  if (!claims) return claims.error();
  std::optional<std::string> signature = from_base64url(text.substr(second + 1));
  if (!signature || signature->empty()) return unauthorized("The token has no signature in base64url.");

  form.header = *std::move(header);
  form.claims = *std::move(claims);
  form.signature = *std::move(signature);
  return form;
}

}  // namespace coterie
