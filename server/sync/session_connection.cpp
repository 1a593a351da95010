#include "server/sync/session_connection.hpp"

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

}  // namespace coterie
