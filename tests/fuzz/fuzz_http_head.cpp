// Any bytes as the head of a request: found or refused the same way whether they arrive at once or one by
// one; what is served then has passed the rules that a smuggled request would break.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/net/gate.hpp"
#include "server/net/http_head.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  NetLimits limits;
  limits.header_bytes = 600;
  limits.target_bytes = 100;
  limits.headers = 10;

  HeadScan at_once;
  const HttpResult<std::size_t> found = at_once.scan(bytes, limits);
  HeadScan one_by_one;
  HttpResult<std::size_t> later(boost::system::in_place_value, std::size_t{0});
  for (std::size_t have = 1; have <= size && later && *later == 0; ++have) {
    later = one_by_one.scan(bytes.substr(0, have), limits);
  }
  check(found.has_value() == later.has_value());
  if (!found) {
    check(found.error().status == later.error().status);
    return 0;
  }
  check(*found == *later);
  if (*found == 0) return 0;

  const HttpResult<HttpHead> head = parse_head(bytes.substr(0, *found));
  if (!head) return 0;
  check(head->headers.size() <= limits.headers);
  const GateDecision decision = pass_gate(*head, GateRules{});
  if (std::holds_alternative<HttpRefusal>(decision)) return 0;
  check(head->count("Host") == 1 && head->count("Transfer-Encoding") == 0);
  check(head->count("Content-Length") <= 1 && !has_token(head->query()));
  check(head->method != "TRACE" && head->method != "CONNECT");
  return 0;
}
