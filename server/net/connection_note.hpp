// The beginning and the end of a session's connection, as the metrics and the log tell of them.
// Thread: loop.
#pragma once

#include <string>
#include <string_view>

#include "server/net/server_context.hpp"
#include "server/net/sink_owner.hpp"

namespace coterie {

// `transport`: "websocket" or "sse".
void note_opened(ServerContext& context, std::string_view transport, const std::string& peer);
// `session`: empty where there was no welcome.
void note_closed(ServerContext& context, std::string_view transport, const std::string& session,
                 const std::string& peer, const ConnectionEnd& end);

}  // namespace coterie
