// Values that may stand in one record only.
#include <map>

#include "storage/unique_key.hpp"
#include "tests/storage/rules.hpp"
#include "tests/support/random_document.hpp"

using namespace coterie;
using coterie::testing::Rules;

namespace {

FieldGroup fields(std::initializer_list<const char*> names) {
  FieldGroup group;
  for (const char* name : names) group.push_back(FieldPath::parse(name).value());
  return group;
}

Rules cars() {
  Rules rules;
  TypeRules type;
  type.unique = {fields({"plate"}), fields({"place.lot", "day"})};
  rules.configure("Car", std::move(type));
  return rules;
}

std::string create(const std::string& id, const std::string& data) {
  return R"({"op":"create","entityType":"Car","entityId":")" + id + R"(","data":)" + data + "}";
}
std::string set(const std::string& id, const std::string& base, const std::string& values) {
  return R"({"op":"update","entityType":"Car","entityId":")" + id + R"(","baseVersion":)" + base +
         R"(,"set":)" + values + "}";
}
std::string remove(const std::string& id, const std::string& base) {
  return R"({"op":"delete","entityType":"Car","entityId":")" + id + R"(","baseVersion":)" + base + "}";
}

}  // namespace

TEST_CASE(
    "decide: a value that must be unique is refused a second record, without telling of the first [law 8]") {
  Rules rules = cars();
  rules.committed("ann", {create("1", R"({"plate":"A"})")});

  const Rejected created = rules.rejected("ben", {create("2", R"({"plate":"A"})")});
  rules.committed("ben", {create("2", R"({"plate":"B"})")});
  const Rejected updated = rules.rejected("ben", {set("2", "1", R"({"plate":"A"})")});

  CHECK(created.code == RejectedCode::unique);
  CHECK(created.field == "plate");
  CHECK_FALSE(created.current);
  CHECK(created.message.find("1") == std::string::npos);
  CHECK(updated.code == RejectedCode::unique);
}

TEST_CASE("decide: absent and null are not bound, a changed or deleted value is free again") {
  Rules rules = cars();
  rules.committed("ann", {create("1", R"({"plate":"A"})")});
  rules.committed("ann", {create("2", R"({"plate":null})")});
  rules.committed("ann", {create("3", R"({"plate":null})")});
  rules.committed("ann", {create("4", "{}")});

  rules.committed("ann", {set("1", "1", R"({"plate":"B"})")});
  rules.committed("ann", {create("5", R"({"plate":"A"})")});
  rules.committed("ann", {remove("5", "1")});
  rules.committed("ann", {create("6", R"({"plate":"A"})")});
  const Rejected revived = rules.rejected(
      "ann", {R"({"op":"restore","entityType":"Car","entityId":"5","baseVersion":2,"toVersion":1})"});

  CHECK(revived.code == RejectedCode::unique);
  rules.committed("ann", {set("6", "1", R"({"plate":null})")});
  rules.committed("ann",
                  {R"({"op":"restore","entityType":"Car","entityId":"5","baseVersion":2,"toVersion":1})"});
  rules.rejected("ann", {create("7", R"({"plate":"A"})")});
}

TEST_CASE("decide: several fields are unique together; a text, a number and a list are different values") {
  Rules rules = cars();
  rules.committed("ann", {create("1", R"({"place":{"lot":1},"day":"mon"})")});
  rules.committed("ann", {create("2", R"({"place":{"lot":1},"day":"tue"})")});
  rules.committed("ann", {create("3", R"({"place":{"lot":1}})")});
  rules.committed("ann", {create("4", R"({"place":{"lot":"1"},"day":"mon"})")});

  const Rejected both = rules.rejected("ann", {set("2", "1", R"({"day":"mon"})")});

  CHECK(both.code == RejectedCode::unique);
  CHECK(both.field == "place.lot");
  CHECK(both.message.find("place.lot and day") != std::string::npos);
}

TEST_CASE(
    "decide: the operations of a mutation and the mutations of a group see each other's values [law 4]") {
  Rules rules = cars();
  rules.committed("ann", {create("1", R"({"plate":"A"})")});

  const Rejected twice =
      rules.rejected("ann", {create("2", R"({"plate":"B"})") + "," + create("3", R"({"plate":"B"})")});
  CHECK(twice.op_index == 1);
  rules.committed("ann", {set("1", "1", R"({"plate":"C"})") + "," + create("4", R"({"plate":"A"})")});

  rules.begin_group();
  rules.committed("ann", {create("5", R"({"plate":"D"})")});
  rules.rejected("ann", {create("6", R"({"plate":"D"})")});
  rules.committed("ann", {remove("5", "1")});
  rules.committed("ann", {create("6", R"({"plate":"D"})")});
  rules.committed("ann", {set("6", "1", R"({"plate":"E"})")});
  rules.committed("ann", {set("6", "2", R"({"plate":"D"})")});
  rules.commit_group();

  rules.rejected("ann", {create("7", R"({"plate":"D"})")});
  rules.committed("ann", {create("8", R"({"plate":"E"})")});
}

TEST_CASE("decide: a refused mutation holds none of its values") {
  Rules rules = cars();
  rules.committed("ann", {create("1", R"({"plate":"A"})")});

  rules.rejected("ann", {create("2", R"({"plate":"B"})") + "," + create("1", "{}")});

  rules.committed("ann", {create("3", R"({"plate":"B"})")});
}

TEST_CASE("decide: through any edits the holders are those in whose records the values stand") {
  INFO("COTERIE_SEED=" << coterie::testing::seed());
  coterie::testing::RandomDocuments random(coterie::testing::seed());
  Rules rules = cars();
  std::map<std::string, std::uint64_t> versions;  // of live records
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    if (i % 7 == 0) rules.begin_group();
    const std::string id = "r" + std::to_string(random.below(6));
    const std::string plate =
        R"({"plate":)" +
        std::string(random.chance(15) ? "null" : '"' + std::string(1, "ABCD"[random.below(4)]) + '"') + "}";
    std::string ops;
    if (!versions.contains(id)) {
      ops = create(id, plate);
    } else if (random.chance(25)) {
      ops = remove(id, std::to_string(versions[id]));
    } else {
      ops = set(id, std::to_string(versions[id]), plate);
    }
    const Decision decision = rules.decide_for("ann", {ops});
    if (std::holds_alternative<Rejected>(decision.outcome)) ++refused;
    const Head now = rules.head("Car", id);
    versions.erase(id);
    if (!now.deleted && now.meta.version != Version{}) versions[id] = now.meta.version.value();
    if (i % 7 == 6) rules.commit_group();
  }
  rules.commit_group();

  std::map<std::string, std::string> standing;
  for (const auto& [id, version] : versions) {
    const auto text = unique_text(fields({"plate"}), rules.head("Car", id).data);
    if (text) REQUIRE(standing.emplace(*text, id).second);
  }
  for (const char* plate : {R"("A")", R"("B")", R"("C")", R"("D")"}) {
    const auto holder = rules.store->unique_holder({EntityType{"Car"}, "plate", plate}).value();
    CHECK(holder.has_value() == standing.contains(plate));
    if (holder) CHECK(holder->value() == standing[plate]);
  }
  CHECK(refused > 50);
}
