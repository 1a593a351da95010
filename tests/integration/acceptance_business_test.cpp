// What several people do at once in an office: book the last tents, approve the same leave, sign the same
// timesheet.
#include <boost/json/parse.hpp>
#include <fstream>
#include <set>

#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

json::object op_of(const char* text) { return json::parse(text).as_object(); }

std::vector<json::object> all_of(Person& person, const char* type) {
  const json::object page = person.ask({{"type", "list"}, {"entityType", type}, {"limit", 500}});
  std::vector<json::object> all;
  for (const json::value& entity : page.at("entities").as_array())
    all.push_back(entity.at("data").as_object());
  return all;
}

}  // namespace

TEST_CASE(
    "Business: 32 clients number an order, book and take from one stock at once: all or nothing each time") {
  TemporaryFolder folder("acceptance-business");
  const auto config = folder.path() / "coterie.toml";
  std::ofstream(config) << "[sequences]\norder = \"ORD-{number:4}\"\n";
  ServerProcess server(folder.path() / "data", {"--config", config.string()});
  Person ann(server, "ann");
  ann.create("Stock", "tent", {{"available", 20}});
  std::vector<Person> clients;
  for (int i = 0; i < 32; ++i) clients.emplace_back(server, "client" + std::to_string(i));

  std::vector<std::uint64_t> asked;
  for (Person& client : clients) {
    // What may fail comes last: by then a number was taken and a booking made.
    asked.push_back(client.send(client.mutation(
        {op_of(R"({"op": "create", "entityType": "Order", "data": {}, "number": {"orderNumber": "order"}})"),
         op_of(R"({"op": "create", "entityType": "Booking", "data": {"product": "tent"}})"),
         op_of(R"({"op": "update", "entityType": "Stock", "entityId": "tent",
                   "increment": {"available": -1}, "guard": {"available": {"$gte": 1}}})")})));
  }
  int committed = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const json::object answer = clients[i].answer(asked[i]);
    if (answer.at("type") == "committed") {
      ++committed;
      CHECK(answer.at("results").as_array().size() == 3);
    } else {
      CHECK(answer.at("code") == "guard_failed");
      CHECK(answer.at("opIndex") == 2);
    }
  }

  CHECK(committed == 20);
  CHECK(all_of(ann, "Stock").at(0).at("available") == 0);
  CHECK(all_of(ann, "Booking").size() == 20);
  std::set<std::string> numbers;
  for (const json::object& order : all_of(ann, "Order"))
    numbers.insert(std::string(order.at("orderNumber").as_string()));
  CHECK(numbers.size() == 20);
  CHECK(*numbers.begin() == "ORD-0001");
  CHECK(*numbers.rbegin() == "ORD-0020");
}

TEST_CASE(
    "Business: two managers approve one leave at once: the balance moves once, the second is told by whom") {
  TemporaryFolder folder("acceptance-business");
  ServerProcess server(folder.path());
  Person ann(server, "ann"), ben(server, "ben"), cem(server, "cem");
  ann.create("Leave", "7", {{"employee", "ann"}, {"days", 3}, {"status", "submitted"}});
  ann.create("LeaveBalance", "ann", {{"days", 10}});
  const json::array approve{
      op_of(R"({"op": "update", "entityType": "Leave", "entityId": "7", "guard": {"status": "submitted"},
                "set": {"status": "approved"}, "stamp": {"approvedBy": "$user.id", "approvedAt": "$now"}})"),
      op_of(R"({"op": "update", "entityType": "LeaveBalance", "entityId": "ann",
                "increment": {"days": -3}, "guard": {"days": {"$gte": 3}}})")};

  const std::uint64_t of_ben = ben.send(ben.mutation(approve));
  const std::uint64_t of_cem = cem.send(cem.mutation(approve));
  const json::object first = ben.answer(of_ben), second = cem.answer(of_cem);

  const bool ben_won = first.at("type") == "committed";
  const json::object& refused = ben_won ? second : first;
  CHECK((ben_won ? first : second).at("type") == "committed");
  CHECK(refused.at("type") == "rejected");
  CHECK(refused.at("code") == "guard_failed");
  CHECK(refused.at("opIndex") == 0);
  const json::value& told = refused.at("current").at("data");
  CHECK(told.at("approvedBy") == (ben_won ? "ben" : "cem"));
  CHECK(told.at("approvedAt") == ann.get("Leave", "7").at("updatedAt"));
  CHECK(ann.get("LeaveBalance", "ann").at("data").at("days") == 7);
}

TEST_CASE(
    "Business: a leave that the balance does not cover stays submitted: what failed second undoes the "
    "first") {
  TemporaryFolder folder("acceptance-business");
  ServerProcess server(folder.path());
  Person ann(server, "ann"), ben(server, "ben");
  ann.create("Leave", "8", {{"days", 20}, {"status", "submitted"}});
  ann.create("LeaveBalance", "ann", {{"days", 10}});
  ann.join(1, "Leave", "8");

  const json::object refused = ben.ask(ben.mutation(
      {op_of(R"({"op": "update", "entityType": "Leave", "entityId": "8", "guard": {"status": "submitted"},
                 "set": {"status": "approved"}, "stamp": {"approvedBy": "$user.id"}})"),
       op_of(R"({"op": "update", "entityType": "LeaveBalance", "entityId": "ann",
                 "increment": {"days": -20}, "guard": {"days": {"$gte": 20}}})")}));

  CHECK(refused.at("code") == "guard_failed");
  CHECK(refused.at("opIndex") == 1);
  CHECK(refused.at("current").at("data").at("days") == 10);
  CHECK(ann.get("Leave", "8").at("data") == json::object{{"days", 20}, {"status", "submitted"}});
  CHECK(ann.get("Leave", "8").at("version") == 1);
  CHECK(ann.nothing_more());
}

TEST_CASE(
    "Business: of two managers who sign one timesheet at once, one succeeds; the other is told who did and "
    "when") {
  TemporaryFolder folder("acceptance-business");
  ServerProcess server(folder.path());
  Person ann(server, "ann"), ben(server, "ben"), cem(server, "cem");
  ann.create("Timesheet", "9", {{"hours", 38}, {"status", "submitted"}});
  const json::object sign = op_of(R"({"op": "update", "entityType": "Timesheet", "entityId": "9",
    "guard": {"status": "submitted"}, "set": {"status": "approved"},
    "stamp": {"approvedBy": "$user.id", "approvedAt": "$now"}})");

  const std::uint64_t of_ben = ben.send(ben.mutation({sign}));
  const std::uint64_t of_cem = cem.send(cem.mutation({sign}));
  const json::object first = ben.answer(of_ben), second = cem.answer(of_cem);

  const bool ben_won = first.at("type") == "committed";
  const json::object& refused = ben_won ? second : first;
  CHECK(refused.at("code") == "guard_failed");
  CHECK(refused.at("current").at("data").at("approvedBy") == (ben_won ? "ben" : "cem"));
  CHECK(refused.at("current").at("data").at("approvedAt").is_string());
  CHECK(ann.get("Timesheet", "9").at("version") == 2);
}
