// One function for each message. Takes a decoded request of a known requester to the service that answers it;
// a session's requests are counted in flight from here to their answer. Thread: loop. Laws 6, 8.
#pragma once

#include <functional>

#include "protocol/messages.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

class InboxService;
class MutationService;
class QueryService;
struct RoomState;
class ReaderService;
class SubscriptionService;

class Dispatcher {
 public:
  using Now = std::function<InFlight::Time()>;
  using RefreshToken = std::function<Answer(const Author&, const Refresh&)>;
  Dispatcher(MutationService& mutations, QueryService& queries, SubscriptionService& subscriptions,
             RoomState& state, InboxService& inbox, ReaderService& readers,
             Now now = std::chrono::steady_clock::now);

  // From a WebSocket session. Hello is not for here: it makes the session (SubscriptionService::welcome).
  void handle(Subscriber& subscriber, ClientMessage message);
  // From HTTP: what needs no room, or is asked on behalf of a session that has one. Subscribe, unsubscribe,
  // hello: bad_request.
  void handle(Requester& requester, ClientMessage message);

  // Who judges a newer token, for the session of that author.
  void when_refreshing(RefreshToken refresh) { refresh_ = std::move(refresh); }

 private:
  void handle_any(Requester& requester, RequestId id, const Refresh& request);
  void handle_any(Requester& requester, RequestId id, Get request);
  void handle_any(Requester& requester, RequestId id, List request);
  void handle_any(Requester& requester, RequestId id, History request);
  void handle_any(Requester& requester, RequestId id, Mutate request);
  void handle_any(Requester& requester, RequestId id, Lock request);
  void handle_any(Requester& requester, RequestId id, Unlock request);
  void handle_any(Requester& requester, RequestId id, Presence request);
  void handle_any(Requester& requester, RequestId id, Signal request);
  template <class Request>
  void handle_any(Requester& requester, RequestId id, Request request);  // those of the inbox
  void handle_any(Requester& requester, RequestId id, const Blame& request);
  void handle_any(Requester& requester, RequestId id, Changes request);
  void handle_any(Requester& requester, RequestId id, Acknowledge request);
  void handle_any(Requester& requester, RequestId id, const Readers& request);
  void handle_any(Requester& requester, RequestId id, ForgetReader request);

  MutationService& mutations_;
  QueryService& queries_;
  SubscriptionService& subscriptions_;
  RoomState& state_;
  InboxService& inbox_;
  ReaderService& readers_;
  Now now_;
  RefreshToken refresh_;
};

}  // namespace coterie
