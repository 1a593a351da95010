// What people see of an edit: it arrives, it is noticed when stale, it joins with another's, it is done once.
#include <boost/json/parse.hpp>
#include <thread>

#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

json::object update(const char* type, const char* id, std::uint64_t base, json::object set) {
  return {{"op", "update"},
          {"entityType", type},
          {"entityId", id},
          {"baseVersion", base},
          {"set", std::move(set)}};
}

}  // namespace

TEST_CASE("Acceptance: an edit of one client arrives at the other") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  Person ben(server, "ben");
  ann.create("Booking", "42", {{"status", "open"}, {"price", 10}});
  const json::object joined = ben.join(1, "Booking", "42");
  CHECK(joined.at("entities").as_array().size() == 1);

  const json::object answer = ann.edit(update("Booking", "42", 1, {{"status", "approved"}}));

  CHECK(answer.at("type") == "committed");
  const json::object event = ben.pushes_until(1).front();
  CHECK(event.at("type") == "event");
  CHECK(event.at("operation") == "UPDATE");
  CHECK(event.at("version") == 2);
  CHECK(event.at("set") == json::object{{"status", "approved"}});
  CHECK(event.at("userId") == "ann");
  CHECK(event.at("mutationId") == answer.at("mutationId"));
  CHECK(event.at("seq") == answer.at("seq"));
  CHECK(ben.nothing_more());
}

TEST_CASE("Acceptance: a stale edit is told base, current, yours, the fields and a merged proposal [law 5]") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  Person ben(server, "ben");
  ann.create("Booking", "42", {{"note", "a"}, {"price", 10}, {"returnDate", "mon"}});
  ann.edit(update("Booking", "42", 1, {{"price", 12}, {"returnDate", "tue"}}));

  const json::object conflict = ben.edit(update("Booking", "42", 1, {{"note", "b"}, {"returnDate", "wed"}}));

  CHECK(conflict.at("type") == "conflict");
  CHECK(conflict.at("baseVersion") == 1);
  CHECK(conflict.at("currentVersion") == 2);
  CHECK(conflict.at("base") == json::object{{"note", "a"}, {"price", 10}, {"returnDate", "mon"}});
  CHECK(conflict.at("current") == json::object{{"note", "a"}, {"price", 12}, {"returnDate", "tue"}});
  CHECK(conflict.at("yours") == json::object{{"note", "b"}, {"price", 10}, {"returnDate", "wed"}});
  CHECK(conflict.at("fields") ==
        json::object{{"note", "yours"}, {"price", "theirs"}, {"returnDate", "clash"}});
  CHECK(conflict.at("merged") == json::object{{"note", "b"}, {"price", 12}, {"returnDate", "tue"}});
  CHECK(conflict.at("changedBy").at(0).at("userId") == "ann");
  CHECK(ben.get("Booking", "42").at("version") == 2);
}

TEST_CASE("Acceptance: `merge` joins edits of different fields, and asks where they clash [law 5]") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  Person ben(server, "ben");
  ann.create("Booking", "42", {{"note", "a"}, {"price", 10}});
  ann.edit(update("Booking", "42", 1, {{"price", 12}}));

  json::object apart = ben.mutation({update("Booking", "42", 1, {{"note", "b"}})});
  apart["strategy"] = "merge";
  const json::object joined = ben.ask(std::move(apart));
  json::object against = ben.mutation({update("Booking", "42", 1, {{"price", 15}})});
  against["strategy"] = "merge";
  const json::object clash = ben.ask(std::move(against));

  REQUIRE(joined.at("type") == "committed");
  CHECK(joined.at("results").at(0).at("version") == 3);
  CHECK(joined.at("results").at(0).at("merged") == json::array{"price"});
  CHECK(clash.at("type") == "conflict");
  CHECK(ann.get("Booking", "42").at("data") == json::object{{"note", "b"}, {"price", 12}});
}

TEST_CASE(
    "Acceptance: a mutation sent again gets its first answer, over any connection and after kill -9 [law "
    "4]") {
  TemporaryFolder folder("acceptance");
  json::object mutation;
  json::object first;
  {
    ServerProcess server(folder.path());
    Person ann(server, "ann");
    ann.create("Stock", "tent", {{"available", 100}});
    mutation = ann.mutation({json::object{{"op", "update"},
                                          {"entityType", "Stock"},
                                          {"entityId", "tent"},
                                          {"increment", json::object{{"available", -2}}},
                                          {"return", "after"}}});
    first = without_id(ann.ask(mutation));
    REQUIRE(first.at("type") == "committed");
    Person elsewhere(server, "ann");
    CHECK(without_id(elsewhere.ask(mutation)) == first);
    Person other(server, "ben");  // the id is his own: another mutation
    CHECK(without_id(other.ask(mutation)) != first);
    server.kill();
  }

  ServerProcess server(folder.path());
  Person ann(server, "ann");
  CHECK(without_id(ann.ask(mutation)) == first);
  CHECK(ann.get("Stock", "tent").at("data") == json::object{{"available", 96}});
  json::object changed = mutation;
  changed["strategy"] = "merge";
  CHECK(ann.ask(changed).at("code") == "mutation_reused");
}

TEST_CASE("Acceptance: a mutation whose answer a kill -9 took is done once, whatever became of it [law 4]") {
  TemporaryFolder folder("acceptance");
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    json::object mutation;
    const std::string id = "t" + std::to_string(round);
    {
      ServerProcess server(folder.path());
      Person ann(server, "ann");
      ann.ask({{"type", "mutate"},
               {"mutationId", "make-" + id},
               {"ops", json::array{json::object{{"op", "create"},
                                                {"entityType", "Stock"},
                                                {"entityId", id},
                                                {"data", json::object{{"available", 10}}}}}}});
      mutation = {{"type", "mutate"},
                  {"mutationId", "take-" + id},
                  {"ops", json::array{json::object{{"op", "update"},
                                                   {"entityType", "Stock"},
                                                   {"entityId", id},
                                                   {"increment", json::object{{"available", -1}}}}}}};
      ann.send(mutation);
      std::this_thread::sleep_for(std::chrono::microseconds(300 * round));
      server.kill();
    }

    ServerProcess server(folder.path());
    Person ann(server, "ann");
    const json::object first = without_id(ann.ask(mutation));
    const json::object again = without_id(ann.ask(mutation));

    CHECK(first.at("type") == "committed");
    CHECK(first == again);
    CHECK(ann.get("Stock", id.c_str()).at("data") == json::object{{"available", 9}});
  }
}

TEST_CASE(
    "Acceptance: a stock is chosen by product and client, and the documents before and after come back") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  ann.create("Stock", "s1", {{"product", "tent"}, {"client", "c6"}, {"available", 9}});
  ann.create("Stock", "s2", {{"product", "tent"}, {"client", "c7"}, {"available", 3}});
  ann.create("Stock", "s3", {{"product", "tent"}, {"client", "c7"}, {"available", 5}});
  json::object take = json::parse(R"({"op": "update", "entityType": "Stock", "sort": "-available",
    "where": {"product": "tent", "client": "c7"}, "increment": {"available": -2},
    "guard": {"available": {"$gte": 2}}})")
                          .as_object();

  take["return"] = "after";
  const json::object after = ann.edit(take);
  take["return"] = "before";
  take["sort"] = "available";
  const json::object before = ann.edit(take);

  const json::value& taken = after.at("results").at(0);
  CHECK(taken.at("entityId") == "s3");
  CHECK(taken.at("entity").at("version") == 2);
  CHECK(taken.at("entity").at("data").at("available") == 3);
  const json::value& next = before.at("results").at(0);
  CHECK(next.at("entity").at("data").at("available") == 3);
  CHECK(next.at("version").to_number<int>() == next.at("entity").at("version").to_number<int>() + 1);
  CHECK(ann.get("Stock", "s1").at("version") == 1);
}

TEST_CASE("Acceptance: a status is approved once, stamped with who did it and when") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  Person ben(server, "ben");
  Person cem(server, "cem");
  ann.create("Timesheet", "9", {{"status", "submitted"}});
  const json::object approve = json::parse(R"({"op": "update", "entityType": "Timesheet", "entityId": "9",
    "guard": {"status": "submitted"}, "set": {"status": "approved"},
    "stamp": {"approvedBy": "$user.id", "approvedAt": "$now"}})")
                                   .as_object();

  const json::object first = ben.edit(approve);
  const json::object second = cem.edit(approve);

  CHECK(first.at("type") == "committed");
  CHECK(second.at("type") == "rejected");
  CHECK(second.at("code") == "guard_failed");
  const json::object sheet = ann.get("Timesheet", "9");
  CHECK(sheet.at("data").at("status") == "approved");
  CHECK(sheet.at("data").at("approvedBy") == "ben");
  CHECK(sheet.at("data").at("approvedAt") == sheet.at("updatedAt"));
  CHECK(sheet.at("version") == 2);
}

TEST_CASE(
    "Acceptance: of 64 clients that take 2 of 100 under a guard, 50 succeed and 14 are told what is left") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  ann.create("Stock", "tent", {{"available", 100}});
  ann.join(1, "Stock");
  std::vector<Person> takers;
  for (int i = 0; i < 64; ++i) takers.emplace_back(server, "taker" + std::to_string(i));
  const json::object take = json::parse(R"({"op": "update", "entityType": "Stock", "entityId": "tent",
    "increment": {"available": -2}, "guard": {"available": {"$gte": 2}}})")
                                .as_object();

  std::vector<std::uint64_t> asked;
  for (Person& taker : takers) asked.push_back(taker.send(taker.mutation({take})));
  int committed = 0;
  int refused = 0;
  for (std::size_t i = 0; i < takers.size(); ++i) {
    const json::object answer = takers[i].answer(asked[i]);
    if (answer.at("type") == "committed") {
      ++committed;
      continue;
    }
    ++refused;
    CHECK(answer.at("code") == "guard_failed");
    CHECK(answer.at("current").at("data") == json::object{{"available", 0}});
  }

  CHECK(committed == 50);
  CHECK(refused == 14);
  std::int64_t left = 100;
  for (const json::object& event : ann.pushes_until(50)) {
    left -= 2;
    CHECK(event.at("set") == json::object{{"available", left}});
  }
  CHECK(left == 0);
  CHECK(ann.nothing_more());
}
