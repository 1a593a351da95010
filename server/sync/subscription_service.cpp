#include "server/sync/subscription_service.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/resume_rule.hpp"
#include "server/sync/room_state.hpp"

namespace coterie {

SubscriptionService::SubscriptionService(Sequencer& sequencer, ReaderPool& readers, Hub& hub,
                                         RequesterTable& requesters, RoomState& state, Post post,
                                         WireLimits limits, Epoch epoch, Metrics& metrics, Log& log)
    : hub_(hub),
      state_(state),
      limits_(limits),
      epoch_(std::move(epoch)),
      metrics_(metrics),
      log_reader_(readers, hub, requesters, post, limits.page_bytes, log),
      snapshots_(sequencer, readers, hub, requesters, state, post, epoch_, metrics, log) {
  hub_.when_more([post] { post([] {}); });  // a task, if an empty one, makes another turn
  hub_.filters().when_unused([&sequencer](WatchId watch) { sequencer.forget(watch); });
}

void SubscriptionService::read_log(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                                   std::vector<Watch> watches) {
  log_reader_.read(subscriber, after, std::move(rooms), std::move(watches));
}

// ---- rights ----

void SubscriptionService::heed(Rights& rights) {
  rights_ = &rights;
  rights.when_changed([this](Subscriber& subscriber) { rights_changed(subscriber); });
}

std::shared_ptr<const TypeAccess> SubscriptionService::access_of(const Subscriber& subscriber,
                                                                 const EntityType& type) const {
  return rights_ != nullptr ? rights_->of(subscriber.author(), type) : nullptr;
}

void SubscriptionService::keep_page(Subscription& subscription, const WantedSnapshot& wanted) {
  subscription.sort = wanted.query.sort;
  subscription.limit = wanted.query.limit;
}

void SubscriptionService::rights_changed(Subscriber& subscriber) {
  hub_.settle();  // what was published before belongs to the rights of before
  subscriber.rights(rights_->fingerprint(subscriber.author()));
  const auto view_of = [](const std::shared_ptr<const TypeAccess>& access) {
    return access ? access->view : std::string();
  };
  std::vector<SubscriptionId> numbers;
  for (const auto& numbered : subscriber.subscriptions()) numbers.push_back(numbered.first);
  for (const SubscriptionId number : numbers) {
    Subscription& subscription = subscriber.subscriptions().at(number);
    auto access = access_of(subscriber, subscription.room.type);
    if (view_of(access) == view_of(subscription.access)) {
      subscription.access = std::move(access);
      continue;
    }
    if (rights_->objection(access.get(), subscription.room.type, subscription.filter.get(), subscription.sort,
                           false)) {
      state_.leave(subscriber, number);
      subscriber.push(encode(SubscriptionEnded{number, ErrorCode::forbidden}));
      continue;
    }
    const bool joined = subscription.joined;
    subscriber.change_access(number, std::move(access));
    if (!joined) continue;  // what it waits for is asked for anew
    WantedSnapshot wanted;
    wanted.subscription = number;
    wanted.instance = subscription.instance;
    wanted.reason = "rights";
    wanted.query.type = subscription.room.type;
    wanted.query.id = subscription.room.id;
    wanted.query.sort = subscription.sort;
    wanted.query.limit = subscription.limit;
    wanted.query.most_bytes = limits_.page_bytes;
    subscriber.wanted().push_back(std::move(wanted));
  }
  state_.presence.rights_changed(subscriber);
  snapshots_.ask_some(subscriber);
}

// ---- coming back ----

void SubscriptionService::welcome(Subscriber& subscriber, RequestId id, Hello hello,
                                  const OpenedSession& session, const UserName& user,
                                  std::optional<std::chrono::milliseconds> token_expires_in) {
  Welcome welcome;
  welcome.session_id = session.id;
  welcome.resume = session.resume;
  welcome.user = user;
  welcome.limits = limits_;
  welcome.token_expires_in = token_expires_in;
  hub_.settle();  // what was published before reaches those who were there
  if (rights_ != nullptr) subscriber.rights(rights_->fingerprint(subscriber.author()));
  const Resumed resumed = resume(subscriber, hello, welcome);
  welcome.position = {epoch_, resumed.least.value_or(hub_.head()), subscriber.rights()};
  subscriber.push(encode(id, welcome));
  if (welcomed_) welcomed_(subscriber);
  if (resumed.least && (*resumed.least < hub_.head() || resumed.filtered))
    subscriber.fall_behind(*resumed.least);
  subscriber.miss_words();  // rooms that go on without a snapshot
  snapshots_.ask_some(subscriber);
}

// Takes up the subscriptions of a hello.
SubscriptionService::Resumed SubscriptionService::resume(Subscriber& subscriber, Hello& hello,
                                                         Welcome& welcome) {
  const ResumeRange window{epoch_, hub_.head(), resume_floor(), subscriber.rights()};
  Resumed resumed;
  for (Subscribe& request : hello.subscriptions) {
    SubscriptionState state{request.subscription, SubscriptionStatus::refused, {}};
    if (const auto error = take_up(subscriber, hello, request, window, state, resumed)) {
      state.status = SubscriptionStatus::refused;
      state.reason = to_text(error->code);
    }
    welcome.subscriptions.push_back(std::move(state));
  }
  if (!hello.subscriptions.empty())
    metrics_.resumed(resumed.resynced ? "resync" : resumed.least ? "recovered" : "fresh");
  if (resumed.least && *resumed.least < hub_.ring_floor())
    log_reader_.refresh_floor();  // for those who come after
  return resumed;
}

std::optional<Error> SubscriptionService::take_up(Subscriber& subscriber, const Hello& hello,
                                                  Subscribe& request, const ResumeRange& window,
                                                  SubscriptionState& state, Resumed& resumed) {
  Result<WantedSnapshot> wanted = wanted_of(request);
  if (std::optional<Error> error = objection(subscriber, request)) return error;
  if (subscriber.subscriptions().contains(request.subscription))
    return refusal(ErrorCode::bad_request, "Twice the same number.", "subscription");
  if (!wanted) return wanted.error();

  ResumeDecision decision = decide_resume(request, hello.position, window);
  state.status = decision.status;
  state.reason = decision.reason;
  Subscription& added = subscriber.add(request.subscription, request.room, request.filter,
                                       access_of(subscriber, request.room.type));
  added.of_hello = true;
  keep_page(added, *wanted);
  wanted->instance = added.instance;
  state_.presence.subscribed(subscriber, request.subscription);
  if (decision.status == SubscriptionStatus::recovered) {
    if (added.watch.filter) snapshots_.watch(subscriber, added.watch);
    resumed.least = std::min(resumed.least.value_or(decision.from), decision.from);
    resumed.filtered = resumed.filtered || added.watch.filter;
    subscriber.join(request.subscription, decision.from);
    return std::nullopt;
  }
  resumed.resynced = resumed.resynced || decision.status == SubscriptionStatus::resync;
  const bool bare = decision.status == SubscriptionStatus::fresh && !request.snapshot;
  if (bare && !added.watch.filter) {
    subscriber.join(request.subscription, hub_.head());
    return std::nullopt;
  }
  wanted->reason = decision.status == SubscriptionStatus::fresh ? "new" : std::move(decision.reason);
  // Whoever missed something is sent all of it, wanted or not.
  subscriber.wanted().push_back(std::move(*wanted));
  return std::nullopt;
}

// By age as last read from the log; by number as the ring shows it.
Seq SubscriptionService::resume_floor() const {
  return std::max(log_reader_.floor(), hub_.ring_floor_of_last(limits_.resume_events));
}

// ---- joining, paging, leaving ----

std::optional<Error> SubscriptionService::objection(Subscriber& subscriber, const Subscribe& request) const {
  const auto& subscriptions = subscriber.subscriptions();
  const auto found = subscriptions.find(request.subscription);
  if (found != subscriptions.end() && found->second.room != request.room) {
    return refusal(ErrorCode::bad_request, "This number stands for another room; unsubscribe it first.",
                   "subscription");
  }
  if (found != subscriptions.end() && rights_ == nullptr) return std::nullopt;
  if (found != subscriptions.end()) {
    return rights_->objection(found->second.access.get(), request.room.type, request.filter.get(),
                              request.sort, false);
  }
  if (request.cursor) {
    return refusal(ErrorCode::bad_request, "A cursor goes on with a subscription; this number has none.",
                   "cursor");
  }
  if (subscriptions.size() >= limits_.subscriptions) {
    return refusal(ErrorCode::limit, "No more rooms for this session; unsubscribe some.", "subscription");
  }
  if (rights_ == nullptr) return std::nullopt;
  const auto access = access_of(subscriber, request.room.type);
  return rights_->objection(access.get(), request.room.type, request.filter.get(), request.sort, false);
}

Result<WantedSnapshot> SubscriptionService::wanted_of(const Subscribe& request) const {
  WantedSnapshot wanted;
  wanted.subscription = request.subscription;
  wanted.query.type = request.room.type;
  wanted.query.id = request.room.id;
  wanted.query.sort = request.sort;
  if (request.filter) wanted.query.filter = *request.filter;
  wanted.query.limit =
      request.room.id
          ? 1
          : std::clamp<std::size_t>(request.limit.value_or(limits_.page_entities), 1, limits_.page_entities);
  wanted.query.most_bytes = limits_.page_bytes;
  if (request.cursor) {
    Result<SortPlace> place = decode_cursor(request.sort, *request.cursor);
    if (!place) return place.error();
    wanted.query.after = std::move(*place);
  }
  return wanted;
}

void SubscriptionService::subscribe(Subscriber& subscriber, RequestId id, Subscribe request) {
  if (std::optional<Error> error = objection(subscriber, request)) {
    subscriber.answer(id, std::move(*error));
    return;
  }
  Result<WantedSnapshot> wanted = wanted_of(request);
  if (!wanted) {
    subscriber.answer(id, wanted.error());
    return;
  }
  // `subscribed` cannot tell a client to keep what it holds, so whoever may have missed something is sent all
  // of it.
  const bool stands_at_head =
      request.position && *request.position == Position{epoch_, hub_.head(), subscriber.rights()};
  const bool anywhere = !request.position && !request.position_named;
  wanted->entities = request.snapshot || !(stands_at_head || anywhere);
  wanted->request = id;
  const auto found = subscriber.subscriptions().find(request.subscription);
  Subscription& subscription = found != subscriber.subscriptions().end()
                                   ? found->second
                                   : subscriber.add(request.subscription, request.room, request.filter,
                                                    access_of(subscriber, request.room.type));
  wanted->instance = subscription.instance;
  if (!request.cursor) keep_page(subscription, *wanted);
  state_.presence.subscribed(subscriber, request.subscription);
  subscriber.wanted().push_back(std::move(*wanted));
  snapshots_.ask_some(subscriber);
}

void SubscriptionService::unsubscribe(Subscriber& subscriber, RequestId id, Unsubscribe request) {
  state_.leave(subscriber, request.subscription);
  subscriber.answer(id, Unsubscribed{request.subscription});
}

}  // namespace coterie
