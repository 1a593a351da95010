// Who may do what: grants for each type and action, to roles, everywhere or where a filter over the record
// and the caller holds; and fields that only some may see or change. Made whole by whoever reads the
// configuration, never changed, replaced between two groups. Where there are rules, what they do not allow is
// denied; who has the role `admin` may everything. Rights of several roles add up. Thread: any; immutable
// once shared. Law 8.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/filter.hpp"
#include "protocol/roles.hpp"
#include "protocol/types.hpp"
#include "protocol/veil.hpp"

namespace coterie {

enum class AccessAction {
  read,
  create,
  update,
  remove,
  restore,   // not said: as update
  lock,      // not said: as update
  steal,     // another's lock
  presence,  // not said: as read
  signal,    // not said: as read
  take_out,  // the changes of a type as a whole: named readers; on the wire and in the file `export`
};
inline constexpr std::size_t kAccessActions = 10;
std::string_view to_text(AccessAction action);
std::optional<AccessAction> access_action_from_text(std::string_view text);
// By what an action is judged that a type says nothing of.
AccessAction fallback_of(AccessAction action);

inline constexpr std::string_view kEveryone = "*";  // in place of a role: whoever is signed in

struct AccessGrant {
  std::vector<std::string> roles;
  std::optional<boost::json::object> where;  // a filter, as it was written; absent: every record
  int line = 0;                              // of the file, for people
};

// Fields that are not everyone's. What one may not see, one may not change either.
struct FieldRule {
  FieldPath path;
  std::optional<std::vector<std::string>> readers;  // absent: whoever reads the record
  std::optional<std::vector<std::string>> writers;  // absent: whoever changes the record and sees the field
  int line = 0;
};

struct AccessOfType {
  std::array<std::optional<std::vector<AccessGrant>>, kAccessActions> grants;
  std::vector<FieldRule> fields;
  const std::vector<AccessGrant>& of(AccessAction action) const;  // by its fallback where nothing is said
};

struct AccessCaller {
  const UserId& user;
  const Roles& roles;
};

// Over which records of a type somebody may do something.
class Reach {
 public:
  Reach() = default;  // none
  static Reach all();
  static Reach some(Filter filter);
  bool is_none() const { return !all_ && filter_ == nullptr; }
  bool is_all() const { return all_; }
  const Filter* filter() const { return filter_.get(); }  // null: all or none
  bool admits(const EntityMeta& meta, const boost::json::object& data) const;

 private:
  bool all_ = false;
  std::shared_ptr<const Filter> filter_;
};

// What one caller may do with the records of one type.
struct TypeAccess {
  std::array<Reach, kAccessActions> reach;
  std::shared_ptr<const Veil> veil;         // null: nothing is hidden
  std::shared_ptr<const Veil> untouchable;  // hidden or read-only; null: every field may be changed
  std::string view;  // what may be read of the type: equal views, equal rooms and bytes

  const Reach& to(AccessAction action) const { return reach[static_cast<std::size_t>(action)]; }
  bool sees_all() const { return to(AccessAction::read).is_all() && veil == nullptr; }
  bool reads(const EntityMeta& meta, const boost::json::object& data) const {
    return to(AccessAction::read).admits(meta, data);
  }
};

class AccessRules {
 public:
  // ---- making them ----
  static constexpr std::string_view kOtherTypes = "*";  // as a type: those that are not named
  // Errors bad_request: a filter that cannot be used, with the member; what `$user.` says is not known.
  static Result<void> check(const boost::json::object& where);
  void add(std::string type, AccessOfType access);
  void include(std::string role, std::vector<std::string> others);  // who has it has these too

  // ---- asking them ----
  Roles with_included(const Roles& roles) const;
  const AccessOfType* find(const EntityType& type) const;  // null: no rule names it, nor all others
  std::shared_ptr<const TypeAccess> bind(const EntityType& type, const AccessCaller& caller) const;
  // The grants that count for this caller, whatever their filters say.
  std::vector<const AccessGrant*> counting(const EntityType& type, AccessAction action,
                                           const Roles& roles) const;
  // Whether the caller may take out the changes of every type there is: all of them, whole.
  bool takes_out_all(const AccessCaller& caller) const;
  // What the rights of a caller rest on: the rules, and the roles. Never empty.
  std::string fingerprint(const Roles& roles) const;
  const std::map<std::string, AccessOfType>& all() const { return types_; }
  const std::map<std::string, std::vector<std::string>>& roles() const { return included_; }

 private:
  std::map<std::string, AccessOfType> types_;
  std::map<std::string, std::vector<std::string>> included_;
};

// The rules as one thread asks them: what they say of a caller is worked out once. Bounded (Law 6).
class AccessBook {
 public:
  explicit AccessBook(std::shared_ptr<const AccessRules> rules = nullptr) : rules_(std::move(rules)) {}
  void replace(std::shared_ptr<const AccessRules> rules);
  const std::shared_ptr<const AccessRules>& rules() const { return rules_; }  // null: there are none
  // Whether the caller may everything: there are no rules, or it is an administrator.
  bool is_open(const Roles& roles) const { return rules_ == nullptr || roles.has(kAdminRole); }
  // Null: open.
  std::shared_ptr<const TypeAccess> of(const UserId& user, const Roles& roles, const EntityType& type);
  std::string fingerprint(const Roles& roles);  // empty: open

 private:
  std::shared_ptr<const AccessRules> rules_;
  std::map<std::string, std::shared_ptr<const TypeAccess>, std::less<>> known_;
  std::map<std::vector<std::string>, std::string> fingerprints_;
};

}  // namespace coterie
