// The one strict reading of a request's head: request line and header fields, byte for byte as RFC 9112
// allows them and no other way. Written here and not left to Beast's parser, because that unfolds lines,
// joins what stands twice and lets odd forms pass; a second reading of the same bytes beside it is where
// smuggled requests live. Thread: any; pure. Law 6.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http_message.hpp"
#include "server/net/net_limits.hpp"

namespace coterie {

// Without the spaces and tabs around it.
std::string_view trim(std::string_view text);

// Why a request is not served. The connection ends with it: what follows cannot be trusted, or was never
// read.
struct HttpRefusal {
  int status = 400;
  std::string code;
  std::string message;
  std::vector<HttpHeader> headers;
};
HttpResponse to_response(const HttpRefusal& refusal);

struct HttpHead {
  std::string method;
  std::string target;
  std::vector<HttpHeader> headers;  // values without the space around them

  std::string_view path() const;
  std::string_view query() const;
  std::size_t count(std::string_view name) const;        // how many headers of that name
  const std::string* find(std::string_view name) const;  // the first
  bool lists(std::string_view name,
             std::string_view word) const;  // in a comma-separated list, case not counted
};

template <class T>
using HttpResult = boost::system::result<T, HttpRefusal>;
[[noreturn]] void throw_exception_from_error(const HttpRefusal& refusal, const boost::source_location& where);

// Finds the end of a head in bytes that arrive piece by piece, and refuses early what can become none:
// something that is not HTTP/1.1, a line or a head that is too long.
class HeadScan {
 public:
  // `bytes`: all that has come so far. The size of the head with its empty line; 0: more is needed.
  HttpResult<std::size_t> scan(std::string_view bytes, const NetLimits& limits);

 private:
  std::size_t line_ = 0;     // where the present line begins
  std::size_t scanned_ = 0;  // looked at already
  std::size_t lines_ = 0;
};

// `bytes`: exactly one head, with its empty line.
HttpResult<HttpHead> parse_head(std::string_view bytes);

// Whether a name of the query is `token` or `access_token`, however it is escaped: a URL ends up in logs.
bool has_token(std::string_view query);

}  // namespace coterie
