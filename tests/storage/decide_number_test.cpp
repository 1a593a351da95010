// Numbers of sequences: without holes, never twice, and a record's own for life.
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;

namespace {

const std::string kNew =
    R"({"op":"create","entityType":"Order","entityId":"1","data":{},"number":{"no":"order"}})";

std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Order","entityId":"1",)" + members + "}";
}

std::string change(const std::string& kind, int base, const std::string& members = "") {
  return R"({"op":")" + kind + R"(","entityType":"Order","entityId":"1","baseVersion":)" +
         std::to_string(base) + members + "}";
}

}  // namespace

TEST_CASE("decide: numbers come one after the other, in the group and after it") {
  Rules rules;
  rules.begin_group();
  const auto first = rules.committed("ann", {kNew});
  rules.rejected("ann",
                 {R"({"op":"create","entityType":"Order","data":{},"number":{"no":"order"}},)" + kNew});
  rules.committed("ann", {R"({"op":"create","entityType":"Order","entityId":"2","data":{"no":""},)"
                          R"("number":{"no":"order","bill.no":"bill"}})"});
  rules.commit_group();
  rules.committed(
      "ann", {R"({"op":"create","entityType":"Order","entityId":"3","data":{},"number":{"no":"order"}})"});

  CHECK(first.at("results").at(0).at("numbers").at("no").as_string() == "ORDER-2026-000001");
  CHECK(rules.data("Order", "1") == R"({"no":"ORDER-2026-000001"})");
  CHECK(rules.data("Order", "2") == R"({"no":"ORDER-2026-000002","bill":{"no":"BILL-2026-000001"}})");
  CHECK(rules.data("Order", "3") == R"({"no":"ORDER-2026-000003"})");
}

TEST_CASE("decide: a number goes into an empty field only") {
  Rules rules;
  rules.committed(
      "ann",
      {R"({"op":"create","entityType":"Order","entityId":"1","data":{"a":null,"b":"","c":"x","d":1}})"});

  CHECK(rules.rejected("ann", {update(R"("number":{"c":"order"})")}).field == "c");
  CHECK(rules.rejected("ann", {update(R"("number":{"d.no":"order"})")}).field == "d.no");
  rules.committed("ann", {update(R"("number":{"a":"order","b":"order","e.no":"order"})")});
  const Rejected again = rules.rejected("ann", {update(R"("number":{"a":"order"})")});

  CHECK(again.code == RejectedCode::invalid);
  CHECK(rules.log().back().set ==
        R"({"a":"ORDER-2026-000001","b":"ORDER-2026-000002","e":{"no":"ORDER-2026-000003"}})");
}

TEST_CASE("decide: a numbered field is read-only, whatever the operation and the strategy") {
  Rules rules;
  rules.committed(
      "ann",
      {R"({"op":"create","entityType":"Order","entityId":"1","data":{"n":1},"number":{"id.no":"order"}})"});
  rules.committed("ben", {update(R"("increment":{"n":1})")});

  for (const std::string edit : {R"("set":{"id.no":"X"})", R"("unset":["id.no"])", R"("unset":["id"])",
                                 R"("set":{"id":{"no":"ORDER-2026-000002"}})", R"("set":{"id":null})"}) {
    CHECK(rules.rejected("ann", {update(R"("baseVersion":2,)" + edit)}).field == "id.no");
    CHECK(rules.rejected("ann", {update(R"("baseVersion":1,)" + edit), "", "latest-wins"}).field == "id.no");
    CHECK(rules.rejected("ann", {update(R"("baseVersion":1,)" + edit), "", "merge"}).field == "id.no");
  }
  CHECK(rules.rejected("ann", {update(R"("guard":{"n":2},"stamp":{"id.no":"$now"})")}).field == "id.no");
  rules.committed("ann", {update(R"("baseVersion":2,"set":{"id":{"no":"ORDER-2026-000001","more":1}})")});
}

TEST_CASE("decide: a record keeps its number through restore, delete and creation anew") {
  Rules rules;
  rules.committed("ann", {R"({"op":"create","entityType":"Order","entityId":"1","data":{"a":1}})"});
  rules.committed("ann", {update(R"("number":{"no":"order"})")});
  rules.committed("ann", {update(R"("baseVersion":2,"set":{"a":2})")});

  rules.committed("ann", {change("restore", 3, R"(,"toVersion":1)")});
  CHECK(rules.data("Order", "1") == R"({"a":1,"no":"ORDER-2026-000001"})");
  rules.committed("ann", {change("delete", 4)});
  const std::string forged =
      R"({"op":"create","entityType":"Order","entityId":"1","data":{"no":"ORDER-2026-000009"}})";
  CHECK(rules.rejected("ann", {forged}).field == "no");
  rules.committed("ann", {kNew});
  CHECK(rules.data("Order", "1") == R"({"no":"ORDER-2026-000001"})");
  rules.committed("ann", {change("delete", 6)});
  rules.committed("ann", {change("restore", 7, R"(,"toVersion":1)")});
  CHECK(rules.data("Order", "1") == R"({"a":1,"no":"ORDER-2026-000001"})");

  rules.committed(
      "ann", {R"({"op":"create","entityType":"Order","entityId":"2","data":{},"number":{"no":"order"}})"});
  CHECK(rules.data("Order", "2") == R"({"no":"ORDER-2026-000002"})");
}

TEST_CASE("decide: a new year counts anew where the format says the year") {
  Rules rules;
  REQUIRE(rules.formats.add("order", "R{number:4}").has_value());
  rules.committed(
      "ann",
      {R"({"op":"create","entityType":"Order","entityId":"1","data":{},"number":{"a":"order","b":"bill"}})"});
  rules.context.now += std::chrono::days{60};
  rules.committed(
      "ann",
      {R"({"op":"create","entityType":"Order","entityId":"2","data":{},"number":{"a":"order","b":"bill"}})"});

  CHECK(rules.data("Order", "1") == R"({"a":"R0001","b":"BILL-2026-000001"})");
  CHECK(rules.data("Order", "2") == R"({"a":"R0002","b":"BILL-2027-000001"})");
}

TEST_CASE("NumberFormats: a format holds its number once, and nothing unknown") {
  NumberFormats formats;

  for (const char* bad : {"", "X", "{year}", "{number}{number}", "{nr}", "{number:0}", "{number:19}",
                          "{number:x}", "{number", "number}", "}{number}", "{number:}"}) {
    CHECK_MESSAGE(!formats.add("order", bad).has_value(), bad);
  }
  for (const char* good : {"{number}", "ORD-{year}-{number:6}", "{number:18}/{year}"}) {
    CHECK_MESSAGE(formats.add("order", good).has_value(), good);
  }
}

TEST_CASE("NumberFormats: two sequences never share a counter, whatever their names") {
  using namespace std::chrono;
  NumberFormats formats;
  REQUIRE(formats.add("order/2026", "{number}").has_value());
  const Timestamp now = sys_days{2026y / November / 23};

  CHECK(formats.counter("order", now) == "order/2026");
  CHECK(formats.counter("order/2026", now) == "order/2026/");
  CHECK(formats.text("a{b}", now, 7) == "A_B_-2026-000007");
  CHECK(formats.text("order/2026", now, 1'234'567) == "1234567");
}
