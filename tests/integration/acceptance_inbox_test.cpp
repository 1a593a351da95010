// What is kept for people holds when the power fails: conflicts to be decided, notifications, announcements.
#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

json::object update(std::uint64_t base, json::object set) {
  return {{"op", "update"},
          {"entityType", "Booking"},
          {"entityId", "42"},
          {"baseVersion", base},
          {"set", std::move(set)}};
}

json::object late_edit() {
  return {{"type", "mutate"},
          {"mutationId", "late"},
          {"onConflict", "store"},
          {"ops", json::array{update(1, {{"price", 11}, {"note", "b"}})}}};
}

json::object decision(const char* id, std::uint64_t base, json::value resolution) {
  return {{"type", "decide"},
          {"conflictId", 1},
          {"mutationId", id},
          {"baseVersion", base},
          {"resolution", std::move(resolution)}};
}

// Ann's price stands; ben's late edit is told as a conflict that is kept.
void store_conflict(const ServerProcess& server) {
  Person ann(server, "ann");
  Person ben(server, "ben");
  ann.create("Booking", "42", {{"note", "a"}, {"price", 10}});
  ann.edit(update(1, {{"price", 12}}));
  const json::object conflict = ben.ask(late_edit());
  REQUIRE(conflict.at("type") == "conflict");
  REQUIRE(conflict.at("conflictId") == 1);
}

}  // namespace

TEST_CASE(
    "Acceptance: a stored conflict outlives a crash, is decided once, and so does the decision [law 2]") {
  TemporaryFolder folder("inbox");
  {
    ServerProcess server(folder.path());
    store_conflict(server);
    server.kill();
  }
  json::object committed;
  {
    ServerProcess server(folder.path());
    Person ben(server, "ben");
    Person cid(server, "cid");
    Person dan(server, "dan");
    CHECK(ben.ask(late_edit()).at("conflictId") == 1);  // sent again: the same entry
    const json::object shown = cid.ask({{"type", "conflict"}, {"conflictId", 1}});
    CHECK(shown.at("current") == json::object{{"note", "a"}, {"price", 12}});
    CHECK(shown.at("yours") == json::object{{"note", "b"}, {"price", 11}});
    CHECK(shown.at("merged") == json::object{{"note", "b"}, {"price", 12}});

    const std::uint64_t one = cid.send(decision("by-cid", 2, "merge"));
    const std::uint64_t two = dan.send(decision("by-dan", 2, "use-mine"));
    const json::object first = cid.answer(one);
    const json::object second = dan.answer(two);
    const bool cid_won = first.at("type") == "committed";
    committed = cid_won ? first : second;
    const json::object& late = cid_won ? second : first;
    CHECK(committed.at("type") == "committed");
    CHECK(committed.at("results").as_array().at(0).at("version") == 3);
    REQUIRE(late.at("type") == "rejected");
    CHECK(late.at("code") == "decided");
    const std::string told(late.at("message").as_string());
    CHECK(
        told.starts_with(cid_won ? "cid decided it just now (merge)" : "dan decided it just now (use-mine)"));
    server.kill();
  }
  ServerProcess server(folder.path());
  Person ben(server, "ben");
  Person cid(server, "cid");
  CHECK(cid.get("Booking", "42").at("version") == 3);
  CHECK(cid.ask({{"type", "conflicts"}}).at("open") == 0);
  const json::object shown = cid.ask({{"type", "conflict"}, {"conflictId", 1}});
  CHECK(shown.at("state") == "decided");
  const json::object told = ben.ask({{"type", "notifications"}});
  REQUIRE(told.at("unread") == 1);
  CHECK(told.at("notifications").as_array().at(0).at("kind") == "conflictDecided");
  CHECK(ben.ask({{"type", "markRead"}, {"upTo", 1}}).at("unread") == 0);
}

TEST_CASE(
    "Acceptance: whoever was away is told what was written over, and an announcement stands on [law 2]") {
  TemporaryFolder folder("notices");
  {
    ServerProcess server(folder.path());
    {
      Person ann(server, "ann");
      ann.create("Booking", "42", {{"price", 10}});
      ann.edit(update(1, {{"price", 12}}));
      ann.close();
    }
    Person ben(server, "ben");
    json::object over = ben.mutation({update(1, {{"price", 11}})});
    over["strategy"] = "latest-wins";
    CHECK(ben.ask(over).at("type") == "committed");
    CHECK(ben.ask({{"type", "announce"}, {"text", "Stocktaking at four."}}).at("type") == "announced");
    CHECK(ben.ask({{"type", "announce"}, {"text", "Over."}, {"severity", "warning"}}).at("type") ==
          "announced");
    CHECK(ben.ask({{"type", "withdraw"}, {"announcementId", 2}}).at("type") == "withdrawn");
    server.kill();
  }
  ServerProcess server(folder.path());
  Person ann(server, "ann");

  const Messages pushed = ann.pushes_until(1);
  REQUIRE(pushed.size() == 1);
  CHECK(pushed.front().at("type") == "announcement");
  CHECK(pushed.front().at("text") == "Stocktaking at four.");
  CHECK(pushed.front().at("ttlMs").as_int64() <= 3'600'000);
  const json::object told = ann.ask({{"type", "notifications"}});
  CHECK(told.at("unread") == 1);
  const json::object notice = told.at("notifications").as_array().at(0).as_object();
  CHECK(notice.at("kind") == "overwritten");
  CHECK(notice.at("fields") == json::array{"price"});
  CHECK(notice.at("userId") == "ben");
}
