// Rights on the loop: what the rules in force say of whoever asks, and what follows from a change of the
// rules or of somebody's roles: every open session is looked at again at once. Thread: loop. Law 8.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/access.hpp"
#include "server/sync/requester.hpp"
#include "storage/read_access.hpp"
#include "storage/search_text.hpp"

namespace coterie {

class Subscriber;

class Rights {
 public:
  explicit Rights(RequesterTable& requesters) : requesters_(requesters) {}

  // ---- the rules in force ----
  // Nothing is open that was not asked for: to be called before anybody is served, and at every change.
  void configure(std::shared_ptr<const AccessRules> rules, SearchFields search);
  void replace(std::shared_ptr<const AccessRules> rules);  // the searched fields stay as they are
  const std::shared_ptr<const AccessRules>& rules() const { return book_.rules(); }
  // A user's roles are others from now on, in all its open sessions.
  void roles_changed(const UserId& user, const Roles& roles);
  // Called for each session whose rights may have changed.
  void when_changed(std::function<void(Subscriber&)> changed) { changed_ = std::move(changed); }
  // Called where a user's roles may have changed, connected or not.
  void when_roles_changed(std::function<void(const UserId&, const Roles&)> changed) {
    roles_changed_ = std::move(changed);
  }

  // ---- questions ----
  bool is_open(const Author& author) const { return book_.is_open(author.roles); }
  // Null: everything.
  std::shared_ptr<const TypeAccess> of(const Author& author, const EntityType& type);
  // The same for a task on another thread.
  AccessOf access_of(const Author& author) const;
  // What the rights rest on; empty: everything is open. Equal ones, equal rights.
  std::string fingerprint(const Author& author) { return book_.fingerprint(author.roles); }
  // Why a type may not be listed or joined so: it is denied, or what is asked rests on a hidden field.
  std::optional<Error> objection(const TypeAccess* access, const EntityType& type, const Filter* filter,
                                 const Sort& sort, bool search) const;
  // Whether somebody may read the changes as a whole: of a type, or of all there are.
  bool takes_out(const Author& author, const std::optional<EntityType>& type);
  // Whether somebody may export what it may read: of a type, or of all there are.
  bool exports(const Author& author, const std::optional<EntityType>& type);
  bool takes_out_any(const Author& author);  // of some type

 private:
  RequesterTable& requesters_;
  AccessBook book_;
  SearchFields search_;
  std::function<void(Subscriber&)> changed_;
  std::function<void(const UserId&, const Roles&)> roles_changed_;
};

}  // namespace coterie
