#include "storage/type_rules.hpp"

#include <doctest/doctest.h>

using namespace coterie;

namespace {

FieldGroup fields(std::initializer_list<const char*> names) {
  FieldGroup group;
  for (const char* name : names) group.push_back(FieldPath::parse(name).value());
  return group;
}

}  // namespace

TEST_CASE("Types: one that is not configured has the defaults") {
  TypeTable types;
  TypeRules merging;
  merging.strategy = Strategy::merge;
  types.add(EntityType{"Car"}, merging);

  CHECK(types.of(EntityType{"Car"}).strategy == Strategy::merge);
  CHECK(types.of(EntityType{"Van"}).strategy == Strategy::reject);
  CHECK(types.of(EntityType{"Van"}).allows(Strategy::latest_wins));
  CHECK(types.of(EntityType{"Van"}).unique.empty());
  CHECK(TypeTable().of(EntityType{"Car"}).clashes.empty());
}

TEST_CASE("Types: reject may always be asked, the others where they are allowed") {
  TypeRules rules;
  rules.strategies = {Strategy::merge};

  CHECK(rules.allows(Strategy::reject));
  CHECK(rules.allows(Strategy::merge));
  CHECK_FALSE(rules.allows(Strategy::latest_wins));
}

TEST_CASE("Types: a group of fields comes back from the name that it is stored by") {
  for (const FieldGroup& group : {fields({"a"}), fields({"a.b", "c, d", "it's"})}) {
    CHECK(group_from_stored_name(stored_name(group)).value() == group);
  }
  CHECK(described(fields({"a"})) == "a");
  CHECK(described(fields({"a", "b.c", "d"})) == "a, b.c and d");
  CHECK(group_from_stored_name("a\n").has_error());
}
