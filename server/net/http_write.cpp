#include "server/net/http_write.hpp"

#include <boost/beast/core/string.hpp>
#include <ctime>

namespace coterie {
namespace {

bool has(const HttpResponse& response, std::string_view name) {
  for (const HttpHeader& header : response.headers) {
    if (boost::beast::iequals(header.name, name)) return true;
  }
  return false;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  // What a record's text could smuggle into a header ends here.
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out += "\r\n";
}

std::string date_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string(text, size);
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string to_bytes(HttpResponse response, const WriteHttp& how) {
  add_headers(response.headers, how.cross_origin);
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  append(out, "Date", date_now());
  append(out, "Server", "coterie");
  if (has_body(response.status)) {
    if (!response.content_type.empty()) append(out, "Content-Type", response.content_type);
    if (!response.stream) append(out, "Content-Length", std::to_string(response.body.size()));
  }
  append(out, "X-Content-Type-Options", "nosniff");
  append(out, "Referrer-Policy", "no-referrer");
  if (!has(response, "Content-Security-Policy")) {
    append(out, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (!has(response, "Cache-Control")) append(out, "Cache-Control", "no-store");
  if (how.strict_transport) append(out, "Strict-Transport-Security", "max-age=31536000");
  for (const HttpHeader& header : response.headers) append(out, header.name, header.value);
  if (!how.keep_alive) {
    append(out, "Connection", response.status == 426 ? "close, Upgrade" : "close");
  }
  out += "\r\n";
  if (how.body && has_body(response.status)) out += response.body;
  return out;
}

}  // namespace coterie
