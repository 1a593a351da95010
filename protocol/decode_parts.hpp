// What the files of the decoder share: one function for each group of requests. Nobody else includes this.
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "protocol/messages.hpp"
#include "protocol/object_reader.hpp"
#include "protocol/request_error.hpp"

namespace coterie {

inline constexpr std::uint64_t kMostInteger = static_cast<std::uint64_t>(kMaxInteger);

// Each takes a request's members; `id` and `type` have been taken from the reader before.
Result<ClientBody> decode_hello(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_subscribe(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_unsubscribe(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_get(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_list(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_history(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_mutate(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_refresh(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_ping(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_pong(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_blame(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_changes(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_acknowledge(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_readers(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_forget_reader(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_conflicts(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_conflict(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_decide(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_assign(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_notifications(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_mark_read(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_announce(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_withdraw(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_announcements(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_lock(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_unlock(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_presence(ObjectReader& in, const WireLimits& limits);
Result<ClientBody> decode_signal(ObjectReader& in, const WireLimits& limits);

// `fences` of an operation.
std::vector<Fence> take_fences(ObjectReader& in);

// A member that is a filter or a sort; the errors name it.
std::optional<Filter> take_filter(ObjectReader& in, std::string_view name);
Sort take_sort(ObjectReader& in);
// `limit`: at least 1; more than a page holds is taken as a page.
std::optional<std::size_t> take_limit(ObjectReader& in, const WireLimits& limits);

// Whether a value may stand in a document with `depth` levels left: names of members, and how deep it goes.
// The error's member leads from the value to the place at fault.
std::optional<Error> check_value(const boost::json::value& value, std::size_t depth);
std::optional<Error> check_members(const boost::json::object& object, std::size_t depth);

}  // namespace coterie
