// The contract of a type's rules: unique values are kept with the change itself, adopted wholly or not at
// all.
#include <algorithm>

#include "storage/type_rules.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

FieldGroup fields(std::initializer_list<std::string_view> names) {
  FieldGroup group;
  for (const std::string_view name : names) group.push_back(FieldPath::parse(name).value());
  return group;
}

TypeTable unique_cars(std::vector<FieldGroup> rules) {
  TypeTable types;
  TypeRules car;
  car.unique = std::move(rules);
  types.add(EntityType{"Car"}, std::move(car));
  return types;
}

UniqueKey plate(std::string_view value) { return {EntityType{"Car"}, "plate", std::string(value)}; }

std::optional<EntityId> holder(Store& store, const UniqueKey& key) {
  return store.unique_holder(key).value();
}

void passes_with_the_change(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  Store& store = *subject.store;
  store.adopt(unique_cars({fields({"plate"})})).value();

  BatchBuilder(store)
      .create("Car", "1", R"({"plate":"A"})")
      .pass("Car", "plate", R"("A")", "", "1")
      .commit()
      .value();
  findings.expect(holder(store, plate(R"("A")")) == EntityId{"1"}, "the value stands in the record");

  BatchBuilder(store)
      .update("Car", "1", R"({"plate":"B"})")
      .pass("Car", "plate", R"("A")", "1", "")
      .pass("Car", "plate", R"("B")", "", "1")
      .create("Car", "2", R"({"plate":"C"})")
      .pass("Car", "plate", R"("C")", "", "2")
      .commit()
      .value();
  findings.expect(!holder(store, plate(R"("A")")), "the old value is free");
  findings.expect(holder(store, plate(R"("B")")) == EntityId{"1"}, "the new one is held");

  BatchBuilder(store)
      .update("Car", "1", R"({"plate":"C"})")
      .update("Car", "2", R"({"plate":"B"})")
      .pass("Car", "plate", R"("B")", "1", "2")
      .pass("Car", "plate", R"("C")", "2", "1")
      .commit()
      .value();
  findings.expect(holder(store, plate(R"("B")")) == EntityId{"2"}, "a value passes from one to another");
  findings.expect(holder(store, plate(R"("C")")) == EntityId{"1"}, "and that one's value back");
  findings.expect(!store.unique_holder({EntityType{"Van"}, "plate", R"("B")"}).value(),
                  "another type has its own");
}

void refuses_a_second_holder(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  Store& store = *subject.store;
  store.adopt(unique_cars({fields({"plate"})})).value();
  BatchBuilder(store)
      .create("Car", "1", R"({"plate":"A"})")
      .pass("Car", "plate", R"("A")", "", "1")
      .commit()
      .value();

  const auto second = BatchBuilder(store)
                          .create("Car", "2", R"({"plate":"A"})")
                          .pass("Car", "plate", R"("A")", "", "2")
                          .commit();
  const auto stranger = BatchBuilder(store)
                            .create("Car", "3", R"({"plate":"A"})")
                            .pass("Car", "plate", R"("A")", "9", "3")
                            .commit();
  const auto unknown = BatchBuilder(store)
                           .create("Car", "4", R"({"owner":"x"})")
                           .pass("Car", "owner", R"("x")", "", "4")
                           .commit();

  findings.expect(second.has_error(), "a value that is held is not held twice");
  findings.expect(stranger.has_error(), "a value passes only from the record that holds it");
  findings.expect(unknown.has_error(), "a rule that was not adopted holds nothing");
  findings.expect(holder(store, plate(R"("A")")) == EntityId{"1"}, "it stays where it was");
  findings.expect(store.position().value().seq == Seq{1}, "nothing of the refused batches is there");
}

void adopts_what_is_there(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  Store& store = *subject.store;
  BatchBuilder(store)
      .create("Car", "1", R"({"plate":"A","place":{"lot":1},"day":"mon"})")
      .create("Car", "2", R"({"plate":"B","place":{"lot":1},"day":"tue"})")
      .create("Car", "3", R"({"plate":null,"place":{"lot":2}})")
      .create("Car", "4", R"({})")
      .create("Van", "1", R"({"plate":"A"})")
      .commit()
      .value();
  BatchBuilder(store)
      .create("Car", "gone", R"({"plate":"A"})")
      .next_commit()
      .remove("Car", "gone")
      .commit()
      .value();

  const auto changes = store.adopt(unique_cars({fields({"plate"}), fields({"place.lot", "day"})})).value();
  findings.expect(changes.size() == 2 && changes[0].added && changes[1].added, "it tells what it added");
  findings.expect(holder(store, plate(R"("A")")) == EntityId{"1"}, "a live record holds its value");
  findings.expect(holder(store, {EntityType{"Car"}, "place.lot\nday", R"(1,"tue")"}) == EntityId{"2"},
                  "several fields count together");
  findings.expect(!holder(store, plate("null")), "null is no value");
  findings.expect(store.adopt(unique_cars({fields({"plate"}), fields({"place.lot", "day"})})).value().empty(),
                  "adopted again nothing changes");

  const auto dropped = store.adopt(unique_cars({fields({"plate"})})).value();
  findings.expect(dropped.size() == 1 && !dropped[0].added && dropped[0].fields == "place.lot and day",
                  "it tells what it dropped");
  findings.expect(!holder(store, {EntityType{"Car"}, "place.lot\nday", R"(1,"tue")"}),
                  "a dropped rule holds nothing");
  findings.expect(holder(store, plate(R"("A")")) == EntityId{"1"}, "the other stays");
}

void refuses_duplicates(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  Store& store = *subject.store;
  BatchBuilder(store)
      .create("Car", "1", R"({"plate":"A","vin":{"a":1,"b":2}})")
      .create("Car", "2", R"({"plate":"B","vin":{"b":2,"a":1}})")
      .commit()
      .value();

  const auto refused = store.adopt(unique_cars({fields({"plate"}), fields({"vin"})}));

  findings.expect(refused.has_error(), "records that share a value are refused");
  if (refused.has_error()) {
    const std::string& message = refused.error().message;
    findings.expect(
        message.find("1 and 2") != std::string::npos || message.find("2 and 1") != std::string::npos,
        "the message names the records");
    findings.expect(message.find("Car") != std::string::npos && message.find("vin") != std::string::npos,
                    "and the rule");
  }
  findings.expect(!holder(store, plate(R"("A")")), "the rule that could have been added is not there either");
  findings.expect(store.adopt(unique_cars({fields({"plate"})})).has_value(), "it goes on");
}

}  // namespace

std::vector<ContractCheck> rule_checks() {
  return {{"unique values pass with the change", passes_with_the_change},
          {"a unique value has one holder", refuses_a_second_holder},
          {"new rules take in what is there", adopts_what_is_there},
          {"a rule over duplicates is refused", refuses_duplicates}};
}

}  // namespace coterie::testing
