#include "server/sync/subscriber.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/refusal.hpp"

namespace coterie {
namespace {

std::uint64_t next_instance() {
  static std::uint64_t last = 0;  // loop thread only
  return ++last;
}

// Null: a message of its own.
const RoomBatch* batch_of(const Part& part) {
  if (const BatchPtr* batch = std::get_if<BatchPtr>(&part)) return batch->get();
  if (const PersonalPart* personal = std::get_if<PersonalPart>(&part)) return personal->batch.get();
  return nullptr;
}

constexpr std::size_t kPartsKept = 4;  // room kept from turn to turn: most are told one thing at a time

}  // namespace

Subscriber::Subscriber(Author author, FrameSink& sink, Hub& hub, std::size_t outbox_bytes,
                       std::size_t in_flight)
    : Requester(std::move(author)),
      sink_(sink),
      hub_(hub),
      outbox_bytes_(outbox_bytes),
      in_flight_(in_flight) {}

Subscriber::~Subscriber() { hub_.forget(*this); }

// ---- what it is told ----

void Subscriber::answer(RequestId id, Answer answer) {
  if (const InFlight::Request* request = in_flight_.find(id)) {
    const auto* error = std::get_if<Error>(&answer);
    hub_.tell_answered({request->type, request->since, error ? std::optional(error->code) : std::nullopt});
  }
  if (!in_flight_.end(id)) return;
  PrivatePart part{encode_answer(id, answer), std::nullopt, false};
  if (const auto* subscribed = std::get_if<Subscribed>(&answer)) part.moves_to = subscribed->position.seq;
  if (const auto* pong = std::get_if<PongAnswer>(&answer)) part.moves_to = pong->seq;
  part.in_order = std::holds_alternative<Unsubscribed>(answer);  // not before the `subscribed` that it ends
  push(std::move(part));
}

void Subscriber::push(std::string message) { push(PrivatePart{std::move(message), std::nullopt, false}); }

void Subscriber::push_at(Seq seq, std::string message) { push(PrivatePart{std::move(message), seq, false}); }

void Subscriber::ping() { push_at(position(), encode(PingPush{position()})); }

void Subscriber::refuse(std::optional<RequestId> id, const Error& error) {
  push(id && !in_flight_.contains(*id) ? encode(*id, error) : encode(error));
}

void Subscriber::notify(const std::string& message) {
  if (has_room()) push(message);
}

void Subscriber::push(PrivatePart part) {
  const bool waits = part.moves_to ? *part.moves_to > behind_at_ : part.in_order && !held_.empty();
  if (behind_ && waits) {
    hold(std::move(part));
    return;
  }
  parts_.emplace_back(std::move(part));
  touch();
}

void Subscriber::hold(PrivatePart part) {
  if (!part.moves_to) part.moves_to = held_.back().moves_to;
  const auto behind_it =
      std::upper_bound(held_.begin(), held_.end(), *part.moves_to,
                       [](Seq seq, const PrivatePart& held) { return seq < *held.moves_to; });
  held_.insert(behind_it, std::move(part));
}

void Subscriber::sweep(InFlight::Time now) {
  for (const RequestId id : in_flight_.sweep(now)) {
    push(encode(id,
                refusal_for_now(ErrorCode::unavailable,
                                "No decision within 10 s, and whether it was done is unknown. Send the same "
                                "again to learn it.")));
  }
}

Seq Subscriber::position() const { return behind_ ? behind_at_ : hub_.settled(); }

bool Subscriber::all_joined() const {
  return std::all_of(subscriptions_.begin(), subscriptions_.end(),
                     [](const auto& entry) { return entry.second.joined; });
}

std::optional<Seq> Subscriber::resume_point() const {
  const bool whole = hello_stands_ && held_.empty() && all_joined();
  return whole ? std::optional(position()) : std::nullopt;
}

void Subscriber::drained() {
  if (behind_) {
    hub_.ready(*this);
  } else if (!wanted_.empty()) {
    hub_.tell_free(*this);
  }
}

// ---- subscriptions ----

// Who may not see all of a room is in one with those who see the same of it.
Watch Subscriber::watch_for(const RoomKey& room, const std::shared_ptr<const Filter>& filter,
                            const std::shared_ptr<const TypeAccess>& access) {
  if (!access || access->sees_all()) return filter ? hub_.filters().use(room, filter) : Watch{};
  Filter wanted = filter ? *filter : Filter();
  if (room.id) wanted = both(Filter::parse(boost::json::object{{"$id", room.id->value()}}).value(), wanted);
  if (const Filter* rule = access->to(AccessAction::read).filter()) wanted = both(wanted, *rule);
  return hub_.filters().use_guarded(room, std::make_shared<const Filter>(std::move(wanted)), access->veil);
}

Subscription& Subscriber::add(SubscriptionId id, RoomKey room, std::shared_ptr<const Filter> filter,
                              std::shared_ptr<const TypeAccess> access) {
  Watch watch = watch_for(room, filter, access);
  Subscription& added = subscriptions_[id];
  added = Subscription{};
  added.room = std::move(room);
  added.filter = std::move(filter);
  added.access = std::move(access);
  added.watch = std::move(watch);
  added.from = hub_.head();
  added.instance = next_instance();
  return added;
}

// The new watch is taken before the old one is given up: where they are one, it stands.
void Subscriber::change_access(SubscriptionId id, std::shared_ptr<const TypeAccess> access) {
  Subscription& subscription = subscriptions_.at(id);
  Watch watch = watch_for(subscription.room, subscription.filter, access);
  Subscription before = subscription;
  subscription.access = std::move(access);
  subscription.watch = std::move(watch);
  subscription.joined = false;
  subscription.from = hub_.head();
  ++subscription.turn;
  leave_room(before);
}

void Subscriber::join(SubscriptionId id, Seq from) {
  Subscription& subscription = subscriptions_.at(id);
  if (subscription.joined) return;
  subscription.joined = true;
  subscription.from = from;
  ++interest_version_;
  hub_.join(*this, subscription.room, subscription.watch.id);
}

void Subscriber::remove(SubscriptionId id) {
  const auto found = subscriptions_.find(id);
  if (found == subscriptions_.end()) return;
  const Subscription removed = std::move(found->second);
  subscriptions_.erase(found);
  hello_stands_ = hello_stands_ && !removed.of_hello;
  leave_room(removed);
}

// It is not among the subscriptions any more, or not as it was.
void Subscriber::leave_room(const Subscription& left) {
  if (left.joined) {
    ++interest_version_;
    const bool still_there =
        std::any_of(subscriptions_.begin(), subscriptions_.end(), [&](const auto& other) {
          const Subscription& one = other.second;
          return one.joined && one.room == left.room && one.watch.id == left.watch.id;
        });
    if (!still_there) hub_.leave(*this, left.room, left.watch.id);
  }
  if (left.watch.filter) hub_.filters().end_use(left.watch.id);
}

void Subscriber::add_interest(Interest& interest, SubscriptionId id, const Subscription& subscription,
                              Seq from) const {
  if (!subscription.watch.filter) {
    interest.add(subscription.room, from);
  } else if (const FilterRooms::Filtered* filtered = hub_.filters().find(subscription.watch.id)) {
    interest.add(Interest::Filtered{subscription.watch, from, id, filtered->since});
  }
}

Interest Subscriber::interest() const {
  Interest interest;
  for (const auto& [id, subscription] : subscriptions_) {
    if (subscription.joined) add_interest(interest, id, subscription, subscription.from);
  }
  interest.finish();
  return interest;
}

Interest Subscriber::interest(SubscriptionId id, Seq from) const {
  Interest interest;
  add_interest(interest, id, subscriptions_.at(id), from);
  interest.finish();
  return interest;
}

std::string Subscriber::numbers_of(WatchId watch) const {
  std::string numbers;
  for (const auto& [id, subscription] : subscriptions_) {
    if (!subscription.joined || subscription.watch.id != watch) continue;
    if (!numbers.empty()) numbers += ',';
    numbers += std::to_string(id.value());
  }
  return numbers;
}

// ---- the turn ----

void Subscriber::touch() {
  if (touched_place_ == kNowhere) hub_.touch(*this);
}

bool Subscriber::take(const BatchPtr& batch, WatchId watch) {
  if (behind_) {
    missed_words_ = missed_words_ || batch->has_words();
    return false;
  }
  if (batch->personal()) {
    parts_.emplace_back(PersonalPart{batch, numbers_of(watch)});
  } else {
    parts_.emplace_back(batch);
  }
  touch();
  return true;
}

void Subscriber::flush() {
  if (!behind_ && !fits()) drop_events();
  if (FramePtr frame = hub_.composer().compose(parts_)) sink_.send(std::move(frame));
  if (parts_.capacity() > kPartsKept) {
    parts_ = {};
  } else {
    parts_.clear();
  }
  if (behind_ && sink_.queued_bytes() == 0) hub_.ready(*this);
}

bool Subscriber::fits() const {
  const std::size_t queued = sink_.queued_bytes();
  if (queued == 0) return true;
  std::size_t bytes = queued;
  bool events = false;
  for (const Part& part : parts_) {
    if (const RoomBatch* batch = batch_of(part)) {
      bytes += batch->frame()->payload().size();
      events = true;
    } else {
      bytes += std::get<PrivatePart>(part).text.size();
    }
  }
  return !events || bytes <= outbox_bytes_;
}

void Subscriber::drop_events() {
  std::optional<Seq> first;
  for (const Part& part : parts_) {
    if (const RoomBatch* batch = batch_of(part)) {
      missed_words_ = missed_words_ || batch->has_words();
      const std::optional<Seq>& seq = batch->first_event();
      if (seq) first = first ? std::min(*first, *seq) : *seq;
    }
  }
  behind_ = true;
  behind_at_ = first ? Seq{first->value() - 1} : hub_.settled();
  std::vector<Part> parts = std::exchange(parts_, {});
  for (Part& part : parts) {
    if (auto* own = std::get_if<PrivatePart>(&part)) push(std::move(*own));
  }
}

// ---- behind ----

void Subscriber::fall_behind(Seq seq) {
  behind_ = true;
  behind_at_ = seq;
  hub_.ready(*this);
}

void Subscriber::miss_words() {
  if (behind_) {
    missed_words_ = true;
  } else {
    hub_.tell_missed(*this);
  }
}

void Subscriber::catch_up(const std::vector<PastMessage>& messages, Seq up_to, bool at_head) {
  std::string text;
  const auto add = [&text](std::string_view message) {
    if (!text.empty()) text += '\n';
    text += message;
  };
  const auto release = [&](Seq until) {  // those that stand at or before `until`
    for (; !held_.empty() && *held_.front().moves_to <= until; held_.pop_front()) add(held_.front().text);
  };
  for (const PastMessage& message : messages) {
    release(Seq{message.seq.value() - 1});
    add(message.text());
  }
  release(up_to);
  behind_at_ = up_to;
  if (!text.empty()) push(std::move(text));
  if (!at_head) return;
  behind_ = false;
  if (std::exchange(missed_words_, false)) {
    hub_.tell_missed(*this);
  } else if (!wanted_.empty()) {
    hub_.tell_free(*this);
  }
}

}  // namespace coterie
