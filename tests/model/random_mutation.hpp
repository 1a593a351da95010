// Mutations of every kind, over few records and few fields, so that they meet: creates, updates by everything
// an update can do, deletes, restores, guards, `where`, bases that are fresh, stale, or of no version at all.
// Thread: loop.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>

#include "protocol/types.hpp"
#include "tests/model/dice.hpp"

namespace coterie::model {

class RandomMutations {
 public:
  // The newest version that the author knows of a record.
  using Known = std::function<std::optional<Version>(const EntityKey&)>;

  RandomMutations(Dice& dice, Known known, Epoch epoch)
      : dice_(dice), known_(std::move(known)), epoch_(std::move(epoch)) {}

  boost::json::object make();  // `ops`, and perhaps `strategy` and `epoch`

 private:
  boost::json::object operation();
  boost::json::object stock_operation();
  boost::json::object order_operation();
  boost::json::object create(const EntityKey& key);
  boost::json::object update(const EntityKey& key);
  void add_changes(boost::json::object& op);
  void add_terms(boost::json::object& op, const EntityKey& key, bool by_where);
  std::uint64_t base(const EntityKey& key);
  boost::json::object document();
  boost::json::value value();
  boost::json::object guard();
  std::string strategy();

  Dice& dice_;
  Known known_;
  Epoch epoch_;
};

// What a room of that type may ask for: found by a value or not, on nested places, on metadata.
boost::json::object random_room_filter(Dice& dice, const char* type);

EntityKey random_key(Dice& dice, const char* type);

}  // namespace coterie::model
