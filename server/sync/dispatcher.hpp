// One function for each message. Takes a decoded request of a known requester to the service that answers it.
// Thread: loop. Law 8.
#pragma once

#include "protocol/messages.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

class MutationService;
class QueryService;
class SubscriptionService;

class Dispatcher {
 public:
  Dispatcher(MutationService& mutations, QueryService& queries, SubscriptionService& subscriptions);

  // From a WebSocket session. Hello is not for here: it makes the session (SubscriptionService::welcome).
  void handle(Subscriber& subscriber, ClientMessage message);
  // From HTTP: what needs no room. Subscribe, unsubscribe, hello: bad_request.
  void handle(Requester& requester, ClientMessage message);

 private:
  MutationService& mutations_;
  QueryService& queries_;
  SubscriptionService& subscriptions_;
};

}  // namespace coterie
