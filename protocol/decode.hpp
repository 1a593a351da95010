// From the wire: one line of text to one ClientMessage, every size, depth, name and number checked on the
// way. The errors name the member at fault. Unknown members are refused, except in hello: an old server must
// not write without a guard it does not know. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "protocol/messages.hpp"

namespace coterie {

// A request that could not be read: its id where that much was understood.
struct DecodeError {
  std::optional<RequestId> id;
  Error error;
};
using DecodeResult = boost::system::result<ClientMessage, DecodeError>;
[[noreturn]] void throw_exception_from_error(const DecodeError& error, const boost::source_location& where);

// `line` is one message; valid only during the call. `bytes` bounds it: the message limit, over HTTP the body
// limit.
DecodeResult decode(std::string_view line, const WireLimits& limits, std::size_t bytes);

// The parts that HTTP routes build requests from. `object` is consumed.
Result<Operation> decode_operation(boost::json::object object, const WireLimits& limits);
Result<Mutation> make_mutation(MutationId id, std::vector<Operation> operations, ContentHash content);

}  // namespace coterie
