#include "server/sync/rights.hpp"

#include <utility>

#include "server/sync/refusal.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

void Rights::configure(std::shared_ptr<const AccessRules> rules, SearchFields search) {
  search_ = std::move(search);
  replace(std::move(rules));
}

void Rights::replace(std::shared_ptr<const AccessRules> rules) {
  book_.replace(std::move(rules));
  if (!changed_) return;
  for (Requester* session : requesters_.sessions()) changed_(static_cast<Subscriber&>(*session));
}

void Rights::roles_changed(const UserId& user, const Roles& roles) {
  if (roles_changed_) roles_changed_(user, roles);
  for (Requester* session : requesters_.sessions_of(user)) {
    if (session->author().roles == roles) continue;
    session->change_roles(roles);
    if (changed_) changed_(static_cast<Subscriber&>(*session));
  }
}

std::shared_ptr<const TypeAccess> Rights::of(const Author& author, const EntityType& type) {
  return book_.of(author.user, author.roles, type);
}

AccessOf Rights::access_of(const Author& author) const {
  if (is_open(author)) return [](const EntityType&) { return nullptr; };
  auto book = std::make_shared<AccessBook>(book_.rules());
  return [book, user = author.user, roles = author.roles](const EntityType& type) {
    return book->of(user, roles, type);
  };
}

std::optional<Error> Rights::objection(const TypeAccess* access, const EntityType& type, const Filter* filter,
                                       const Sort& sort, bool search) const {
  if (access == nullptr) return std::nullopt;
  if (access->to(AccessAction::read).is_none())
    return refusal(ErrorCode::forbidden, "You may not read records of this type.", "entityType");
  if (!access->veil) return std::nullopt;
  const auto hidden = [](const FieldPath& path, const char* member) {
    return refusal(ErrorCode::forbidden, "You may not ask for " + path.text() + '.', member);
  };
  const FieldPath* const filtered = filter != nullptr ? access->veil->touched(*filter) : nullptr;
  if (filtered != nullptr) return hidden(*filtered, "filter");
  if (const FieldPath* sorted = access->veil->touched(sort)) return hidden(*sorted, "sort");
  const auto fields = search_.find(type);
  if (!search || fields == search_.end()) return std::nullopt;
  for (const FieldPath& field : fields->second) {
    // What is found would tell what stands there.
    if (access->veil->touched(field) != nullptr)
      return refusal(ErrorCode::forbidden, "The search of this type covers a field that you may not see.",
                     "search");
  }
  return std::nullopt;
}

bool Rights::takes_out(const Author& author, const std::optional<EntityType>& type) {
  if (is_open(author)) return true;
  if (!type) return book_.rules()->takes_out_all(AccessCaller{author.user, author.roles});
  const auto access = of(author, *type);
  return access->to(AccessAction::take_out).is_all() && access->sees_all();
}

bool Rights::exports(const Author& author, const std::optional<EntityType>& type) {
  if (!type) return takes_out(author, type);
  return is_open(author) || of(author, *type)->to(AccessAction::take_out).is_all();
}

bool Rights::takes_out_any(const Author& author) {
  if (is_open(author)) return true;
  for (const auto& [type, rules] : book_.rules()->all()) {
    if (takes_out(author, EntityType{type})) return true;
  }
  return false;
}

}  // namespace coterie
