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
constexpr const char* kRightsChanging = "-";  // the rights of nobody

Error snapshots_full() {
  return refusal_for_now(ErrorCode::overloaded, "Too much waits to be read; subscribe again shortly.",
                         std::chrono::milliseconds(250));
}

// On a reader's thread: the page, cut to what may be seen, and whose locks may be known.
Result<SnapshotService::Seen> read_seen(Reader& reader, const ListQuery& query, bool entities,
                                        const TypeAccess* access, std::vector<EntityKey> locked) {
  SnapshotService::Seen seen;
  if (entities) {
    Result<Page> page = reader.list(query);
    if (!page) return page.error();
    seen.page = std::move(*page);
  } else {
    Result<Position> position = reader.position();
    if (!position) return position.error();
    seen.page.position = std::move(*position);
  }
  if (access != nullptr && access->veil) {
    for (Entity& entity : seen.page.entities) access->veil->cut(entity);
  }
  for (const EntityKey& key : locked) {
    const Result<bool> visible = sees_now(access, reader, key);
    if (!visible) return visible.error();
    if (*visible) seen.visible.push_back(key);
  }
  seen.locked = std::move(locked);
  return seen;
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
    want_state_of(subscriber, id, subscription);
  }
  ask_some(subscriber);
}

void SnapshotService::want_state_of(Subscriber& subscriber, SubscriptionId id,
                                    const Subscription& subscription) {
  WantedSnapshot state;
  state.subscription = id;
  state.instance = subscription.instance;
  state.reason = "state";
  state.query.type = subscription.room.type;
  state.query.id = subscription.room.id;
  state.entities = false;
  state.state_only = true;
  subscriber.wanted().push_back(std::move(state));
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
  const Subscription& subscription = subscriber.subscriptions().at(wanted.subscription);
  const Watch watch = subscription.watch;
  wanted.watch = watch.id;
  wanted.turn = subscription.turn;
  if (watch.filter) wanted.query.filter = *watch.filter;  // with its rights, as they are now
  if (!watch.filter) wanted.query.filter = Filter();
  const FilterRooms::Filtered* const filtered = watch.filter ? hub_.filters().find(watch.id) : nullptr;
  const bool to_watch = filtered && !filtered->since && !wanted.state_only;
  if (!wanted.entities && !to_watch && !watch.guarded) {
    return tell(subscriber, wanted, Seen{Page{{}, std::nullopt, std::nullopt, {epoch_, hub_.head()}}});
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
  if (!sequencer_.submit(std::move(request))) end(ticket, snapshots_full());
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
  const WantedSnapshot& wanted = asked.wanted;
  std::shared_ptr<const TypeAccess> access;
  std::vector<EntityKey> locked;
  bool entities = true;
  if (Subscriber* subscriber = find(asked.requester); subscriber && still_wanted(*subscriber, wanted)) {
    const Subscription& subscription = subscriber->subscriptions().at(wanted.subscription);
    access = subscription.access;
    if (subscription.watch.guarded) {
      // Of one record the page itself tells whether it may be seen.
      entities = wanted.entities || subscription.room.id.has_value();
      if (!subscription.room.id) locked = state_.locks.locked(subscription.room);
    }
  }
  const bool taken =
      readers_.ask("snapshot " + wanted.query.type.value(), [this, ticket, query = wanted.query, entities,
                                                             access = std::move(access),
                                                             locked = std::move(locked)](Reader* reader) {
        Result<Seen> seen = reader ? read_seen(*reader, query, entities, access.get(), locked)
                                   : Result<Seen>(snapshots_full());
        post_([this, ticket, seen = std::move(seen)]() mutable { read(ticket, std::move(seen)); });
      });
  if (!taken) end(ticket, snapshots_full());
}

// ---- what comes back ----

void SnapshotService::taken(SnapshotTaken snapshot) {
  const std::uint64_t ticket = snapshot.ticket.request.value();
  const auto found = asked_.find(ticket);
  if (found == asked_.end()) return;
  Asked& asked = found->second;
  const auto pass_on = [&] {
    Result<Seen> seen = Seen{};
    if (snapshot.page) {
      seen->page = std::move(*snapshot.page);
    } else {
      seen = snapshot.page.error();
    }
    end(ticket, std::move(seen));
  };
  if (!asked.to_watch) return pass_on();
  asked.to_watch = false;
  if (snapshot.page) hub_.watched(asked.wanted.watch, snapshot.page->position.seq);
  if (snapshot.page && (asked.wanted.entities || is_guarded(asked.wanted))) return ask_reader(ticket);
  pass_on();
}

bool SnapshotService::is_guarded(const WantedSnapshot& wanted) const {
  const FilterRooms::Filtered* const filtered = hub_.filters().find(wanted.watch);
  return wanted.instance != 0 && filtered != nullptr && filtered->watch.guarded;
}

void SnapshotService::read(std::uint64_t ticket, Result<Seen> seen) {
  if (seen && seen->page.position.seq > hub_.head()) {
    early_.push_back({ticket, std::move(*seen)});
  } else {
    end(ticket, std::move(seen));
  }
}

void SnapshotService::published() {
  if (early_.empty()) return;
  std::vector<Early> early;
  early.swap(early_);
  for (Early& one : early) read(one.ticket, std::move(one.seen));
}

void SnapshotService::end(std::uint64_t ticket, Result<Seen> seen) {
  const auto found = asked_.find(ticket);
  Subscriber* const subscriber = find(found->second.requester);
  const WantedSnapshot& wanted = found->second.wanted;
  if (subscriber && wanted.instance != 0) {
    if (!still_wanted(*subscriber, wanted)) {
      fail(*subscriber, wanted, unsubscribed());
    } else if (subscriber->subscriptions().at(wanted.subscription).turn != wanted.turn) {
      subscriber->wanted().push_back(wanted);  // its rights are others since: asked for anew, under these
    } else if (!seen) {
      fail(*subscriber, wanted, seen.error());
    } else if (!hand_over(*subscriber, wanted, *seen)) {
      if (found->second.reads < kMostReads) return ask_reader(ticket);
      fail(*subscriber, wanted, snapshots_full());
    }
    --subscriber->snapshots_asked();
  }
  asked_.erase(found);
  if (subscriber) ask_some(*subscriber);
  ask_for_next();
}

// False: what happened since the page was read cannot be told any more.
bool SnapshotService::hand_over(Subscriber& subscriber, const WantedSnapshot& wanted, Seen& seen) {
  const Page& page = seen.page;
  hub_.settle();  // all up to the snapshot goes to those who were there, and comes before it in this stream
  const Seq at = page.position.seq;
  const Seq told = subscriber.position();
  const Subscription& subscription = subscriber.subscriptions().at(wanted.subscription);
  if (subscription.watch.guarded && subscription.room.id) {
    if (FilterRooms::Filtered* filtered = hub_.filters().find(subscription.watch.id))
      filtered->seen(!page.entities.empty(), at);
  }
  std::optional<std::string> since;
  if (at < told && !(wanted.state_only && subscription.joined)) {
    since = hub_.told_between(subscriber.interest(wanted.subscription, at), at, told);
    if (!since) return false;
  }
  subscriber.join(wanted.subscription, std::max(at, told));
  tell(subscriber, wanted, std::move(seen));
  if (since && !since->empty()) subscriber.push(std::move(*since));
  return true;
}

void SnapshotService::show_state(Subscriber& subscriber, const WantedSnapshot& wanted, const Seen& seen,
                                 std::vector<LockShown>& locks, std::vector<Present>& presence) {
  const Subscription& subscription = subscriber.subscriptions().at(wanted.subscription);
  const RoomKey room{wanted.query.type, wanted.query.id};
  const FilterRooms::Filtered* const filtered =
      subscription.watch.guarded ? hub_.filters().find(subscription.watch.id) : nullptr;
  if (filtered != nullptr && room.id && !filtered->visible) return;
  locks = state_.locks.list(room);
  presence = state_.presence.list(room);
  if (filtered == nullptr || room.id) return;
  std::erase_if(presence, [](const Present& one) { return one.id.has_value(); });
  const auto has = [](const std::vector<EntityKey>& keys, const EntityKey& key) {
    return std::binary_search(keys.begin(), keys.end(), key);
  };
  const bool more = std::any_of(locks.begin(), locks.end(),
                                [&](const LockShown& lock) { return !has(seen.locked, lock.place.key); });
  std::erase_if(locks, [&](const LockShown& lock) { return !has(seen.visible, lock.place.key); });
  if (more) want_state_of(subscriber, wanted.subscription, subscription);  // taken while it was read
}

void SnapshotService::tell(Subscriber& subscriber, const WantedSnapshot& wanted, Seen seen) {
  Page& page = seen.page;
  hub_.settle();
  subscriber.join(wanted.subscription, page.position.seq);
  std::optional<std::string> cursor;
  if (page.next) cursor = encode_cursor(wanted.query.sort, *page.next);
  std::vector<LockShown> locks;
  std::vector<Present> presence;
  show_state(subscriber, wanted, seen, locks, presence);
  // Until all its rooms are those of its rights, the place is none to come back to.
  if (!subscriber.rights().empty())
    page.position.rights = subscriber.all_joined() ? subscriber.rights() : kRightsChanging;
  if (!wanted.entities) page.entities.clear();
  if (wanted.state_only) page.position.seq = std::max(page.position.seq, hub_.head());
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
