#include "server/net/http_head.hpp"

#include <boost/beast/core/string.hpp>
#include <stdexcept>

#include "server/net/url_text.hpp"

namespace coterie {
namespace {

using boost::beast::iequals;

bool is_token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_token_char(c)) return false;
  }
  return true;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

HttpRefusal bad(std::string message) { return {400, "bad_request", std::move(message), {}}; }

// Only the form that names a path on this server: no proxying, no authority, no asterisk.
bool is_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return false;
  for (const char c : target) {
    if (c <= 0x20 || c >= 0x7f || c == '#') return false;
  }
  return true;
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
};

HttpResult<RequestLine> parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("This is no HTTP request line.");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(method)) return bad("The method is no word.");
  if (line.substr(last + 1) != "HTTP/1.1") return bad("Speak HTTP/1.1.");
  if (!is_target(target)) return bad("The target must be a path, its odd characters escaped.");
  return RequestLine{method, target};
}

HttpResult<HttpHeader> parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  // A folded line begins with a space, which is no part of a name: it is refused here too.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return bad("A header line must be a name, a colon and a value.");
  }
  const std::string_view value = trim(line.substr(colon + 1));
  for (const char c : value) {
    if (!is_value_char(c)) return bad("A header value holds a control character.");
  }
  return HttpHeader{std::string(line.substr(0, colon)), std::string(value)};
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      plain += text[i];
    } else {
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

void throw_exception_from_error(const HttpRefusal& refusal, const boost::source_location&) {
  throw std::logic_error("a refused HTTP request was read: " + refusal.message);
}

HttpResponse to_response(const HttpRefusal& refusal) {
  HttpResponse response = problem(refusal.status, refusal.code, refusal.message);
  response.headers = refusal.headers;
  return response;
}

std::string_view HttpHead::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view HttpHead::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::size_t HttpHead::count(std::string_view name) const {
  std::size_t found = 0;
  for (const HttpHeader& header : headers) found += iequals(header.name, name) ? 1 : 0;
  return found;
}

const std::string* HttpHead::find(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (iequals(header.name, name)) return &header.value;
  }
  return nullptr;
}

bool HttpHead::lists(std::string_view name, std::string_view word) const {
  for (const HttpHeader& header : headers) {
    if (!iequals(header.name, name)) continue;
    std::string_view rest = header.value;
    while (true) {
      const std::size_t comma = rest.find(',');
      if (iequals(trim(rest.substr(0, comma)), word)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

HttpResult<std::size_t> HeadScan::scan(std::string_view bytes, const NetLimits& limits) {
  // What cannot begin a method is not HTTP at all: a TLS hello, for one.
  if (!bytes.empty() && !is_token_char(bytes.front())) return bad("This port speaks HTTP/1.1.");
  for (; scanned_ < bytes.size(); ++scanned_) {
    if (scanned_ >= limits.header_bytes) {
      return HttpRefusal{431, "too_large", "The headers are too large.", {}};
    }
    if (bytes[scanned_] != '\n') {
      // The method and the version, beside the target.
      if (lines_ == 0 && scanned_ > limits.target_bytes + 64) {
        return HttpRefusal{414, "too_large", "The target is too long.", {}};
      }
      continue;
    }
    if (scanned_ == line_ || bytes[scanned_ - 1] != '\r') return bad("A line must end with CR and LF.");
    const std::string_view line = bytes.substr(line_, scanned_ - 1 - line_);
    line_ = scanned_ + 1;
    if (lines_++ == 0) {
      const HttpResult<RequestLine> parsed = parse_request_line(line);
      if (!parsed) return parsed.error();
      if (parsed->target.size() > limits.target_bytes) {
        return HttpRefusal{414, "too_large", "The target is too long.", {}};
      }
    } else if (line.empty()) {
      return HttpResult<std::size_t>(boost::system::in_place_value, scanned_ + 1);
    } else if (lines_ > limits.headers + 1) {
      return HttpRefusal{431, "too_large", "There are too many headers.", {}};
    }
  }
  return HttpResult<std::size_t>(boost::system::in_place_value, std::size_t{0});
}

HttpResult<HttpHead> parse_head(std::string_view bytes) {
  HttpHead head;
  bool first = true;
  while (true) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) return bad("The request's head has no end.");
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (first) {
      const HttpResult<RequestLine> parsed = parse_request_line(line);
      if (!parsed) return parsed.error();
      head.method = parsed->method;
      head.target = parsed->target;
      first = false;
      continue;
    }
    if (line.empty()) return head;
    HttpResult<HttpHeader> field = parse_field(line);
    if (!field) return field.error();
    head.headers.push_back(std::move(*field));
  }
}

bool has_token(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::string name = unescape(pair.substr(0, pair.find('=')));
    if (name == "token" || name == "access_token") return true;
    if (end == std::string_view::npos) return false;
    query.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace coterie
