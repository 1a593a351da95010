#include "server/sync/dispatcher.hpp"

#include <type_traits>
#include <utility>

#include "server/sync/inbox_service.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/reader_service.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/request_type.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/subscription_service.hpp"

namespace coterie {
namespace {

// By the sequencer, in the order sent: with no decision in time its outcome is unknown.
bool is_decided(const ClientBody& body) {
  return std::holds_alternative<Mutate>(body) || std::holds_alternative<Lock>(body) ||
         std::holds_alternative<Unlock>(body) || std::holds_alternative<DecideConflict>(body) ||
         std::holds_alternative<AssignConflict>(body) || std::holds_alternative<MarkRead>(body) ||
         std::holds_alternative<Announce>(body) || std::holds_alternative<Withdraw>(body) ||
         std::holds_alternative<Changes>(body) || std::holds_alternative<Acknowledge>(body) ||
         std::holds_alternative<ForgetReader>(body);
}

}  // namespace

Dispatcher::Dispatcher(MutationService& mutations, QueryService& queries, SubscriptionService& subscriptions,
                       RoomState& state, InboxService& inbox, ReaderService& readers, Now now)
    : mutations_(mutations),
      queries_(queries),
      subscriptions_(subscriptions),
      state_(state),
      inbox_(inbox),
      readers_(readers),
      now_(std::move(now)) {}

void Dispatcher::handle_any(Requester& requester, RequestId id, const Refresh& request) {
  requester.answer(id, refresh_(requester.author(), request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Get request) {
  queries_.get(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, List request) {
  queries_.list(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, History request) {
  queries_.history(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Mutate request) {
  mutations_.mutate(requester, id, std::move(request.mutation));
}
template <class Request>
void Dispatcher::handle_any(Requester& requester, RequestId id, Request request) {
  inbox_.handle(requester, id, std::move(request));
}

void Dispatcher::handle_any(Requester& requester, RequestId id, Lock request) {
  state_.locks.lock(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Unlock request) {
  state_.locks.unlock(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Presence request) {
  state_.presence.set(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Signal request) {
  state_.presence.signal(requester, id, std::move(request));
}

void Dispatcher::handle_any(Requester& requester, RequestId id, const Blame& request) {
  queries_.blame(requester, id, request);
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Changes request) {
  readers_.changes(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, Acknowledge request) {
  readers_.acknowledge(requester, id, std::move(request));
}
void Dispatcher::handle_any(Requester& requester, RequestId id, const Readers&) {
  readers_.list(requester, id);
}
void Dispatcher::handle_any(Requester& requester, RequestId id, ForgetReader request) {
  readers_.forget(requester, id, std::move(request));
}

void Dispatcher::handle(Subscriber& subscriber, ClientMessage message) {
  if (std::holds_alternative<Pong>(message.body)) return;  // that it came is all it says
  const RequestId id = message.id;
  const auto kind = is_decided(message.body) ? InFlight::Kind::edit : InFlight::Kind::other;
  if (const std::optional<Error> error =
          subscriber.in_flight().begin(id, kind, now_(), request_type(message.body))) {
    subscriber.refuse(id, *error);
    return;
  }
  std::visit(
      [&](auto&& request) {
        using Request = std::decay_t<decltype(request)>;
        if constexpr (std::is_same_v<Request, Hello> || std::is_same_v<Request, Pong>) {
          subscriber.answer(id, refusal(ErrorCode::bad_request, "A connection says hello once.", "type"));
        } else if constexpr (std::is_same_v<Request, Subscribe>) {
          subscriptions_.subscribe(subscriber, id, std::move(request));
        } else if constexpr (std::is_same_v<Request, Unsubscribe>) {
          subscriptions_.unsubscribe(subscriber, id, std::move(request));
        } else if constexpr (std::is_same_v<Request, Ping>) {
          subscriber.answer(id, PongAnswer{subscriber.position()});
        } else {
          handle_any(subscriber, id, std::move(request));
        }
      },
      std::move(message.body));
}

void Dispatcher::handle(Requester& requester, ClientMessage message) {
  const RequestId id = message.id;
  std::visit(
      [&](auto&& request) {
        using Request = std::decay_t<decltype(request)>;
        if constexpr (std::is_same_v<Request, Hello> || std::is_same_v<Request, Subscribe> ||
                      std::is_same_v<Request, Unsubscribe> || std::is_same_v<Request, Pong>) {
          requester.answer(
              id, refusal(ErrorCode::bad_request, "This request needs a connection that stays.", "type"));
        } else if constexpr (std::is_same_v<Request, Ping>) {
          requester.answer(id, PongAnswer{subscriptions_.head()});
        } else {
          handle_any(requester, id, std::move(request));
        }
      },
      std::move(message.body));
}

}  // namespace coterie
