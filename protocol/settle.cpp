#include "protocol/settle.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/json.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::array kPolicies{ClashPolicy::ask, ClashPolicy::latest, ClashPolicy::mine, ClashPolicy::theirs,
                               ClashPolicy::sum, ClashPolicy::max,    ClashPolicy::set};

bool one_side_wins(ClashPolicy policy) {
  return policy == ClashPolicy::latest || policy == ClashPolicy::mine || policy == ClashPolicy::theirs;
}

bool is_nothing(const json::value* value) { return value == nullptr || value->is_null(); }

// Which items a list holds, whatever their number: found by their content's hash, told apart by equality.
class ItemSet {
 public:
  ItemSet() = default;
  explicit ItemSet(const json::array& items) {
    for (const json::value& item : items) add(item);
  }
  bool holds(const json::value& item) const {
    const auto [first, last] = items_.equal_range(hash_content(item).low);
    for (auto it = first; it != last; ++it) {
      if (*it->second == item) return true;
    }
    return false;
  }
  // False: it was there already. The item must outlive the set.
  bool add(const json::value& item) {
    if (holds(item)) return false;
    items_.emplace(hash_content(item).low, &item);
    return true;
  }

 private:
  std::unordered_multimap<std::uint64_t, const json::value*> items_;
};

// Three values of one path; null pointers where there is none.
struct Sides {
  const json::value* base;
  const json::value* current;
  const json::value* yours;
};

std::int64_t integer_of(const json::value& value) {
  return value.is_int64() ? value.get_int64() : static_cast<std::int64_t>(value.get_uint64());
}

// Current and yours are added before the base is taken off, so that it does not matter who is who.
std::optional<json::value> sum_of(const Sides& sides) {
  const auto is_number = [](const json::value* value) { return value != nullptr && value->is_number(); };
  if (!is_number(sides.current) || !is_number(sides.yours)) return std::nullopt;
  if (!is_nothing(sides.base) && !sides.base->is_number()) return std::nullopt;
  const json::value zero(0);
  const json::value& base = is_nothing(sides.base) ? zero : *sides.base;
  const auto whole = [](const json::value& value) { return !value.is_double(); };
  if (whole(base) && whole(*sides.current) && whole(*sides.yours)) {
    // Each is within 2^53, so the sum of three is exact in 64 bits.
    const std::int64_t sum = integer_of(*sides.current) + integer_of(*sides.yours) - integer_of(base);
    return number_value(static_cast<double>(sum));
  }
  return number_value(sides.current->to_number<double>() + sides.yours->to_number<double>() -
                      base.to_number<double>());
}

// Null pointer: they cannot be compared.
const json::value* larger_of(const Sides& sides) {
  if (is_nothing(sides.current) || is_nothing(sides.yours)) return nullptr;
  const bool numbers = sides.current->is_number() && sides.yours->is_number();
  const bool texts = sides.current->is_string() && sides.yours->is_string();
  if (!numbers && !texts) return nullptr;
  return compare_sorted(*sides.current, *sides.yours) < 0 ? sides.yours : sides.current;
}

// In the order of the current list, then what you added.
std::optional<json::value> union_of(const Sides& sides) {
  if (sides.current == nullptr || !sides.current->is_array()) return std::nullopt;
  if (sides.yours == nullptr || !sides.yours->is_array()) return std::nullopt;
  if (!is_nothing(sides.base) && !sides.base->is_array()) return std::nullopt;
  const ItemSet before = is_nothing(sides.base) ? ItemSet() : ItemSet(sides.base->get_array());
  const ItemSet yours(sides.yours->get_array());
  const auto taken_out = [&](const json::value& item) { return before.holds(item) && !yours.holds(item); };
  ItemSet kept;
  json::array all;
  for (const json::value& item : sides.current->get_array()) {
    if (!taken_out(item) && kept.add(item)) all.push_back(item);
  }
  for (const json::value& item : sides.yours->get_array()) {
    if (!before.holds(item) && kept.add(item)) all.push_back(item);
  }
  return json::value(std::move(all));
}

// One merge being settled, of whole documents or of objects at a path within them.
class Settlement {
 public:
  Settlement(std::string at, const json::object& base, const json::object& current, const json::object& yours,
             const ClashPolicies& policies)
      : at_(std::move(at)), base_(base), current_(current), yours_(yours), policies_(policies) {}

  Merge run() {
    merge_ = merge(base_, current_, yours_);
    for (auto& [path, verdict] : merge_.fields) {
      if (verdict == FieldVerdict::same) settle_same(path, verdict);
    }
    if (merge_.clashes) settle_clashes();
    std::sort(merge_.theirs.begin(), merge_.theirs.end());
    return std::move(merge_);
  }

 private:
  using Field = std::pair<FieldPath, FieldVerdict>;
  std::string full(const FieldPath& path) const {
    return at_.empty() ? path.text() : at_ + '.' + path.text();
  }
  Sides sides(const FieldPath& path) const {
    return {find(base_, path), find(current_, path), find(yours_, path)};
  }

  // Both having added the same number are two additions, wherever in an object they stand.
  void settle_same(const FieldPath& path, FieldVerdict& verdict) {
    const Sides three = sides(path);
    if (policies_.of(full(path)) == ClashPolicy::sum && sum_of(three)) {
      combine(path, verdict, *sum_of(three));
    } else if (three.current != nullptr && three.current->is_object() && policies_.any_below(full(path))) {
      settle_inside(path, three, verdict);
    }
  }

  void settle_clashes() {
    // A clash may lie in parts: one side changed a whole, the other what is in it. They are settled together.
    std::map<std::string_view, std::vector<Field*>> groups;
    for (Field& field : merge_.fields) {
      if (field.second == FieldVerdict::clash) groups[field.first.text()].push_back(&field);
    }
    for (auto group = groups.begin(); group != groups.end();) {
      const std::string_view whole = whole_of(groups, group->first);
      if (whole.size() == group->first.size()) {
        ++group;
        continue;
      }
      groups.at(whole).push_back(group->second.front());
      group = groups.erase(group);
    }
    merge_.clashes = false;
    for (const auto& [text, fields] : groups) {
      if (!settle_group(fields)) merge_.clashes = true;
    }
  }

  // The highest parent that clashes as well, or the path itself. Parents are never taken out of the groups
  // before their parts: of two, the shorter text comes first.
  static std::string_view whole_of(const std::map<std::string_view, std::vector<Field*>>& groups,
                                   std::string_view path) {
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
      if (groups.contains(path.substr(0, dot))) return path.substr(0, dot);
    }
    return path;
  }

  // The first field is the whole. True: it clashes no more.
  bool settle_group(const std::vector<Field*>& fields) {
    const FieldPath& whole = fields.front()->first;
    const ClashPolicy policy = policies_.of(full(whole));
    if (fields.size() == 1) return settle_field(*fields.front(), policy);
    for (const Field* field : fields) {
      if (policies_.of(full(field->first)) != policy || !one_side_wins(policy)) return false;
    }
    for (Field* field : fields) {
      field->second = policy == ClashPolicy::theirs ? FieldVerdict::theirs : FieldVerdict::yours;
    }
    choose_side(whole, policy);
    return true;
  }

  bool settle_field(Field& field, ClashPolicy policy) {
    auto& [path, verdict] = field;
    const Sides three = sides(path);
    const bool objects = three.current != nullptr && three.current->is_object() && three.yours != nullptr &&
                         three.yours->is_object();
    if (objects && policies_.any_below(full(path))) return settle_inside(path, three, verdict);
    if (one_side_wins(policy)) {
      verdict = policy == ClashPolicy::theirs ? FieldVerdict::theirs : FieldVerdict::yours;
      choose_side(path, policy);
      return true;
    }
    if (policy == ClashPolicy::max) return settle_max(path, three, verdict);
    std::optional<json::value> both;
    if (policy == ClashPolicy::sum) both = sum_of(three);
    if (policy == ClashPolicy::set) both = union_of(three);
    if (both) combine(path, verdict, std::move(*both));
    return both.has_value();
  }

  // Both made an object where none was: member by member, as if an empty one had been there.
  bool settle_inside(const FieldPath& path, const Sides& three, FieldVerdict& verdict) {
    const json::object none;
    Settlement inside(full(path), none, three.current->get_object(), three.yours->get_object(), policies_);
    Merge merged = inside.run();
    if (merged.clashes) return false;
    if (merged.merged != three.current->get_object()) {
      combine(path, verdict, std::move(merged.merged));
    } else if (verdict == FieldVerdict::clash) {
      take_theirs(path, verdict);
    }
    for (const FieldPath& over : merged.overridden) {
      Result<FieldPath> whole = FieldPath::parse(path.text() + '.' + over.text());
      if (whole) merge_.overridden.push_back(std::move(*whole));
    }
    return true;
  }

  bool settle_max(const FieldPath& path, const Sides& three, FieldVerdict& verdict) {
    const json::value* const larger = larger_of(three);
    if (larger == nullptr) return false;
    if (larger == three.current) {
      take_theirs(path, verdict);
    } else {
      verdict = FieldVerdict::yours;
      put(path, three.yours);
    }
    return true;
  }

  void choose_side(const FieldPath& path, ClashPolicy policy) {
    if (policy == ClashPolicy::theirs) {
      merge_.theirs.push_back(path);
      return;
    }
    merge_.overridden.push_back(path);
    put(path, find(yours_, path));
  }
  void take_theirs(const FieldPath& path, FieldVerdict& verdict) {
    verdict = FieldVerdict::theirs;
    merge_.theirs.push_back(path);
  }
  void combine(const FieldPath& path, FieldVerdict& verdict, json::value both) {
    verdict = FieldVerdict::combined;
    merge_.theirs.push_back(path);
    put(path, &both);
  }
  // No parent of this path clashes, so the way to it is open.
  void put(const FieldPath& path, const json::value* value) {
    if (value != nullptr) {
      set_field(merge_.merged, path, *value).value();
    } else {
      unset_field(merge_.merged, path);
    }
  }

  std::string at_;
  const json::object& base_;
  const json::object& current_;
  const json::object& yours_;
  const ClashPolicies& policies_;
  Merge merge_;
};

}  // namespace

std::string_view to_text(ClashPolicy policy) {
  switch (policy) {
    case ClashPolicy::ask:
      return "ask";
    case ClashPolicy::latest:
      return "latest";
    case ClashPolicy::mine:
      return "mine";
    case ClashPolicy::theirs:
      return "theirs";
    case ClashPolicy::sum:
      return "sum";
    case ClashPolicy::max:
      return "max";
    case ClashPolicy::set:
      return "union";
  }
  return "unknown";
}

std::optional<ClashPolicy> clash_policy_from_text(std::string_view text) {
  for (const ClashPolicy policy : kPolicies) {
    if (to_text(policy) == text) return policy;
  }
  return std::nullopt;
}

ClashPolicy ClashPolicies::of(std::string_view path) const {
  for (;;) {
    if (const auto found = policies_.find(path); found != policies_.end()) return found->second;
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return ClashPolicy::ask;
    path = path.substr(0, dot);
  }
}

bool ClashPolicies::any_below(std::string_view path) const {
  const std::string inside = std::string(path) + '.';
  const auto next = policies_.lower_bound(inside);
  return next != policies_.end() && next->first.starts_with(inside);
}

Merge settle(const json::object& base, const json::object& current, const json::object& yours,
             const ClashPolicies& policies) {
  if (policies.empty()) return merge(base, current, yours);
  return Settlement({}, base, current, yours, policies).run();
}

}  // namespace coterie
