#include "tests/model/random_mutation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>
#include <utility>

namespace coterie::model {
namespace {

namespace json = boost::json;

json::object named(const char* op, const EntityKey& key) {
  return {{"op", op}, {"entityType", key.type.value()}, {"entityId", key.id.value()}};
}

}  // namespace

EntityKey random_key(Dice& dice, const char* type) {
  return {EntityType{type},
          EntityId{std::string(1, static_cast<char>('a' + dice.below(4))) + std::to_string(dice.below(3))}};
}

json::object random_room_filter(Dice& dice, const char* type) {
  if (std::string_view(type) == "Stock") {
    if (dice.chance(50)) return {{"product", dice.chance(50) ? "tent" : "boat"}};
    return {{"available", json::object{{"$lt", dice.between(1, 6)}}}};
  }
  switch (dice.below(8)) {
    case 0:
      return {{"a", dice.below(4)}};
    case 1:
      return {{"n", json::object{{"$gte", dice.below(5)}}}};
    case 2:
      return {{"o.x", json::object{{"$exists", dice.chance(50)}}}};
    case 3:
      return {{"tags", json::object{{"$contains", dice.below(4)}}}};
    case 4:
      return {
          {"$or", json::array{json::object{{"b", nullptr}}, json::object{{"n", json::object{{"$lt", 2}}}}}}};
    case 5:
      return {{"$version", json::object{{"$lt", dice.between(2, 5)}}}};
    case 6:
      return {{"$updatedBy", "user" + std::to_string(dice.below(2))}};
    default:
      return {{"a", json::object{{"$in", json::array{dice.below(4), nullptr}}}}, {"$createdBy", "user0"}};
  }
}

json::object RandomMutations::make() {
  json::array ops;
  const std::size_t count = dice_.chance(70) ? 1 : dice_.between(2, 4);
  for (std::size_t i = 0; i < count; ++i) ops.push_back(operation());
  json::object mutation{{"ops", std::move(ops)}};
  if (dice_.chance(50)) mutation["strategy"] = strategy();
  if (dice_.chance(25)) mutation["onConflict"] = "store";
  if (dice_.chance(10)) mutation["epoch"] = dice_.chance(70) ? epoch_.value() : "another";
  return mutation;
}

std::string RandomMutations::strategy() {
  return dice_.pick(std::vector<std::string>{"reject", "merge", "merge", "latest-wins"});
}

json::object RandomMutations::operation() {
  if (dice_.chance(20)) return stock_operation();
  if (dice_.chance(15)) return order_operation();
  const EntityKey key = random_key(dice_, "Doc");
  switch (dice_.below(10)) {
    case 0:
    case 1:
      return create(key);
    case 2: {
      json::object op = named("delete", key);
      op["baseVersion"] = base(key);
      if (dice_.chance(20)) op["guard"] = guard();
      if (dice_.chance(30)) op["return"] = "before";
      return op;
    }
    case 3: {
      json::object op = named("restore", key);
      const std::uint64_t version = base(key);
      op["baseVersion"] = version;
      op["toVersion"] = dice_.chance(80) ? dice_.between(1, version) : version + 1;
      if (dice_.chance(30)) op["return"] = "after";
      return op;
    }
    default:
      return update(key);
  }
}

// A stock is only ever taken from under a guard, so that it can never fall below zero.
json::object RandomMutations::stock_operation() {
  const EntityKey key = random_key(dice_, "Stock");
  const std::string product = dice_.chance(50) ? "tent" : "boat";
  if (dice_.chance(25)) {
    json::object op = named("create", key);
    op["data"] = json::object{{"product", product}, {"available", dice_.between(0, 9)}};
    return op;
  }
  const std::int64_t count = static_cast<std::int64_t>(dice_.between(1, 4));
  json::object op{{"op", "update"}, {"entityType", "Stock"}};
  if (dice_.chance(30)) {
    op["entityId"] = key.id.value();
    op["increment"] = json::object{{"available", count}};
    return op;
  }
  op["where"] = json::object{{"product", product}};
  op["sort"] = dice_.chance(50) ? "-available" : "available";
  op["increment"] = json::object{{"available", -count}};
  op["guard"] = json::object{{"available", json::object{{"$gte", count}}}};
  op["return"] = dice_.chance(50) ? "after" : "before";
  return op;
}

json::object RandomMutations::order_operation() {
  const EntityKey key = random_key(dice_, "Order");
  if (dice_.chance(20)) {
    json::object op = named("delete", key);
    op["baseVersion"] = base(key);
    return op;
  }
  json::object op{{"op", "create"}, {"entityType", "Order"}};
  if (dice_.chance(70)) op["entityId"] = key.id.value();
  op["data"] = json::object{{"n", dice_.below(5)}};
  op["number"] = json::object{{"orderNumber", "order"}};
  if (dice_.chance(20)) op["stamp"] = json::object{{"by", "$user.id"}, {"at", "$now"}};
  return op;
}

json::object RandomMutations::create(const EntityKey& key) {
  json::object op{{"op", "create"}, {"entityType", "Doc"}};
  if (dice_.chance(90)) op["entityId"] = key.id.value();
  op["data"] = document();
  if (dice_.chance(20)) op["return"] = "after";
  return op;
}

json::object RandomMutations::update(const EntityKey& key) {
  const bool by_where = dice_.chance(15);
  json::object op{{"op", "update"}, {"entityType", "Doc"}};
  if (by_where) {
    op["where"] = guard();
    if (dice_.chance(60)) op["sort"] = dice_.pick(std::vector<std::string>{"n", "-n", "a,-n", "-$version"});
  } else {
    op["entityId"] = key.id.value();
  }
  add_changes(op);
  add_terms(op, key, by_where);
  return op;
}

void RandomMutations::add_changes(json::object& op) {
  if (dice_.chance(60)) {
    json::object set;
    for (std::size_t i = dice_.between(1, 2); i > 0; --i) {
      set[dice_.pick(std::vector<std::string>{"a", "b", "o.x", "o.y", "o.p.q"})] = value();
    }
    if (dice_.chance(10)) set = {{"o", json::object{{"x", value()}}}};
    op["set"] = std::move(set);
  }
  if (dice_.chance(20))
    op["unset"] = json::array{dice_.pick(std::vector<std::string>{"c", "tags", "o.z", "m"})};
  if (dice_.chance(25)) op["increment"] = json::object{{"n", static_cast<std::int64_t>(dice_.below(7)) - 3}};
  if (dice_.chance(15)) {
    op[dice_.chance(60) ? "append" : "remove"] = json::object{{"tags", json::array{value(), value()}}};
  }
  if (dice_.chance(10)) op["stamp"] = json::object{{"by", "$user.id"}, {"at", "$now"}};
}

void RandomMutations::add_terms(json::object& op, const EntityKey& key, bool by_where) {
  const bool needs_base = op.contains("set") || op.contains("unset");
  if (dice_.chance(30)) op["guard"] = guard();
  if (!by_where && dice_.chance(needs_base ? 97 : 40)) op["baseVersion"] = base(key);
  if (dice_.chance(20)) op["strategy"] = strategy();
  if (dice_.chance(30)) op["return"] = dice_.chance(50) ? "after" : "before";
}

std::uint64_t RandomMutations::base(const EntityKey& key) {
  const std::uint64_t known = known_(key).value_or(Version{1}).value();
  if (dice_.chance(65)) return known;
  if (dice_.chance(20)) return known + 1;
  return dice_.between(1, known);
}

json::object RandomMutations::document() {
  json::object data;
  for (const char* name : {"a", "b", "c", "m"}) {
    if (dice_.chance(50)) data[name] = value();
  }
  if (dice_.chance(60)) data["n"] = dice_.below(6);
  if (dice_.chance(50)) data["o"] = json::object{{"x", value()}, {"z", value()}};
  if (dice_.chance(40)) data["tags"] = json::array{value(), value()};
  return data;
}

json::value RandomMutations::value() {
  switch (dice_.below(8)) {
    case 0:
      return nullptr;
    case 1:
      return dice_.chance(50);
    case 2:
      return static_cast<double>(dice_.below(4)) + 0.5;
    case 3:
      return json::value_from("\xC3\xA9\"\\\n" + std::to_string(dice_.below(3)));
    case 4:
      return json::object{{"k", dice_.below(3)}};
    case 5:
      return json::value_from(std::string(dice_.below(200), 'x'));
    default:
      return dice_.below(4);
  }
}

json::object RandomMutations::guard() {
  switch (dice_.below(6)) {
    case 0:
      return {};
    case 1:
      return {{"a", dice_.below(4)}};
    case 2:
      return {{"n", json::object{{"$gte", dice_.below(5)}}}};
    case 3:
      return {{"o.x", json::object{{"$exists", dice_.chance(50)}}}};
    case 4:
      return {{"tags", json::object{{"$contains", dice_.below(4)}}}};
    default:
      return {
          {"$or", json::array{json::object{{"b", nullptr}}, json::object{{"n", json::object{{"$lt", 2}}}}}}};
  }
}

}  // namespace coterie::model
