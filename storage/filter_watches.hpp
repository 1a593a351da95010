// The filters that live rooms wait on, and what a change of one record does to its membership in each. A
// filter that asks for equality somewhere is found by the value it asks for, so a change costs what the
// filters cost that can match it, not what all cost. Thread: its owner's; pure. Law 3.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/filter.hpp"
#include "protocol/membership.hpp"
#include "protocol/types.hpp"
#include "protocol/veil.hpp"

namespace coterie {

using WatchId = Strong<struct WatchIdTag, std::uint64_t>;  // of one filter of live rooms; never reused

struct Watch {
  WatchId id;
  EntityType type;
  std::shared_ptr<const Filter> filter;
  bool guarded = false;                        // the filter holds its readers' rights
  std::shared_ptr<const Veil> veil = nullptr;  // what its readers may not see of each record; null: nothing
};

struct Transition {
  WatchId watch;
  Membership membership{};
  friend bool operator==(const Transition&, const Transition&) = default;
};

// A record as it stands at one moment. Null where it does not exist.
struct Image {
  const EntityMeta* meta = nullptr;
  const boost::json::object* data = nullptr;
};

class FilterWatches {
 public:
  FilterWatches();
  ~FilterWatches();
  FilterWatches(const FilterWatches&) = delete;
  FilterWatches& operator=(const FilterWatches&) = delete;

  void add(const Watch& watch);  // idempotent
  void remove(WatchId id);       // idempotent
  bool empty() const { return types_of_.empty(); }
  std::size_t size() const { return types_of_.size(); }
  bool watches(const EntityType& type) const { return types_.contains(type); }
  // Whether some filter of that type looks at a place that such a change touches.
  bool looks_at(const EntityType& type, const std::vector<FieldPath>& changed) const;

  // Appends what the change from `before` to `after` does, for each filter that lets either through. A record
  // that ends stays in the rooms it was in: they are told its DELETE.
  void judge(const EntityType& type, const Image& before, const Image& after,
             std::vector<Transition>& transitions) const;
  // Those that let the record through.
  std::vector<WatchId> matching(const EntityType& type, const Image& image) const;

 private:
  class OfType;
  std::unordered_map<EntityType, std::unique_ptr<OfType>> types_;
  std::unordered_map<WatchId, EntityType> types_of_;
};

}  // namespace coterie
