#include "storage/filter_watches.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "protocol/json.hpp"

namespace coterie {
namespace {

// The equalities without which a filter lets nothing through: terms of its outermost $and.
void collect_equalities(const FilterNode& node, std::vector<const Term*>& found) {
  if (const And* all = std::get_if<And>(&node.node)) {
    for (const FilterNode& inner : all->of) collect_equalities(inner, found);
    return;
  }
  if (const Or* any = std::get_if<Or>(&node.node); any != nullptr && any->of.size() == 1)
    return collect_equalities(any->of.front(), found);
  const Term* term = std::get_if<Term>(&node.node);
  if (term == nullptr) return;
  const bool one_of = term->comparison == Comparison::in && !term->value.get_array().empty();
  if (term->comparison == Comparison::eq || one_of) found.push_back(term);
}

void collect_operands(const FilterNode& node, std::vector<Operand>& operands) {
  const auto each = [&](const std::vector<FilterNode>& of) {
    for (const FilterNode& inner : of) collect_operands(inner, operands);
  };
  if (const Term* term = std::get_if<Term>(&node.node)) operands.push_back(term->operand);
  if (const And* all = std::get_if<And>(&node.node)) each(all->of);
  if (const Or* any = std::get_if<Or>(&node.node)) each(any->of);
  if (const Not* inverse = std::get_if<Not>(&node.node)) each(inverse->of);
}

std::string name_of(const Operand& operand) {
  if (const FieldPath* path = std::get_if<FieldPath>(&operand)) return path->text();
  return std::string(to_text(std::get<MetaField>(operand)));  // begins with '$', as no path does
}

// Scalars are equal where their texts are; absent equals null. Empty: equals no operand.
std::string value_key(const boost::json::value* value) {
  if (value == nullptr) return "null";
  if (value->is_structured()) return {};
  return to_json_text(*value);
}

std::vector<std::string> keys_of(const Term& term) {
  std::vector<std::string> keys;
  if (term.comparison == Comparison::eq) {
    keys.push_back(value_key(&term.value));
    return keys;
  }
  for (const boost::json::value& item : term.value.get_array()) keys.push_back(value_key(&item));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// These change with every version, whatever the edit says.
bool changes_always(const Operand& operand) {
  const MetaField* field = std::get_if<MetaField>(&operand);
  return field != nullptr &&
         (*field == MetaField::version || *field == MetaField::updated_at || *field == MetaField::updated_by);
}

}  // namespace

class FilterWatches::OfType {
 public:
  void add(const Watch& watch);
  void remove(WatchId id);
  bool empty() const { return watches_.empty(); }
  bool looks_at(const std::vector<FieldPath>& changed) const;

  // Calls see(id, filter) once for each filter that may let the record through.
  template <class See>
  void candidates(const Image& image, See see) const;
  const Filter& filter(WatchId id) const { return *watches_.at(id).filter; }

 private:
  struct Known {
    std::shared_ptr<const Filter> filter;
    std::optional<std::string> indexed;  // by this operand; absent: asked at every change
    std::vector<std::string> keys;
    std::vector<Operand> operands;
  };
  using Bucket = std::vector<WatchId>;
  struct Index {
    Operand operand;
    std::unordered_map<std::string, Bucket> by_value;
    std::size_t size = 0;
  };
  const Term* choose(const std::vector<const Term*>& terms) const;

  std::unordered_map<WatchId, Known> watches_;
  std::map<std::string, Index> indexes_;
  Bucket unindexed_;
  std::map<FieldPath, std::size_t> looked_at_;  // and how many filters look at each
  std::size_t always_ = 0;                      // filters that look at what changes always
};

// The equality whose values tell the most filters apart so far; of several the one that names the fewest
// values.
const Term* FilterWatches::OfType::choose(const std::vector<const Term*>& terms) const {
  const Term* best = nullptr;
  std::size_t best_distinct = 0;
  std::size_t best_keys = 0;
  for (const Term* term : terms) {
    const auto found = indexes_.find(name_of(term->operand));
    const std::size_t distinct = found == indexes_.end() ? 0 : found->second.by_value.size();
    const std::size_t keys = keys_of(*term).size();
    const bool better =
        best == nullptr || distinct > best_distinct || (distinct == best_distinct && keys < best_keys);
    if (!better) continue;
    best = term;
    best_distinct = distinct;
    best_keys = keys;
  }
  return best;
}

void FilterWatches::OfType::add(const Watch& watch) {
  if (watches_.contains(watch.id)) return;
  Known known{watch.filter, {}, {}, {}};
  collect_operands(watch.filter->root(), known.operands);
  for (const Operand& operand : known.operands) {
    if (const FieldPath* path = std::get_if<FieldPath>(&operand)) ++looked_at_[*path];
  }
  if (std::any_of(known.operands.begin(), known.operands.end(), changes_always)) ++always_;

  std::vector<const Term*> terms;
  collect_equalities(watch.filter->root(), terms);
  if (const Term* term = choose(terms)) {
    known.indexed = name_of(term->operand);
    known.keys = keys_of(*term);
    Index& index = indexes_.try_emplace(*known.indexed, Index{term->operand, {}, 0}).first->second;
    for (const std::string& key : known.keys) index.by_value[key].push_back(watch.id);
    ++index.size;
  } else {
    unindexed_.push_back(watch.id);
  }
  watches_.emplace(watch.id, std::move(known));
}

void FilterWatches::OfType::remove(WatchId id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  const Known& known = found->second;
  for (const Operand& operand : known.operands) {
    const FieldPath* path = std::get_if<FieldPath>(&operand);
    if (path != nullptr && --looked_at_.at(*path) == 0) looked_at_.erase(*path);
  }
  if (std::any_of(known.operands.begin(), known.operands.end(), changes_always)) --always_;
  if (known.indexed) {
    const auto index = indexes_.find(*known.indexed);
    for (const std::string& key : known.keys) {
      const auto bucket = index->second.by_value.find(key);
      std::erase(bucket->second, id);
      if (bucket->second.empty()) index->second.by_value.erase(bucket);
    }
    if (--index->second.size == 0) indexes_.erase(index);
  } else {
    std::erase(unindexed_, id);
  }
  watches_.erase(found);
}

bool FilterWatches::OfType::looks_at(const std::vector<FieldPath>& changed) const {
  if (always_ > 0) return true;
  return std::any_of(changed.begin(), changed.end(), [&](const FieldPath& path) {
    return std::any_of(looked_at_.begin(), looked_at_.end(),
                       [&](const auto& looked) { return looked.first.overlaps(path); });
  });
}

template <class See>
void FilterWatches::OfType::candidates(const Image& image, See see) const {
  if (image.meta == nullptr) return;
  for (const WatchId id : unindexed_) see(id, filter(id));
  boost::json::value scratch;
  for (const auto& [name, index] : indexes_) {
    const std::string key = value_key(look_at(index.operand, *image.meta, *image.data, scratch));
    const auto bucket = index.by_value.find(key);
    if (bucket == index.by_value.end()) continue;
    for (const WatchId id : bucket->second) see(id, filter(id));
  }
}

FilterWatches::FilterWatches() = default;
FilterWatches::~FilterWatches() = default;

void FilterWatches::add(const Watch& watch) {
  if (!types_of_.emplace(watch.id, watch.type).second) return;
  std::unique_ptr<OfType>& of_type = types_[watch.type];
  if (!of_type) of_type = std::make_unique<OfType>();
  of_type->add(watch);
}

void FilterWatches::remove(WatchId id) {
  const auto type = types_of_.find(id);
  if (type == types_of_.end()) return;
  const auto found = types_.find(type->second);
  found->second->remove(id);
  if (found->second->empty()) types_.erase(found);
  types_of_.erase(type);
}

bool FilterWatches::looks_at(const EntityType& type, const std::vector<FieldPath>& changed) const {
  const auto found = types_.find(type);
  return found != types_.end() && found->second->looks_at(changed);
}

std::vector<WatchId> FilterWatches::matching(const EntityType& type, const Image& image) const {
  std::vector<WatchId> matching;
  const auto found = types_.find(type);
  if (found == types_.end()) return matching;
  found->second->candidates(image, [&](WatchId id, const Filter& filter) {
    if (filter.matches(*image.meta, *image.data)) matching.push_back(id);
  });
  std::sort(matching.begin(), matching.end());
  return matching;
}

void FilterWatches::judge(const EntityType& type, const Image& before, const Image& after,
                          std::vector<Transition>& transitions) const {
  const std::vector<WatchId> was = matching(type, before);
  if (after.meta == nullptr) {
    for (const WatchId id : was) transitions.push_back({id, Membership::stays});
    return;
  }
  const bool same = before.data == after.data && before.meta == after.meta;
  const std::vector<WatchId> is = same ? was : matching(type, after);
  auto old = was.begin();
  auto now = is.begin();
  while (old != was.end() || now != is.end()) {
    if (now == is.end() || (old != was.end() && *old < *now)) {
      transitions.push_back({*old++, Membership::leaves});
    } else if (old == was.end() || *now < *old) {
      transitions.push_back({*now++, Membership::enters});
    } else {
      transitions.push_back({*now++, Membership::stays});
      ++old;
    }
  }
}

}  // namespace coterie
