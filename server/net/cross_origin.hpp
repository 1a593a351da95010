// What a browser must be told before it lets a page of another origin read an answer: the CORS protocol of
// the Fetch standard, for the origins that the operator has listed and for no other. Nothing here is a
// permission: who may do what is decided by the token, which a page has to hold and to send itself. There are
// no cookies, so Access-Control-Allow-Credentials is never said. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/net/http_message.hpp"

namespace coterie {

struct CrossOrigin {
  bool varies =
      false;           // there is a list: answers to one origin are not those to another, and caches are told
  std::string page{};  // the listed origin that asks; empty: another, or none
};

// What a page asks of us with more than a form could send: put before, by the browser, as OPTIONS.
bool is_preflight(std::string_view method, const std::vector<HttpHeader>& headers);

// The yes to a preflight of a path that knows these methods: "GET, HEAD, POST". Says nothing of any origin.
HttpResponse preflight_response(std::string_view methods);

// The headers that the answer has besides its own, which may be refusals as well: unread, they would look
// like a network that is down. Extends the answer's own Vary.
void add_headers(std::vector<HttpHeader>& headers, const CrossOrigin& cross_origin);

}  // namespace coterie
