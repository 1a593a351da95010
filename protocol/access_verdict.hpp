// Who may do what, and why: the rules in words, for people who write them. Judges as `decide` and the readers
// do, by the same rules, but names the grant that decides. Thread: any; values. Law 8.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/access.hpp"
#include "protocol/entity.hpp"

namespace coterie {

enum class Allowed { no, yes, where };  // where: for some records; name one to be told more
std::string_view to_text(Allowed allowed);

struct AccessVerdict {
  Allowed allowed = Allowed::no;
  std::string why;
};

struct VeiledField {
  std::string field;
  bool hidden = false;  // else read-only
  std::string why;
};

struct JudgedRecord {
  EntityMeta meta;
  boost::json::object data;
};
// A record as `get` answers it, or its data alone. The given object is used up.
JudgedRecord judged_record(boost::json::object given);

class AccessJudge {
 public:
  // `rules`: null: there are none. They outlive the judge.
  AccessJudge(const AccessRules* rules, UserId user, Roles roles, std::optional<JudgedRecord> record = {})
      : rules_(rules), user_(std::move(user)), roles_(std::move(roles)), record_(std::move(record)) {}

  AccessVerdict judge(const EntityType& type, AccessAction action) const;
  // The fields of a type that are not the caller's.
  std::vector<VeiledField> fields(const EntityType& type) const;

 private:
  AccessVerdict judge_alone(const EntityType& type, AccessAction action) const;
  std::string reason(const EntityType& type, AccessAction action, const AccessGrant& grant) const;
  bool holds(const EntityType& type, AccessAction action, const AccessGrant& grant) const;
  std::string_view named(const EntityType& type) const;

  const AccessRules* rules_;
  UserId user_;
  Roles roles_;
  std::optional<JudgedRecord> record_;
};

// Where a line of a rule is known, "line 8"; else its place: `access.Booking.read[1]`, `access."*".read`.
std::string grant_place(std::string_view type, AccessAction action, const std::vector<AccessGrant>& grants,
                        std::size_t index);
std::string field_place(std::string_view type, const FieldRule& field);

}  // namespace coterie
