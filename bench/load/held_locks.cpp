#include "bench/load/held_locks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace load {
namespace {

std::string place(const std::string& entity, const std::string& field) {
  return field.empty() ? entity : entity + " " + field;
}

}  // namespace

bool overlap(const std::string& one, const std::string& other) {
  const std::string& shorter = one.size() <= other.size() ? one : other;
  const std::string& longer = one.size() <= other.size() ? other : one;
  if (shorter.empty() || shorter == longer) return true;
  return longer.compare(0, shorter.size(), shorter) == 0 && longer[shorter.size()] == '.';
}

void HeldLocks::note(const std::string& entity, const std::string& field, std::uint64_t fence) {
  std::uint64_t& highest = highest_[{entity, field}];
  highest = std::max(highest, fence);
}

Objection HeldLocks::acquired(const std::string& entity, const std::string& field, const Holding& by) {
  Objection wrong;
  OfRecord& locks = all_[entity];
  const auto same = locks.find(field);
  const bool taken_over =
      same != locks.end() && same->second.fence == by.fence && same->second.user == by.user;
  for (const auto& [other, holding] : locks) {
    if (taken_over && other == field) continue;
    // A lock that is taken over brings along those it meets: each is told by itself, after one another.
    if (taken_over && holding.user == by.user) continue;
    if (overlap(other, field) && holding.session != by.session) {
      wrong = fmt::format("{} was given to {} under fence {} while {} holds {} under fence {}",
                          place(entity, field), by.session, by.fence, holding.session, place(entity, other),
                          holding.fence);
    }
  }
  const std::uint64_t highest = highest_[{entity, field}];
  if (!taken_over && by.fence <= highest) {
    wrong =
        fmt::format("{} was given under fence {} after fence {}", place(entity, field), by.fence, highest);
  }
  locks[field] = by;
  note(entity, field, by.fence);
  return wrong;
}

Objection HeldLocks::ended(const std::string& entity, const std::string& field, std::uint64_t fence) {
  if (!holds(entity, field, fence)) {
    return fmt::format("a lock of {} ended under fence {} that nobody holds", place(entity, field), fence);
  }
  const auto record = all_.find(entity);
  record->second.erase(field);
  if (record->second.empty()) all_.erase(record);
  return std::nullopt;
}

void HeldLocks::show(const std::string& entity, OfRecord locks) {
  for (const auto& [field, holding] : locks) note(entity, field, holding.fence);
  if (locks.empty()) {
    all_.erase(entity);
  } else {
    all_[entity] = std::move(locks);
  }
}

void HeldLocks::show_all(All locks) {
  all_.clear();
  for (auto& [entity, of_record] : locks) show(entity, std::move(of_record));
}

Objection HeldLocks::edited(const std::string& entity, const std::string& field, const Holding& by) const {
  const auto record = all_.find(entity);
  bool relied_on = by.fence == 0;
  for (const auto& [other, holding] : record == all_.end() ? OfRecord{} : record->second) {
    const bool own = holding.session == by.session || (by.fence == holding.fence && by.user == holding.user);
    if (own && by.fence == holding.fence) relied_on = true;
    if (!own && overlap(other, field)) {
      return fmt::format("{} was changed by {} under fence {} while {} holds {} under fence {}",
                         place(entity, field), by.session, by.fence, holding.session, place(entity, other),
                         holding.fence);
    }
  }
  if (relied_on) return std::nullopt;
  return fmt::format("{} was changed by {} under fence {}, which is over", place(entity, field), by.session,
                     by.fence);
}

bool HeldLocks::shows(const std::string& entity, const All& locks) const {
  if (entity.empty()) return locks == all_;
  const auto believed = all_.find(entity);
  const auto shown = locks.find(entity);
  if (believed == all_.end() || shown == locks.end()) return believed == all_.end() && shown == locks.end();
  return believed->second == shown->second;
}

bool HeldLocks::holds(const std::string& entity, const std::string& field, std::uint64_t fence) const {
  const auto record = all_.find(entity);
  if (record == all_.end()) return false;
  const auto found = record->second.find(field);
  return found != record->second.end() && found->second.fence == fence;
}

}  // namespace load
