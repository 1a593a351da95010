// Locks in the way of an operation, and those that it relies on. Looked at before anything that depends on
// the content of the record, so that no strategy and no guard leads past them.
#include <algorithm>
#include <utility>

#include "storage/decide_operation.hpp"
#include "storage/lock_table.hpp"

namespace coterie {
namespace {

std::vector<const FieldPath*> changed_paths(const Operation& op) {
  std::vector<const FieldPath*> paths;
  for (const FieldValue& field : op.set) paths.push_back(&field.path);
  for (const FieldPath& path : op.unset) paths.push_back(&path);
  for (const FieldValue& field : op.increment) paths.push_back(&field.path);
  for (const FieldList& field : op.append) paths.push_back(&field.path);
  for (const FieldList& field : op.remove) paths.push_back(&field.path);
  for (const FieldStamp& field : op.stamp) paths.push_back(&field.path);
  for (const FieldNumber& field : op.number) paths.push_back(&field.path);
  return paths;
}

bool is_held_by(const HeldLock& lock, const OperationScope& scope) {
  const Author& author = scope.context.author;
  if (!author.session.value().empty() && lock.holder.session == author.session) return true;
  const std::vector<Fence>& fences = scope.op.fences;
  return lock.holder.user == author.user &&
         std::find(fences.begin(), fences.end(), lock.fence) != fences.end();
}

Refusal locked(const OperationScope& scope, const HeldLock& lock, const FieldPath& changed) {
  const bool veiled =
      scope.access != nullptr && scope.access->veil && scope.access->veil->hides(lock.place.field);
  const FieldPath held = veiled ? FieldPath() : lock.place.field;
  const FieldPath& field = changed.text().empty() ? held : changed;
  const std::string& who = lock.holder.name.empty() ? lock.holder.user.value() : lock.holder.name;
  std::string message = who + " holds a lock on ";
  message += held.text().empty() ? "this record" : held.text();
  Refusal refusal =
      reject(scope, RejectedCode::locked, message + "; try again when it is released.", field.text());
  Rejected& rejected = std::get<Rejected>(refusal.why);
  rejected.holder = lock.holder;
  rejected.retry = true;
  return refusal;
}

std::optional<Refusal> check_fences(const OperationScope& scope) {
  for (const Fence fence : scope.op.fences) {
    const HeldLock* const lock = scope.context.locks == nullptr ? nullptr : scope.context.locks->find(fence);
    if (lock != nullptr && lock->holder.user == scope.context.author.user) continue;
    return reject(scope, RejectedCode::fenced,
                  "The lock with fence " + std::to_string(fence.value()) +
                      " is not yours any more. Take it again, look at the record, and send a new mutation.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_place(const OperationScope& scope, const EntityKey& key,
                                   const FieldPath& changed) {
  for (const HeldLock* lock : scope.context.locks->on({key, changed})) {
    if (!is_held_by(*lock, scope)) return locked(scope, *lock, changed);
    scope.used_locks.push_back(lock->fence);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_locks(const OperationScope& scope, const EntityKey& key) {
  if (!scope.op.fences.empty()) {
    if (auto refusal = check_fences(scope)) return refusal;
  }
  if (scope.context.locks == nullptr || scope.context.locks->empty() || !scope.context.locks->has(key)) {
    return std::nullopt;
  }
  if (scope.op.kind != OperationKind::update) return check_place(scope, key, {});
  for (const FieldPath* path : changed_paths(scope.op)) {
    if (auto refusal = check_place(scope, key, *path)) return refusal;
  }
  return std::nullopt;
}

}  // namespace coterie
