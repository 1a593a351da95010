// Whether a client has what it asks for already: If-None-Match, read once for records and files alike
// (RFC 9110 section 13.1.2). Thread: any; pure.
#pragma once

#include <string_view>

namespace coterie {

// `if_none_match`: the header's value; empty: it is not there. `etag`: of what would be answered, quoted.
// Compared weakly, so that a tag that a proxy has weakened on the way counts. What is no list of tags names
// nothing from there on: the answer is whole then, which is never wrong.
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace coterie
