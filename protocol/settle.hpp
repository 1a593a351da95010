// How a type settles the fields that two people changed at once. `merge` finds the clashes; a policy,
// configured for a path and all below it, says what becomes of one: it stays a clash and is asked about, one
// side wins, or one value is made of both, so that neither addition is lost. Deterministic: the same three
// documents and policies give the same result on every node. Thread: any; pure. Law 5.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/field_path.hpp"
#include "protocol/merge.hpp"

namespace coterie {

// ask      stays a clash
// latest   the one that commits last: of a stale edit, yours
// mine     yours
// theirs   what stands now
// sum      numbers: the base and what each side added to it; missing counts as 0. Both having added the same
// is
//          two additions
// max      the larger of two numbers, or of two texts by code point (dates and times)
// set      lists as sets: the additions of both, without what either took out. In the file, `union`
enum class ClashPolicy { ask, latest, mine, theirs, sum, max, set };
std::string_view to_text(ClashPolicy policy);
std::optional<ClashPolicy> clash_policy_from_text(std::string_view text);

class ClashPolicies {
 public:
  void set(const FieldPath& path, ClashPolicy policy) { policies_.insert_or_assign(path.text(), policy); }
  bool empty() const { return policies_.empty(); }
  // Of the path or the nearest parent that has one; else `ask`. Paths are given by their text.
  ClashPolicy of(std::string_view path) const;
  bool any_below(std::string_view path) const;
  const std::map<std::string, ClashPolicy, std::less<>>& all() const { return policies_; }

 private:
  std::map<std::string, ClashPolicy, std::less<>> policies_;
};

// The merge, with the clashes settled that these policies settle. A policy that does not fit the values (a
// sum of texts, a union with something that is no list) leaves the clash. Where one side changed a whole and
// the other a part of it, only one side can win: `latest`, `mine` or `theirs`, where it holds for all of
// their paths.
Merge settle(const boost::json::object& base, const boost::json::object& current,
             const boost::json::object& yours, const ClashPolicies& policies);

}  // namespace coterie
