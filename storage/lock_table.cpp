#include "storage/lock_table.hpp"

#include <algorithm>

#include "protocol/request_error.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

// A renewal by use that gains less than this is not worth a change that others are handed.
constexpr std::chrono::milliseconds kRenewalStep{1'000};

LockHolder holder_of(const Author& author) {
  return {author.user, author.name, author.session, author.client};
}

LockOutcome not_holder() {
  return request_error(ErrorCode::not_holder,
                       "this lock is not yours (any more): it ended, or somebody else holds it", "fence");
}

LockOutcome full(std::size_t most) {
  return request_error(ErrorCode::limit,
                       "a session holds at most " + std::to_string(most) + " locks; unlock some");
}

}  // namespace

// ---- requests ----

LockOutcome LockTable::lock(const Lock& request, const Author& author, Time now,
                            const NextFence& next_fence) {
  const HeldLock* const same = at_place(request.place);
  if (request.fence) {
    const bool own = same != nullptr && same->fence == *request.fence && same->holder.user == author.user;
    return own ? renew(*same, request, author, now) : not_holder();
  }
  if (same != nullptr && same->holder.session == author.session) return renew(*same, request, author, now);

  std::vector<const HeldLock*> others = on(request.place);
  std::erase_if(others, [&](const HeldLock* held) { return held->holder.session == author.session; });
  if (!others.empty() && !request.steal) {
    const HeldLock& first = *others.front();
    return Denied{first.holder, first.place.field, first.left(now)};
  }
  if (count(author.session) >= most_) return full(most_);

  HeldLock made;
  made.place = request.place;
  made.holder = holder_of(author);
  made.roles = author.roles;
  made.lease = request.ttl.value_or(kLockTime);
  made.ends = now + made.lease;
  std::vector<HeldLock> taken;
  for (const HeldLock* held : others) taken.push_back(*held);
  for (HeldLock& held : taken) {
    erase(held.fence);
    change(LockChange::Kind::taken, std::move(held), made.holder);
  }
  made.fence = next_fence();
  put(made);
  const Locked answer{made.fence, made.lease};
  change(LockChange::Kind::acquired, std::move(made));
  return answer;
}

// By its session, or by another session of the same user, which then has it; and with it every lock that
// meets it, or meets one of those: of places that meet only one session is the holder. All of these lie at or
// below the topmost.
LockOutcome LockTable::renew(const HeldLock& held, const Lock& request, const Author& author, Time now) {
  HeldLock renewed = held;
  const bool moves = held.holder.session != author.session;
  std::vector<HeldLock> others;
  if (moves) {
    for (const HeldLock* other : on(on(held.place).front()->place)) {
      if (other->fence != held.fence) others.push_back(*other);
    }
    if (count(author.session) + others.size() >= most_) return full(most_);
    renewed.holder = holder_of(author);
  }
  renewed.roles = author.roles;
  renewed.lease = request.ttl.value_or(kLockTime);
  renewed.ends = now + renewed.lease;
  put(renewed);
  const Locked answer{renewed.fence, renewed.lease};
  change(moves ? LockChange::Kind::moved : LockChange::Kind::renewed, std::move(renewed));
  for (HeldLock& other : others) {
    other.holder = holder_of(author);
    other.roles = author.roles;
    put(other);
    change(LockChange::Kind::moved, std::move(other));
  }
  return answer;
}

LockOutcome LockTable::unlock(const Unlock& request, const Author& author) {
  const HeldLock* const held = at_place(request.place);
  if (held == nullptr || held->fence != request.fence || held->holder.user != author.user) {
    return not_holder();
  }
  HeldLock released = *held;
  erase(released.fence);
  change(LockChange::Kind::released, std::move(released));
  return Unlocked{};
}

std::size_t LockTable::count(const SessionId& session) const {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? 0 : found->second.size();
}

// ---- looking ----

const HeldLock* LockTable::at_place(const LockPlace& place) const {
  const auto entity = by_entity_.find(place.key);
  if (entity == by_entity_.end()) return nullptr;
  const auto found = entity->second.find(place.field.text());
  return found == entity->second.end() ? nullptr : &found->second;
}

std::vector<const HeldLock*> LockTable::on(const LockPlace& place) const {
  std::vector<const HeldLock*> met;
  const auto entity = by_entity_.find(place.key);
  if (entity == by_entity_.end()) return met;
  const Fields& fields = entity->second;
  const std::string& text = place.field.text();
  if (text.empty()) {
    for (const auto& [field, held] : fields) met.push_back(&held);
    return met;
  }
  const auto look = [&](const std::string& field) {
    if (const auto found = fields.find(field); found != fields.end()) met.push_back(&found->second);
  };
  look({});
  for (std::size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', dot + 1)) {
    look(text.substr(0, dot));
  }
  look(text);
  const std::string below = text + '.';
  for (auto it = fields.lower_bound(below); it != fields.end() && it->first.starts_with(below); ++it) {
    met.push_back(&it->second);
  }
  return met;
}

const HeldLock* LockTable::find(Fence fence) const {
  const auto found = by_fence_.find(fence);
  return found == by_fence_.end() ? nullptr : at_place(found->second);
}

// ---- ends and renewals ----

void LockTable::used(Fence fence, Time now) {
  const HeldLock* const held = find(fence);
  if (held == nullptr || now + held->lease < held->ends + kRenewalStep) return;
  HeldLock renewed = *held;
  renewed.ends = now + renewed.lease;
  put(renewed);
  change(LockChange::Kind::renewed, std::move(renewed));
}

void LockTable::expire(Time now) {
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    HeldLock over = *find(by_end_.begin()->second);
    erase(over.fence);
    change(LockChange::Kind::expired, std::move(over));
  }
}

void LockTable::end_session(const SessionId& session) {
  const auto found = by_session_.find(session);
  if (found == by_session_.end()) return;
  const std::set<Fence> fences = found->second;
  for (const Fence fence : fences) {
    HeldLock released = *find(fence);
    erase(fence);
    change(LockChange::Kind::released, std::move(released));
  }
}

void LockTable::end_record(const EntityKey& key) {
  std::vector<HeldLock> held;
  for (const HeldLock* lock : on({key, {}})) held.push_back(*lock);
  for (HeldLock& lock : held) {
    erase(lock.fence);
    change(LockChange::Kind::released, std::move(lock));
  }
}

void LockTable::review(const EntityKey& key, const MayHold& may_hold) {
  for (const HeldLock* held : on({key, {}})) {
    if (!may_hold(*held)) lose(*held);
  }
}

void LockTable::review(const UserId& user, const Roles& roles, const MayHold& may_hold) {
  for (auto& [key, fields] : by_entity_) {
    for (auto& [field, held] : fields) {
      if (held.holder.user == user) held.roles = roles;
    }
  }
  review([&](const HeldLock& held) { return held.holder.user != user || may_hold(held); });
}

void LockTable::review(const MayHold& may_hold) {
  std::vector<const HeldLock*> lost;
  for (const auto& [ends, fence] : by_end_) {
    const HeldLock* const held = find(fence);
    if (!may_hold(*held)) lost.push_back(held);
  }
  for (const HeldLock* held : lost) lose(*held);
}

void LockTable::lose(const HeldLock& held) {
  HeldLock lost = held;
  erase(lost.fence);
  change(LockChange::Kind::lost, std::move(lost));
}

std::optional<LockTable::Time> LockTable::next_end() const {
  if (by_end_.empty()) return std::nullopt;
  return by_end_.begin()->first;
}

// ---- changing ----

void LockTable::begin() {
  recording_ = true;
  undo_.clear();
  changes_before_ = changes_.size();
}

void LockTable::keep() {
  recording_ = false;
  undo_.clear();
}

void LockTable::undo() {
  recording_ = false;
  for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) {
    erase_raw(it->first);
    if (it->second) put_raw(std::move(*it->second));
  }
  undo_.clear();
  changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(changes_before_), changes_.end());
}

void LockTable::put(HeldLock lock) {
  const HeldLock* const before = find(lock.fence);
  if (recording_) undo_.emplace_back(lock.fence, before ? std::optional(*before) : std::nullopt);
  erase_raw(lock.fence);
  put_raw(std::move(lock));
}

void LockTable::erase(Fence fence) {
  const HeldLock* const before = find(fence);
  if (before == nullptr) return;
  if (recording_) undo_.emplace_back(fence, *before);
  erase_raw(fence);
}

void LockTable::put_raw(HeldLock lock) {
  by_fence_.emplace(lock.fence, lock.place);
  by_session_[lock.holder.session].insert(lock.fence);
  by_end_.emplace(lock.ends, lock.fence);
  Fields& fields = by_entity_[lock.place.key];
  std::string field = lock.place.field.text();
  fields.insert_or_assign(std::move(field), std::move(lock));
}

void LockTable::erase_raw(Fence fence) {
  const auto found = by_fence_.find(fence);
  if (found == by_fence_.end()) return;
  const auto entity = by_entity_.find(found->second.key);
  const auto field = entity->second.find(found->second.field.text());
  const HeldLock& lock = field->second;
  by_end_.erase({lock.ends, fence});
  const auto session = by_session_.find(lock.holder.session);
  session->second.erase(fence);
  if (session->second.empty()) by_session_.erase(session);
  entity->second.erase(field);
  if (entity->second.empty()) by_entity_.erase(entity);
  by_fence_.erase(found);
}

void LockTable::change(LockChange::Kind kind, HeldLock lock, std::optional<LockHolder> by) {
  changes_.push_back({kind, std::move(lock), std::move(by), at_});
}

}  // namespace coterie
