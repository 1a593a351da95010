#include "server/net/http_message.hpp"

#include <boost/beast/core/string.hpp>

#include "protocol/json.hpp"

namespace coterie {

const std::string* HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (boost::beast::iequals(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string HttpRequest::list(std::string_view name) const {
  std::string joined;
  for (const HttpHeader& header : headers) {
    if (!boost::beast::iequals(header.name, name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += header.value;
  }
  return joined;
}

std::optional<std::string_view> HttpRequest::bearer() const {
  const std::string* value = header("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (value == nullptr || value->size() <= kScheme.size()) return std::nullopt;
  const std::string_view text = *value;
  if (!boost::beast::iequals(text.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return text.substr(kScheme.size());
}

std::string HttpRequest::user_agent() const {
  constexpr std::size_t kMost = 200;
  const std::string* value = header("User-Agent");
  std::string text;
  if (value == nullptr) return text;
  for (const char c : *value) {
    if (text.size() < kMost && c >= ' ' && c <= '~') text += c;
  }
  return text;
}

HttpResponse problem(int status, std::string_view code, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = R"({"type":"about:blank","title":)";
  write_json(response.body, reason_phrase(status));
  response.body += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
  write_json(response.body, message);
  response.body += R"(,"code":)";
  write_json(response.body, code);
  response.body += R"(,"message":)";
  write_json(response.body, message);
  response.body += '}';
  return response;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

}  // namespace coterie
