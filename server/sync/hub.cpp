#include "server/sync/hub.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"

namespace coterie {

Hub::Hub(HubOptions options, Seq head, ReadLog read_log)
    : options_(options),
      head_(head),
      settled_(head),
      read_log_(std::move(read_log)),
      ring_(options.ring_events, options.ring_bytes, head) {}

// ---- the audience ----

Room& Hub::room(const RoomKey& key, WatchId watch) {
  if (watch != WatchId{}) return filters_.find(watch)->room;
  return key.id ? entity_rooms_[EntityKey{key.type, *key.id}] : type_rooms_[key.type];
}

Room* Hub::find_room(const RoomKey& key, WatchId watch) {
  if (watch != WatchId{} || !key.filter.empty()) {
    FilterRooms::Filtered* const filtered = filters_.find(watch);
    return filtered ? &filtered->room : nullptr;
  }
  if (key.id) {
    const auto found = entity_rooms_.find(EntityKey{key.type, *key.id});
    return found == entity_rooms_.end() ? nullptr : &found->second;
  }
  const auto found = type_rooms_.find(key.type);
  return found == type_rooms_.end() ? nullptr : &found->second;
}

void Hub::join(Subscriber& subscriber, const RoomKey& key, WatchId watch) {
  if (!room(key, watch).join(subscriber)) return;
  ++memberships_;
  audience_changed_ = true;
}

void Hub::leave(Subscriber& subscriber, const RoomKey& key, WatchId watch) {
  Room* room = find_room(key, watch);
  if (!room || !room->leave(subscriber)) return;
  --memberships_;
  audience_changed_ = true;
  erase_if_empty(key, watch, *room);
}

// A filter's room goes with its watch.
void Hub::erase_if_empty(const RoomKey& key, WatchId watch, Room& room) {
  if (!room.empty()) return;
  if (room.has_batch()) std::erase(spoken_, &room);
  if (watch != WatchId{}) {
    room.drop_batch();
  } else if (key.id) {
    entity_rooms_.erase(EntityKey{key.type, *key.id});
  } else {
    type_rooms_.erase(key.type);
  }
}

void Hub::watched(WatchId watch, Seq since) {
  FilterRooms::Filtered* const filtered = filters_.find(watch);
  if (!filtered || filtered->since) return;
  filtered->since = since;
  for (Subscriber* member : filtered->room.members()) {
    if (!member->live()) ready(*member);
  }
}

void Hub::forget(Subscriber& subscriber) {
  for (const auto& [id, subscription] : subscriber.subscriptions()) {
    if (subscription.joined) leave(subscriber, subscription.room, subscription.watch.id);
    if (subscription.watch.filter) filters_.end_use(subscription.watch.id);
  }
  if (subscriber.touched_place_ != Subscriber::kNowhere) touched_[subscriber.touched_place_] = nullptr;
  ready_.remove(subscriber);
  log_line_.remove(subscriber);
  if (forgotten_) forgotten_(subscriber);
}

std::size_t Hub::audience(const DataSyncEvent& event) const {
  std::size_t count = 0;
  if (const auto found = type_rooms_.find(event.key.type); found != type_rooms_.end())
    count += found->second.size();
  if (const auto found = entity_rooms_.find(event.key); found != entity_rooms_.end())
    count += found->second.size();
  return count;
}

// ---- publishing ----

void Hub::publish(const std::vector<DataSyncEvent>& events, const std::vector<WatchedEvent>& watched,
                  const std::vector<RoomWord>& words, std::optional<Time> committed_at) {
  if (!events.empty() && !turn_.committed_at) turn_.committed_at = committed_at;
  auto word = words.begin();
  auto next_watched = watched.begin();
  for (std::size_t place = 0; place < events.size(); ++place) {
    const DataSyncEvent& event = events[place];
    for (; word != words.end() && word->after < event.seq; ++word)
      tell(word->about, word->message, &word->guarded);
    const std::uint64_t ordinal = next_ordinal_++;
    EventRing::Body body{event.key, encode(event)};
    if (const auto found = type_rooms_.find(event.key.type); found != type_rooms_.end()) {
      add_to(found->second, ordinal, event.seq, body.message);
    }
    if (const auto found = entity_rooms_.find(event.key); found != entity_rooms_.end()) {
      add_to(found->second, ordinal, event.seq, body.message);
    }
    if (next_watched != watched.end() && next_watched->event == place) {
      body.transitions = next_watched->transitions;
      if (next_watched->entity) body.enter_tail = enter_tail(event.seq, *next_watched->entity);
      VeiledTexts veiled(event, next_watched->entity);
      for (const Transition& one : body.transitions) {
        if (const FilterRooms::Filtered* filtered = filters_.find(one.watch))
          veiled.add(filtered->watch.veil);
      }
      body.veiled = veiled.take();
      add_to_filters(ordinal, event, body);
      ++next_watched;
    }
    ring_.add(event.seq, hash_of(event.key), std::move(body));
    head_ = event.seq;
  }
  for (; word != words.end(); ++word) tell(word->about, word->message, &word->guarded);
}

// The rooms whose members may get the events of a record, or of a type as such. Those of filters are told of
// every record of their type: what enters them comes with its locks and presence known.
template <class Visit>
void Hub::each_room_about(const RoomKey& about, Visit visit) {
  if (Room* of_type = find_room(RoomKey{about.type, std::nullopt}, {})) visit(*of_type);
  filters_.each_of(about.type, [&](FilterRooms::Filtered& filtered) {
    if (!filtered.room.empty()) visit(filtered.room);
  });
  if (!about.id) return;
  if (Room* of_entity = find_room(about, {})) visit(*of_entity);
}

bool Hub::reaches(const Subscriber& subscriber, const RoomKey& about) {
  const auto& all = subscriber.subscriptions();
  return std::any_of(all.begin(), all.end(), [&](const auto& numbered) {
    const Subscription& one = numbered.second;
    return one.joined && !one.watch.guarded && one.room.type == about.type &&
           (!one.room.id || one.room.id == about.id);
  });
}

void Hub::tell(const RoomKey& about, const std::string& message, const std::vector<WatchId>* guarded) {
  const std::uint64_t ordinal = next_ordinal_++;
  const auto say = [&](Room& room) {
    if (room.empty()) return;
    if (!room.has_batch()) spoken_.push_back(&room);
    room.add_word(ordinal, message);
  };
  each_room_about(about, say);
  if (guarded != nullptr) {
    for (const WatchId watch : *guarded) {
      if (FilterRooms::Filtered* filtered = filters_.find(watch)) say(filtered->room);
    }
    return;
  }
  filters_.each_guarded(about, [&](FilterRooms::Filtered& filtered) {
    if (!about.id || filtered.visible) say(filtered.room);
  });
}

// What is known of the record there, and that it has come.
void Hub::add_to_guarded(FilterRooms::Filtered& filtered, const DataSyncEvent& event, Membership membership) {
  filtered.seen(membership != Membership::leaves && event.operation != EventOperation::remove, event.seq);
  if (membership != Membership::enters || !words_about_) return;
  for (const std::string& word : words_about_(event.key, filtered.asked.id.has_value()))
    filtered.room.add_word(next_ordinal_++, word);
}

void Hub::add_to_filters(std::uint64_t ordinal, const DataSyncEvent& event, const EventRing::Body& body) {
  for (const Transition& one : body.transitions) {
    FilterRooms::Filtered* const filtered = filters_.find(one.watch);
    if (!filtered || filtered->room.empty()) continue;
    const std::shared_ptr<const Veil>& veil = filtered->watch.veil;
    const VeiledText* const cut = veil ? find_veiled(body.veiled, *veil) : nullptr;
    if (veil && cut == nullptr) continue;  // written a moment ago, for this very watch
    switch (one.membership) {
      case Membership::stays:
        add_to(filtered->room, ordinal, event.seq, cut != nullptr ? cut->message : body.message);
        break;
      case Membership::enters:
        add_to(filtered->room, ordinal, event.seq, cut != nullptr ? cut->enter_tail : body.enter_tail,
               Membership::enters);
        break;
      case Membership::leaves:
        add_to(filtered->room, ordinal, event.seq, gone_tail(event.seq, event.key), Membership::leaves);
        break;
    }
    if (filtered->watch.guarded) add_to_guarded(*filtered, event, one.membership);
  }
}

void Hub::add_to(Room& room, std::uint64_t ordinal, Seq seq, std::string_view text, Membership membership) {
  if (!room.has_batch()) spoken_.push_back(&room);
  room.add(ordinal, seq, text, membership);
}

std::optional<std::string> Hub::told_between(const Interest& interest, Seq after, Seq up_to) const {
  std::string text;
  if (up_to <= after) return text;
  if (after < ring_.floor() || !interest.ring_tells_after(after)) return std::nullopt;
  const Stretch stretch = ring_.read(after, interest, {options_.turn_bytes, options_.turn_events}, up_to);
  if (stretch.up_to < up_to) return std::nullopt;
  for (const PastMessage& message : stretch.messages) {
    if (message.seq > up_to) break;
    if (!text.empty()) text += '\n';
    text += message.text();
  }
  return text;
}

void Hub::settle() {
  for (Room* room : spoken_) turn_.deliveries += room->settle();
  spoken_.clear();
  settled_ = head_;
}

void Hub::touch(Subscriber& subscriber) {
  if (subscriber.touched_place_ != Subscriber::kNowhere) return;
  subscriber.touched_place_ = touched_.size();
  touched_.push_back(&subscriber);
}

void Hub::flush() {
  if (flushing_) flushing_();
  settle();
  catch_up_some();
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    Subscriber* subscriber = touched_[i];
    if (!subscriber) continue;
    subscriber->touched_place_ = Subscriber::kNowhere;
    touched_[i] = nullptr;
    subscriber->flush();
  }
  touched_.clear();
  composer_.end_turn();
  report();
  if ((!ready_.empty() || log_slot_waits()) && wake_) wake_();
}

void Hub::report() {
  const bool something = turn_.committed_at || turn_.deliveries > 0 || turn_.ring_stretches > 0 ||
                         turn_.log_stretches > 0 || audience_changed_;
  if (something && turned_) {
    turn_.rooms = rooms();
    turn_.memberships = memberships_;
    turned_(turn_);
  }
  turn_ = {};
  audience_changed_ = false;
}

// ---- those who are behind ----

void Hub::ready(Subscriber& subscriber) { ready_.add(subscriber); }

void Hub::tell_free(Subscriber& subscriber) {
  if (free_) free_(subscriber);
}

void Hub::tell_missed(Subscriber& subscriber) {
  if (missed_) missed_(subscriber);
}

void Hub::catch_up_some() {
  turn_bytes_ = 0;
  turn_events_ = 0;
  for (std::size_t slots = options_.log_reads - log_reads_; slots > 0 && !log_line_.empty(); --slots) {
    ready(*log_line_.next());
  }
  // Those who come again in this turn have had theirs: the number at the beginning bounds the round.
  for (std::size_t left = ready_.size(); left > 0; --left) {
    if (turn_bytes_ >= options_.turn_bytes || turn_events_ >= options_.turn_events) return;
    if (Subscriber* subscriber = ready_.next()) catch_up(*subscriber);
  }
}

void Hub::catch_up(Subscriber& subscriber) {
  if (subscriber.live() || subscriber.log_asked_ || subscriber.sink().queued_bytes() > 0) return;
  const Interest interest = subscriber.interest();
  const Seq after = subscriber.position();
  const bool ring_tells = after >= ring_.floor() && interest.ring_tells_after(after);
  if (!interest.empty() && !ring_tells) {
    // Where all that is published has been read already, it waits until its filters are watched.
    if (after < head_ || !interest.awaits_watch()) ask_log(subscriber, interest);
    return;
  }
  Stretch stretch{{}, head_, 0, 0, true};
  if (!interest.empty()) {
    stretch = ring_.read(after, interest, {options_.stretch_bytes, options_.stretch_events}, head_);
  }
  ++turn_.ring_stretches;
  turn_bytes_ += stretch.bytes;
  turn_events_ += stretch.scanned + 50;  // a step costs something besides
  turn_.deliveries += stretch.messages.size();
  if (stretch.at_end) settle();  // what it has just been given is not to reach it again by its rooms
  subscriber.catch_up(stretch.messages, stretch.up_to, stretch.at_end);
  if (!stretch.at_end) ready(subscriber);
}

void Hub::ask_log(Subscriber& subscriber, const Interest& interest) {
  if (log_reads_ >= options_.log_reads) {
    log_line_.add(subscriber);
    return;
  }
  ++log_reads_;
  subscriber.log_asked_ = true;
  subscriber.log_interest_ = subscriber.interest_version();
  read_log_(subscriber.number(), subscriber.position(), interest.rooms(), interest.watches());
}

void Hub::end_log_read(Subscriber* subscriber) {
  --log_reads_;
  if (subscriber) subscriber->log_asked_ = false;
}

bool Hub::log_slot_waits() const { return log_reads_ < options_.log_reads && !log_line_.empty(); }

void Hub::log_failed(Subscriber* subscriber) { end_log_read(subscriber); }

void Hub::log_read(Subscriber* subscriber, const LogStretch& stretch) {
  end_log_read(subscriber);
  if (!subscriber || subscriber->live()) return;
  ready(*subscriber);
  // What it wants has changed since it asked: asked again.
  if (subscriber->log_interest_ != subscriber->interest_version() || subscriber->position() != stretch.after)
    return;
  const Interest interest = subscriber->interest();
  std::vector<PastMessage> messages;
  for (const LoggedEvent& event : stretch.events) {
    // The readers may see commits that have not been published yet: those come by the ring.
    if (event.seq > head_) break;
    interest.tell({event.seq, event.key, hash_of(event.key), event.message, event.transitions,
                   event.enter_tail, event.veiled},
                  messages);
  }
  ++turn_.log_stretches;
  turn_.deliveries += messages.size();
  subscriber->catch_up(messages, std::min(stretch.up_to, head_), false);
}

}  // namespace coterie
