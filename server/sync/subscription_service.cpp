#include "server/sync/subscription_service.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/resume_rule.hpp"

namespace coterie {
namespace {

// Of one subscriber at a time: with page_bytes it bounds what its outbox is filled with.
constexpr std::size_t kMostSnapshotsAsked = 4;
// Far below what the sequencer's queue holds: a storm of joins leaves room for edits.
constexpr std::size_t kMostSnapshotsInAll = 1000;

}  // namespace

SubscriptionService::SubscriptionService(Sequencer& sequencer, ReaderPool& readers, Hub& hub,
                                         RequesterTable& requesters, Post post, WireLimits limits,
                                         Epoch epoch, Metrics& metrics, Log& log)
    : sequencer_(sequencer),
      hub_(hub),
      requesters_(requesters),
      limits_(limits),
      epoch_(std::move(epoch)),
      metrics_(metrics),
      log_(log),
      log_reader_(readers, hub, requesters, post, limits.page_bytes, log) {
  hub_.when_free([this](Subscriber& subscriber) { ask_some(subscriber); });
  hub_.when_more([post] { post([] {}); });  // a task, if an empty one, makes another turn
}

void SubscriptionService::read_log(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms) {
  log_reader_.read(subscriber, after, std::move(rooms));
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
  const std::optional<Seq> from = resume(subscriber, hello, welcome);
  welcome.position = {epoch_, from.value_or(hub_.head())};
  subscriber.push(encode(id, welcome));
  if (welcomed_) welcomed_(subscriber);
  if (from && *from < hub_.head()) subscriber.fall_behind(*from);
  ask_some(subscriber);
}

// Takes up the subscriptions of a hello; the position of the one that is furthest behind.
std::optional<Seq> SubscriptionService::resume(Subscriber& subscriber, Hello& hello, Welcome& welcome) {
  const ResumeRange window{epoch_, hub_.head(), resume_floor()};
  std::optional<Seq> least;
  bool resynced = false;
  for (Subscribe& request : hello.subscriptions) {
    SubscriptionState state{request.subscription, SubscriptionStatus::refused, {}};
    Result<WantedSnapshot> wanted = wanted_of(request);
    std::optional<Error> error = objection(subscriber, request);
    if (!error && subscriber.subscriptions().contains(request.subscription)) {
      error = refusal(ErrorCode::bad_request, "Twice the same number.", "subscription");
    }
    if (!error && !wanted) error = wanted.error();
    if (error) {
      state.reason = to_text(error->code);
      welcome.subscriptions.push_back(std::move(state));
      continue;
    }
    ResumeDecision decision = decide_resume(request, hello.position, window);
    state.status = decision.status;
    state.reason = decision.reason;
    welcome.subscriptions.push_back(std::move(state));
    wanted->instance = subscriber.add(request.subscription, request.room).instance;
    resynced = resynced || decision.status == SubscriptionStatus::resync;
    if (decision.status == SubscriptionStatus::recovered) {
      least = std::min(least.value_or(decision.from), decision.from);
      subscriber.join(request.subscription, decision.from);
    } else if (decision.status == SubscriptionStatus::fresh && !request.snapshot) {
      subscriber.join(request.subscription, hub_.head());
    } else {
      wanted->reason = decision.status == SubscriptionStatus::fresh ? "new" : std::move(decision.reason);
      wanted->entities = true;  // whoever missed something is sent all of it, wanted or not
      subscriber.wanted().push_back(std::move(*wanted));
    }
  }
  if (!hello.subscriptions.empty()) metrics_.resumed(resynced ? "resync" : least ? "recovered" : "fresh");
  if (least && *least < hub_.ring_floor()) log_reader_.refresh_floor();  // for those who come after
  return least;
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
  if (found != subscriptions.end()) return std::nullopt;
  if (request.cursor) {
    return refusal(ErrorCode::bad_request, "A cursor goes on with a subscription; this number has none.",
                   "cursor");
  }
  if (subscriptions.size() >= limits_.subscriptions) {
    return refusal(ErrorCode::limit, "No more rooms for this session; unsubscribe some.", "subscription");
  }
  return std::nullopt;
}

Result<WantedSnapshot> SubscriptionService::wanted_of(const Subscribe& request) const {
  WantedSnapshot wanted;
  wanted.subscription = request.subscription;
  wanted.query.type = request.room.type;
  wanted.query.id = request.room.id;
  wanted.query.sort = request.sort;
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
  const bool stands_at_head = request.position && *request.position == Position{epoch_, hub_.head()};
  const bool anywhere = !request.position && !request.position_named;
  wanted->entities = request.snapshot || !(stands_at_head || anywhere);
  wanted->request = id;
  const auto found = subscriber.subscriptions().find(request.subscription);
  wanted->instance = found != subscriber.subscriptions().end()
                         ? found->second.instance
                         : subscriber.add(request.subscription, request.room).instance;
  subscriber.wanted().push_back(std::move(*wanted));
  ask_some(subscriber);
}

void SubscriptionService::unsubscribe(Subscriber& subscriber, RequestId id, Unsubscribe request) {
  subscriber.remove(request.subscription);
  subscriber.answer(id, Unsubscribed{request.subscription});
}

bool SubscriptionService::still_wanted(Subscriber& subscriber, const WantedSnapshot& wanted) const {
  const auto found = subscriber.subscriptions().find(wanted.subscription);
  return found != subscriber.subscriptions().end() && found->second.instance == wanted.instance;
}

// ---- snapshots ----

void SubscriptionService::ask_some(Subscriber& subscriber) {
  auto& wanted = subscriber.wanted();
  while (!wanted.empty() && subscriber.live() && subscriber.has_room() &&
         subscriber.snapshots_asked() < kMostSnapshotsAsked) {
    if (asked_.size() >= kMostSnapshotsInAll) {
      if (in_line_.insert(subscriber.number()).second) line_.push_back(subscriber.number());
      return;
    }
    WantedSnapshot next = std::move(wanted.front());
    wanted.pop_front();
    ask(subscriber, std::move(next));
  }
}

void SubscriptionService::ask_for_next() {
  while (!line_.empty() && asked_.size() < kMostSnapshotsInAll) {
    const std::uint64_t number = line_.front();
    line_.pop_front();
    in_line_.erase(number);
    if (auto* subscriber = static_cast<Subscriber*>(requesters_.find(number))) ask_some(*subscriber);
  }
}

void SubscriptionService::ask(Subscriber& subscriber, WantedSnapshot wanted) {
  if (!still_wanted(subscriber, wanted)) {
    fail(subscriber, wanted, refusal(ErrorCode::not_found, "It was unsubscribed before it was joined."));
    return;
  }
  if (!wanted.entities) {
    hand_over(subscriber, wanted, Page{{}, std::nullopt, std::nullopt, {epoch_, hub_.head()}});
    return;
  }
  const std::uint64_t ticket = ++last_ticket_;
  SnapshotRequest request{{subscriber.number(), RequestId{ticket}}, wanted.subscription, wanted.query};
  if (!sequencer_.submit(std::move(request))) {
    fail(subscriber, wanted,
         refusal_for_now(ErrorCode::overloaded, "Too much waits to be decided; subscribe again shortly.",
                         std::chrono::milliseconds(250)));
    return;
  }
  ++subscriber.snapshots_asked();
  asked_.emplace(ticket, Asked{subscriber.number(), std::move(wanted)});
}

void SubscriptionService::snapshot_taken(SnapshotTaken snapshot) {
  const auto found = asked_.find(snapshot.ticket.request.value());
  if (found == asked_.end()) return;
  const Asked asked = std::move(found->second);
  asked_.erase(found);
  // Only subscribers ask for snapshots, and a number is never used again.
  if (auto* subscriber = static_cast<Subscriber*>(requesters_.find(asked.requester))) {
    --subscriber->snapshots_asked();
    deal_with(*subscriber, asked.wanted, std::move(snapshot.page));
    ask_some(*subscriber);
  }
  ask_for_next();
}

void SubscriptionService::deal_with(Subscriber& subscriber, const WantedSnapshot& wanted, Result<Page> page) {
  if (!still_wanted(subscriber, wanted)) {
    fail(subscriber, wanted, refusal(ErrorCode::not_found, "It was unsubscribed before it was joined."));
  } else if (!page) {
    fail(subscriber, wanted, page.error());
  } else {
    hand_over(subscriber, wanted, std::move(*page));
  }
}

void SubscriptionService::hand_over(Subscriber& subscriber, const WantedSnapshot& wanted, Page page) {
  hub_.settle();  // all up to the snapshot goes to those who were there, and comes before it in this stream
  subscriber.join(wanted.subscription, page.position.seq);
  std::optional<std::string> cursor;
  if (page.next) cursor = encode_cursor(wanted.query.sort, *page.next);
  if (wanted.request) {
    subscriber.answer(*wanted.request, Subscribed{wanted.subscription, page.position,
                                                  std::move(page.entities), std::move(cursor)});
    return;
  }
  metrics_.caught_up("snapshot");
  const Seq seq = page.position.seq;
  subscriber.push_at(seq, encode(Snapshot{wanted.subscription, wanted.reason, std::move(page.position),
                                          std::move(page.entities), std::move(cursor)}));
}

void SubscriptionService::fail(Subscriber& subscriber, const WantedSnapshot& wanted, const Error& error) {
  const bool ends =
      still_wanted(subscriber, wanted) && !subscriber.subscriptions().at(wanted.subscription).joined;
  if (ends) subscriber.remove(wanted.subscription);
  if (wanted.request) {
    subscriber.answer(*wanted.request, error);
  } else if (ends) {
    subscriber.push(encode(SubscriptionEnded{wanted.subscription, error.code}));
    log_.warn("subscription_ended", {{"session", std::string_view(subscriber.author().session.value())},
                                     {"code", to_text(error.code)}});
  }
}

}  // namespace coterie
