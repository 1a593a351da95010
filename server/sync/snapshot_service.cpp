#include "server/sync/snapshot_service.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/room_state.hpp"

namespace coterie {
namespace {

// Of one subscriber at a time: with page_bytes it bounds what its outbox is filled with.
constexpr std::size_t kMostAsked = 4;
// Far below what the sequencer's queue holds: a storm of joins leaves room for edits.
constexpr std::size_t kMostAskedInAll = 1000;
// Lists of locks and presence that one subscriber is sent in a turn.
constexpr std::size_t kMostStatesInTurn = 8;
// A reader that waited so long that the ring has moved on is asked again, not for ever.
constexpr int kMostReads = 3;

Error overloaded() {
  return refusal_for_now(ErrorCode::overloaded, "Too much waits to be read; subscribe again shortly.",
                         std::chrono::milliseconds(250));
}

Error unsubscribed() { return refusal(ErrorCode::not_found, "It was unsubscribed before it was joined."); }

}  // namespace

SnapshotService::SnapshotService(Sequencer& sequencer, ReaderPool& readers, Hub& hub,
                                 RequesterTable& requesters, RoomState& state, Post post, Epoch epoch,
                                 Metrics& metrics, Log& log)
    : sequencer_(sequencer),
      readers_(readers),
      hub_(hub),
      requesters_(requesters),
      state_(state),
      post_(std::move(post)),
      epoch_(std::move(epoch)),
      metrics_(metrics),
      log_(log) {
  hub_.when_free([this](Subscriber& subscriber) { ask_some(subscriber); });
  hub_.when_missed([this](Subscriber& subscriber) { want_state(subscriber); });
}

// Only subscribers ask for snapshots, and a number is never used again.
Subscriber* SnapshotService::find(std::uint64_t requester) const {
  return static_cast<Subscriber*>(requesters_.find(requester));
}

bool SnapshotService::still_wanted(Subscriber& subscriber, const WantedSnapshot& wanted) const {
  const auto found = subscriber.subscriptions().find(wanted.subscription);
  return found != subscriber.subscriptions().end() && found->second.instance == wanted.instance;
}

// ---- asking ----

// The locks and presence of all its rooms: some of what was said of them it has not been told.
void SnapshotService::want_state(Subscriber& subscriber) {
  auto& wanted = subscriber.wanted();
  for (const auto& [id, subscription] : subscriber.subscriptions()) {
    const auto same = [&, number = id](const WantedSnapshot& other) {
      return other.state_only && other.subscription == number;
    };
    if (!subscription.joined || std::any_of(wanted.begin(), wanted.end(), same)) continue;
    WantedSnapshot state;
    state.subscription = id;
    state.instance = subscription.instance;
    state.reason = "state";
    state.query.type = subscription.room.type;
    state.query.id = subscription.room.id;
    state.entities = false;
    state.state_only = true;
    wanted.push_back(std::move(state));
  }
  ask_some(subscriber);
}

void SnapshotService::ask_some(Subscriber& subscriber) {
  auto& wanted = subscriber.wanted();
  std::size_t states = 0;
  while (!wanted.empty() && subscriber.live() && subscriber.has_room() &&
         subscriber.snapshots_asked() < kMostAsked) {
    if (asked_.size() >= kMostAskedInAll) {
      if (in_line_.insert(subscriber.number()).second) line_.push_back(subscriber.number());
      return;
    }
    if (wanted.front().state_only && ++states > kMostStatesInTurn) {
      // Only what has been written counts against its outbox: the others in a later turn.
      post_([this, number = subscriber.number()] {
        if (Subscriber* later = find(number)) ask_some(*later);
      });
      return;
    }
    WantedSnapshot next = std::move(wanted.front());
    wanted.pop_front();
    ask(subscriber, std::move(next));
  }
}

void SnapshotService::ask_for_next() {
  while (!line_.empty() && asked_.size() < kMostAskedInAll) {
    const std::uint64_t number = line_.front();
    line_.pop_front();
    in_line_.erase(number);
    if (Subscriber* subscriber = find(number)) ask_some(*subscriber);
  }
}

void SnapshotService::ask(Subscriber& subscriber, WantedSnapshot wanted) {
  if (!still_wanted(subscriber, wanted)) return fail(subscriber, wanted, unsubscribed());
  const Watch watch = subscriber.subscriptions().at(wanted.subscription).watch;
  wanted.watch = watch.id;
  const FilterRooms::Filtered* const filtered = watch.filter ? hub_.filters().find(watch.id) : nullptr;
  const bool to_watch = filtered && !filtered->since && !wanted.state_only;
  if (!wanted.entities && !to_watch) {
    return tell(subscriber, wanted, Page{{}, std::nullopt, std::nullopt, {epoch_, hub_.head()}});
  }
  const bool elsewhere = filtered || !wanted.query.sort.keys().empty();
  SnapshotRequest request{{}, wanted.subscription, wanted.query, {}, wanted.entities && !elsewhere};
  if (to_watch) request.watch = watch;
  Asked asked{subscriber.number(), std::move(wanted), to_watch, 0};
  ++subscriber.snapshots_asked();
  if (to_watch || !elsewhere) return ask_sequencer(std::move(asked), std::move(request));
  const std::uint64_t ticket = ++last_ticket_;
  asked_.emplace(ticket, std::move(asked));
  ask_reader(ticket);
}

void SnapshotService::ask_sequencer(Asked asked, SnapshotRequest request) {
  const std::uint64_t ticket = ++last_ticket_;
  request.ticket = {asked.requester, RequestId{ticket}};
  asked_.emplace(ticket, std::move(asked));
  if (!sequencer_.submit(std::move(request))) end(ticket, overloaded());
}

void SnapshotService::watch(const Subscriber& subscriber, const Watch& watch) {
  const FilterRooms::Filtered* const filtered = hub_.filters().find(watch.id);
  if (!filtered || filtered->since) return;
  const std::uint64_t ticket = ++last_ticket_;
  SnapshotRequest request{{subscriber.number(), RequestId{ticket}}, {}, {}, watch, false};
  if (!sequencer_.submit(std::move(request))) return;  // it is stopping
  WantedSnapshot nothing;
  nothing.query.type = watch.type;
  nothing.watch = watch.id;
  asked_.emplace(ticket, Asked{subscriber.number(), std::move(nothing), true, 0});
}

void SnapshotService::ask_reader(std::uint64_t ticket) {
  Asked& asked = asked_.at(ticket);
  ++asked.reads;
  const bool taken = readers_.ask(
      "snapshot " + asked.wanted.query.type.value(),
      [this, ticket, query = asked.wanted.query](Reader* reader) {
        Result<Page> page = reader ? reader->list(query) : Result<Page>(overloaded());
        post_([this, ticket, page = std::move(page)]() mutable { read(ticket, std::move(page)); });
      });
  if (!taken) end(ticket, overloaded());
}

// ---- what comes back ----

void SnapshotService::taken(SnapshotTaken snapshot) {
  const std::uint64_t ticket = snapshot.ticket.request.value();
  const auto found = asked_.find(ticket);
  if (found == asked_.end()) return;
  Asked& asked = found->second;
  if (!asked.to_watch) return end(ticket, std::move(snapshot.page));
  asked.to_watch = false;
  if (snapshot.page) hub_.watched(asked.wanted.watch, snapshot.page->position.seq);
  if (snapshot.page && asked.wanted.entities) return ask_reader(ticket);
  end(ticket, std::move(snapshot.page));
}

void SnapshotService::read(std::uint64_t ticket, Result<Page> page) {
  if (page && page->position.seq > hub_.head()) {
    early_.push_back({ticket, std::move(*page)});
  } else {
    end(ticket, std::move(page));
  }
}

void SnapshotService::published() {
  if (early_.empty()) return;
  std::vector<Early> early;
  early.swap(early_);
  for (Early& one : early) read(one.ticket, std::move(one.page));
}

void SnapshotService::end(std::uint64_t ticket, Result<Page> page) {
  const auto found = asked_.find(ticket);
  Subscriber* const subscriber = find(found->second.requester);
  const WantedSnapshot& wanted = found->second.wanted;
  if (subscriber && wanted.instance != 0) {
    if (!still_wanted(*subscriber, wanted)) {
      fail(*subscriber, wanted, unsubscribed());
    } else if (!page) {
      fail(*subscriber, wanted, page.error());
    } else if (!hand_over(*subscriber, wanted, *page)) {
      if (found->second.reads < kMostReads) return ask_reader(ticket);
      fail(*subscriber, wanted, overloaded());
    }
    --subscriber->snapshots_asked();
  }
  asked_.erase(found);
  if (subscriber) ask_some(*subscriber);
  ask_for_next();
}

// False: what happened since the page was read cannot be told any more.
bool SnapshotService::hand_over(Subscriber& subscriber, const WantedSnapshot& wanted, Page& page) {
  hub_.settle();  // all up to the snapshot goes to those who were there, and comes before it in this stream
  const Seq at = page.position.seq;
  const Seq told = subscriber.position();
  std::optional<std::string> since;
  if (at < told) {
    since = hub_.told_between(subscriber.interest(wanted.subscription, at), at, told);
    if (!since) return false;
  }
  subscriber.join(wanted.subscription, std::max(at, told));
  tell(subscriber, wanted, std::move(page));
  if (since && !since->empty()) subscriber.push(std::move(*since));
  return true;
}

void SnapshotService::tell(Subscriber& subscriber, const WantedSnapshot& wanted, Page page) {
  hub_.settle();
  subscriber.join(wanted.subscription, page.position.seq);
  std::optional<std::string> cursor;
  if (page.next) cursor = encode_cursor(wanted.query.sort, *page.next);
  const RoomKey room{wanted.query.type, wanted.query.id};
  std::vector<LockShown> locks = state_.locks.list(room);
  std::vector<Present> presence = state_.presence.list(room);
  if (wanted.request) {
    subscriber.answer(*wanted.request,
                      Subscribed{wanted.subscription, page.position, std::move(page.entities),
                                 std::move(cursor), std::move(locks), std::move(presence)});
    return;
  }
  if (!wanted.state_only) metrics_.caught_up("snapshot");
  const Seq seq = page.position.seq;
  subscriber.push_at(seq, encode(Snapshot{wanted.subscription, wanted.reason, std::move(page.position),
                                          std::move(page.entities), std::move(cursor), std::move(locks),
                                          std::move(presence), !wanted.state_only}));
}

void SnapshotService::fail(Subscriber& subscriber, const WantedSnapshot& wanted, const Error& error) {
  const bool ends =
      still_wanted(subscriber, wanted) && !subscriber.subscriptions().at(wanted.subscription).joined;
  if (ends) state_.leave(subscriber, wanted.subscription);
  if (wanted.request) {
    subscriber.answer(*wanted.request, error);
  } else if (ends) {
    subscriber.push(encode(SubscriptionEnded{wanted.subscription, error.code}));
    log_.warn("subscription_ended", {{"session", std::string_view(subscriber.author().session.value())},
                                     {"code", to_text(error.code)}});
  }
}

}  // namespace coterie
