#include "server/sync/presence_table.hpp"

#include <algorithm>
#include <utility>

namespace coterie {

PresenceTable::Entry* PresenceTable::find(const RoomKey& room, const SessionId& session) {
  const auto sessions = rooms_.find(room);
  if (sessions == rooms_.end()) return nullptr;
  const auto found = sessions->second.find(session);
  return found == sessions->second.end() ? nullptr : &found->second;
}

std::vector<RoomKey> PresenceTable::rooms_of(const SessionId& session) const {
  const auto found = rooms_of_.find(session);
  if (found == rooms_of_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

// ---- what sessions say ----

bool PresenceTable::set(const RoomKey& room, const Author& author, Seat seat,
                        std::optional<std::string> state, Time now, Timestamp wall) {
  Entry* entry = find(room, author.session);
  if (entry == nullptr) {
    if (!state) return true;
    std::set<RoomKey>& rooms = rooms_of_[author.session];
    if (rooms.size() >= limits_.rooms) return false;
    rooms.insert(room);
    entry = &rooms_[room][author.session];
    entry->slot = now;
    ++size_;
  }
  if (!entry->state) entry->since = wall;
  entry->author = author;
  entry->seat = seat;
  entry->state = std::move(state);
  entry->orphaned.reset();
  news_[room].insert(author.session);
  return true;
}

void PresenceTable::take_seat(const RoomKey& room, const SessionId& session, Seat seat) {
  Entry* const entry = find(room, session);
  if (entry == nullptr) return;
  entry->seat = seat;
  entry->orphaned.reset();
}

void PresenceTable::leave(const RoomKey& room, const SessionId& session, Seat seat) {
  const Entry* const entry = find(room, session);
  if (entry != nullptr && entry->seat == seat) leave_now(room, session);
}

void PresenceTable::connection_gone(const SessionId& session, std::uint64_t connection, bool at_once,
                                    Time now) {
  for (const RoomKey& room : rooms_of(session)) {
    Entry& entry = *find(room, session);
    if (entry.seat.connection != connection) continue;
    if (at_once) {
      leave_now(room, session);
    } else {
      entry.orphaned = now;
      orphans_.push_back({now, room, session});
    }
  }
}

void PresenceTable::end_session(const SessionId& session) {
  for (const RoomKey& room : rooms_of(session)) leave_now(room, session);
}

void PresenceTable::sweep(Time now) {
  while (!orphans_.empty() && orphans_.front().since + limits_.grace <= now) {
    const Orphan orphan = std::move(orphans_.front());
    orphans_.pop_front();
    const Entry* const entry = find(orphan.room, orphan.session);
    if (entry != nullptr && entry->orphaned == orphan.since) leave_now(orphan.room, orphan.session);
  }
}

// Without waiting for its slot: it says nothing more.
void PresenceTable::leave_now(const RoomKey& room, const SessionId& session) {
  Entry& entry = *find(room, session);
  if (!entry.shown) return erase(room, session);
  entry.state.reset();
  entry.slot = Time::min();
  news_[room].insert(session);
}

void PresenceTable::erase(const RoomKey& room, const SessionId& session) {
  const auto sessions = rooms_.find(room);
  sessions->second.erase(session);
  if (sessions->second.empty()) rooms_.erase(sessions);
  const auto rooms = rooms_of_.find(session);
  rooms->second.erase(room);
  if (rooms->second.empty()) rooms_of_.erase(rooms);
  if (const auto news = news_.find(room); news != news_.end()) {
    news->second.erase(session);
    if (news->second.empty()) news_.erase(news);
  }
  --size_;
}

// ---- what rooms are told ----

Present PresenceTable::present(const RoomKey& room, const Entry& entry, const std::string& state) {
  return {room.id, entry.author.session, entry.author.user,   entry.author.name,    entry.author.client,
          state,   entry.since,          entry.author.colour, entry.author.initials};
}

bool PresenceTable::publish_one(Entry& entry, Time now, PresencePush& push) {
  if (entry.state == entry.shown) return true;
  if (now < entry.slot) return false;
  if (entry.state) {
    Present told = present({push.type, std::nullopt}, entry, *entry.state);
    (entry.shown ? push.updates : push.joins).push_back(std::move(told));
  } else {
    push.leaves.push_back({entry.author.session, entry.author.user});
  }
  entry.shown = entry.state;
  entry.slot = now + limits_.slot;
  return true;
}

std::vector<PresencePush> PresenceTable::publish(Time now) {
  std::vector<PresencePush> pushes;
  std::vector<std::pair<RoomKey, SessionId>> gone;
  for (auto news = news_.begin(); news != news_.end();) {
    const RoomKey& room = news->first;
    PresencePush push{room.type, room.id, {}, {}, {}};
    for (auto it = news->second.begin(); it != news->second.end();) {
      Entry& entry = *find(room, *it);
      if (!publish_one(entry, now, push)) {
        ++it;
        continue;
      }
      if (!entry.state) gone.emplace_back(room, *it);
      it = news->second.erase(it);
    }
    if (!push.joins.empty() || !push.updates.empty() || !push.leaves.empty())
      pushes.push_back(std::move(push));
    news = news->second.empty() ? news_.erase(news) : std::next(news);
  }
  for (const auto& [room, session] : gone) erase(room, session);
  return pushes;
}

std::vector<Present> PresenceTable::list(const RoomKey& room) const {
  struct Shown {
    const RoomKey* room;
    const Entry* entry;
  };
  std::vector<Shown> found;
  for (auto it = rooms_.lower_bound(room); it != rooms_.end(); ++it) {
    if (it->first.type != room.type || (room.id && it->first.id != room.id)) break;
    for (const auto& [session, entry] : it->second) {
      if (entry.shown) found.push_back({&it->first, &entry});
    }
  }
  if (found.size() > limits_.shown) {
    const auto newer = [](const Shown& a, const Shown& b) { return a.entry->since > b.entry->since; };
    std::nth_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(limits_.shown), found.end(),
                     newer);
    found.resize(limits_.shown);
  }
  std::vector<Present> list;
  list.reserve(found.size());
  for (const Shown& one : found) {
    list.push_back(
        present(room.id ? RoomKey{room.type, std::nullopt} : *one.room, *one.entry, *one.entry->shown));
  }
  return list;
}

}  // namespace coterie
