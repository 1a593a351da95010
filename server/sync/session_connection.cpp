#include "server/sync/session_connection.hpp"

#include <utility>

#include "server/sync/dispatcher.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

Result<Subscriber*> session_connection(const RequesterTable& requesters, const Author& author) {
  if (author.session.value().empty()) {
    return refusal(ErrorCode::bad_request,
                   "This is said by a session: send its secret in the header Coterie-Session.");
  }
  Requester* const session = requesters.find_session(author.user, author.session);
  if (session == nullptr) {
    return refusal_for_now(ErrorCode::unavailable,
                           "The session has no live connection; ask again when it is back.",
                           std::chrono::milliseconds(1000));
  }
  return static_cast<Subscriber*>(session);  // no other requester is a session
}

Result<void> pass_on(const RequesterTable& requesters, Dispatcher& dispatcher, const Author& author,
                     ClientMessage message) {
  const Result<Subscriber*> connection = session_connection(requesters, author);
  if (!connection) return connection.error();
  // Who does not read its answers is not asked for more.
  if (!(*connection)->has_room()) {
    return refusal_for_now(ErrorCode::rate_limited,
                           "The session's stream is not being read; ask again once it is.",
                           std::chrono::milliseconds(1000));
  }
  dispatcher.handle(**connection, std::move(message));
  return {};
}

}  // namespace coterie
