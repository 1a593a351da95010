// The parts that changing requests over HTTP are made of: their body, the version that they rest on, the
// mutation that they become. Every check of a WebSocket's mutation is made here too, by the same functions.
// Thread: any. Laws 4, 5.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "protocol/decode.hpp"
#include "protocol/mutation.hpp"
#include "server/net/router.hpp"

namespace coterie {

// The body as an object. Errors of parse_json, bad_request where it is something else.
Result<boost::json::object> read_object(const HttpRequest& request, const WireLimits& limits);

// The version that a request rests on, from `If-Match: "17"`, from `?version=17` or from the body's
// `version`; all that are given must agree. Absent: none is given. Error bad_request: not a version, or they
// differ.
Result<std::optional<Version>> read_base_version(const HttpCall& call, const boost::json::value* in_body);
Error base_version_missing();
inline constexpr Parameter kBaseVersionQuery[] = {
    {"version", ParameterKind::number,
     "The version that the change rests on, where If-Match does not say it."},
};

// Refuses the members that the path or the server decides.
Result<void> refuse_members(const boost::json::object& body, std::initializer_list<std::string_view> names);

// `document` as it would be after a merge patch (RFC 7396): null removes, objects merge, all else replaces.
void apply_merge_patch(boost::json::object& document, const boost::json::object& patch);

// The content that makes a repeat the same: what was asked, not what it came to.
ContentHash content_of(const HttpCall& call, std::optional<Version> base, const boost::json::object& body);

}  // namespace coterie
