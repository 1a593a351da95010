// Guards, `where`, all or none, and each mutation once.
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;

namespace {

std::string stock(const std::string& id, const std::string& product, int available) {
  return R"({"op":"create","entityType":"Stock","entityId":")" + id + R"(","data":{"product":")" + product +
         R"(","available":)" + std::to_string(available) + "}}";
}

std::string take(int count, const std::string& more = "") {
  const std::string n = std::to_string(count);
  return R"({"op":"update","entityType":"Stock","where":{"product":"tent"},"sort":"-available","increment":)"
         R"({"available":-)" +
         n + R"(},"guard":{"available":{"$gte":)" + n + "}}" + more + "}";
}

Rules with_stocks() {
  Rules rules;
  rules.committed("ann", {stock("a", "tent", 3) + "," + stock("b", "tent", 5) + "," + stock("c", "boat", 9)});
  return rules;
}

std::string id_of(const boost::json::object& answer, std::size_t index = 0) {
  return std::string(answer.at("results").at(index).at("entityId").as_string());
}

}  // namespace

TEST_CASE("decide: where takes the first match in its sort that passes the guard") {
  Rules rules = with_stocks();

  CHECK(id_of(rules.committed("ann", {take(4)})) == "b");
  CHECK(id_of(rules.committed("ann", {take(2)})) == "a");
  CHECK(rules.data("Stock", "a") == R"({"product":"tent","available":1})");
  CHECK(rules.data("Stock", "b") == R"({"product":"tent","available":1})");
}

TEST_CASE("decide: within a group where sees what the group has changed [law 5]") {
  Rules rules = with_stocks();
  rules.begin_group();

  CHECK(id_of(rules.committed("ann", {take(3)})) == "b");  // 5, now 2
  CHECK(id_of(rules.committed("ann", {take(2)})) == "a");  // 3, now 1
  CHECK(id_of(rules.committed("ann", {take(2)})) == "b");  // 2, now 0
  rules.committed("ann", {stock("d", "tent", 7)});
  CHECK(id_of(rules.committed("ann", {take(2)})) == "d");
  rules.committed("ann", {R"({"op":"delete","entityType":"Stock","entityId":"d","baseVersion":2})"});
  const Rejected none = rules.rejected("ann", {take(2)});
  rules.commit_group();

  CHECK(none.code == RejectedCode::guard_failed);
  REQUIRE(none.current.has_value());
  CHECK(none.current->meta.key.id == EntityId{"a"});
  CHECK(none.current->data == R"({"product":"tent","available":1})");
}

TEST_CASE(
    "decide: where without any match is not_found, with one that fails the guard guard_failed [law 5]") {
  Rules rules = with_stocks();
  const std::string ship =
      R"({"op":"update","entityType":"Stock","where":{"product":"ship"},"guard":{"available":1},"increment":{"n":1}})";

  CHECK(rules.rejected("ann", {ship}).code == RejectedCode::not_found);
  const Rejected why = rules.rejected("ann", {take(6)});
  CHECK(why.code == RejectedCode::guard_failed);
  CHECK(why.current->meta.key.id == EntityId{"b"});
  CHECK(why.guard.has_value());
}

TEST_CASE("decide: a mutation's where passes over what the mutation has changed itself") {
  Rules rules = with_stocks();

  const auto answer = rules.committed("ann", {take(2) + "," + take(2)});

  CHECK(id_of(answer, 0) == "b");
  CHECK(id_of(answer, 1) == "a");
  const Rejected third = rules.rejected("ann", {take(1) + "," + take(1) + "," + take(1)});
  CHECK(third.op_index == 2);
  CHECK(third.code == RejectedCode::not_found);
  const std::string named =
      R"({"op":"update","entityType":"Stock","entityId":"b","increment":{"available":1}})";
  CHECK(rules.rejected("ann", {take(1) + "," + named}).code == RejectedCode::invalid);
}

TEST_CASE("decide: a failed guard answers with the record and the guard, and changes nothing [law 5]") {
  Rules rules = with_stocks();

  const Rejected why =
      rules.rejected("ann", {R"({"op":"update","entityType":"Stock","entityId":"a","guard":)"
                             R"({"$version":2,"available":3},"increment":{"available":-1}})"});

  CHECK(why.code == RejectedCode::guard_failed);
  REQUIRE(why.current.has_value());
  CHECK(why.current->meta.version == Version{1});
  CHECK(why.guard->at("available").as_int64() == 3);
}

TEST_CASE("decide: all operations commit under one seq, or none does [law 5]") {
  Rules rules = with_stocks();
  const std::string fine =
      R"({"op":"update","entityType":"Stock","entityId":"a","increment":{"available":1}})";
  const std::string number = R"({"op":"create","entityType":"Order","data":{},"number":{"no":"order"}})";

  const auto both = rules.committed("ann", {fine + "," + number});
  const Rejected why = rules.rejected("ann", {fine + "," + number + "," + take(100)});
  rules.committed("ann", {number});

  CHECK(why.op_index == 2);
  const auto log = rules.log();
  REQUIRE(log.size() == 6);
  CHECK(log[3].seq == Seq{2});
  CHECK(log[3].index == 0);
  CHECK(log[4].seq == Seq{2});
  CHECK(log[4].index == 1);
  CHECK(both.at("seq").as_int64() == 2);
  CHECK(log[5].seq == Seq{3});
  CHECK(log[5].set == R"({"no":"ORDER-2026-000002"})");
}

TEST_CASE("decide: a repeat gets the first answer again and changes nothing [law 4]") {
  Rules rules = with_stocks();
  const Mutation once = coterie::testing::mutation_of({take(2), "m1"});

  const Decision first = rules.decide_for("ann", once);
  const std::string after = rules.state();
  const Decision again = rules.decide_for("ann", once);

  REQUIRE(std::holds_alternative<CommittedAnswer>(first.outcome));
  REQUIRE(std::holds_alternative<Repeated>(again.outcome));
  CHECK(std::get<Repeated>(again.outcome).body == std::get<CommittedAnswer>(first.outcome).body);
  CHECK(rules.state() == after);
}

TEST_CASE("decide: a repeat within the same group gets the first answer too [law 4]") {
  Rules rules = with_stocks();
  rules.begin_group();

  const Decision first = rules.decide_for("ann", {take(2), "m1"});
  const Decision again = rules.decide_for("ann", {take(2), "m1"});

  CHECK(std::get<Repeated>(again.outcome).body == std::get<CommittedAnswer>(first.outcome).body);
  CHECK(rules.commit_group().size() == 1);
}

TEST_CASE("decide: the same id with other content is refused; another user's id is another's [law 4]") {
  Rules rules = with_stocks();
  rules.committed("ann", {take(1), "m1"});

  CHECK(rules.rejected("ann", {take(2), "m1"}).code == RejectedCode::mutation_reused);
  rules.committed("ben", {take(2), "m1"});
}

TEST_CASE("decide: a refusal is not kept: the same mutation is decided afresh [law 4]") {
  Rules rules = with_stocks();

  CHECK(rules.rejected("ann", {take(6), "m1"}).code == RejectedCode::guard_failed);
  rules.committed("ann", {stock("e", "tent", 6)});
  rules.committed("ann", {take(6), "m1"});
}
