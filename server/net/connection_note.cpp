#include "server/net/connection_note.hpp"

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"

namespace coterie {

void note_opened(ServerContext& context, std::string_view transport, const std::string& peer) {
  context.metrics.connection_opened(transport);
  context.log.info("connection_opened", {{"transport", transport}, {"peer", peer}});
}

void note_closed(ServerContext& context, std::string_view transport, const std::string& session,
                 const std::string& peer, const ConnectionEnd& end) {
  context.metrics.closed(end.code);
  context.metrics.connection_closed(transport);
  context.log.info("connection_closed", {{"transport", transport},
                                         {"session", session},
                                         {"peer", peer},
                                         {"code", static_cast<std::int64_t>(end.code)},
                                         {"reason", end.reason},
                                         {"by_peer", end.by_peer}});
}

}  // namespace coterie
