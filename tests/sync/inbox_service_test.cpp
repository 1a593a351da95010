// Conflicts, notifications and announcements as sessions see them, on a real database.
#include "server/sync/inbox_service.hpp"

#include <doctest/doctest.h>

#include "protocol/decode.hpp"
#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

// By its members as JSON, as it would come over the wire: `"type":"conflicts"`.
ClientBody request(const std::string& members) {
  DecodeResult decoded = decode(R"({"id":1,)" + members + '}', WireLimits{}, 1 << 20);
  REQUIRE_MESSAGE(decoded.has_value(), decoded.error().error.message);
  return std::move(decoded->body);
}

ClientBody late_edit(const std::string& id, const std::string& value) {
  return request(R"("type":"mutate","mutationId":")" + id +
                 R"(","onConflict":"store","ops":[{"op":"update",)" +
                 R"("entityType":"Car","entityId":"1","baseVersion":1,"set":{"note":")" + value + R"("}}])");
}

std::vector<boost::json::object> pushes(Caller& caller, const std::string& type) {
  std::vector<boost::json::object> found;
  for (const auto& message : caller.stream()) {
    if (!message.contains("id") && text_of(message, "type") == type) found.push_back(message);
  }
  return found;
}

// Ann's note stands at version 2; ben's late one is in the inbox as number 1.
struct World : ServiceWorld {
  Caller ann{*this, "ann"};
  Caller ben{*this, "ben"};
  Caller cid{*this, "cid"};
  explicit World(WorldOptions options = {}) : ServiceWorld(options) {
    ann.ask(create("Car", "1", R"({"note":"first"})"));
    ann.ask(set("Car", "1", 1, "ann's"));
  }
  boost::json::object store_conflict() { return ben.ask(late_edit("late", "ben's")); }
  bool counts(const std::string& line) { return metrics.text().find(line) != std::string::npos; }
};

}  // namespace

TEST_CASE("Inbox: a stored conflict is listed, shown, assigned and decided, and its author is told") {
  World world;
  const auto answer = world.store_conflict();
  CHECK(text_of(answer, "type") == "conflict");
  CHECK(number_of(answer, "conflictId") == 1);
  CHECK(world.counts("coterie_conflicts_open 1"));

  const auto page = world.cid.ask(request(R"("type":"conflicts","state":"open")"));
  CHECK(number_of(page, "open") == 1);
  CHECK(page.at("conflicts").at(0).at("userId") == "ben");
  const auto shown = world.cid.ask(request(R"("type":"conflict","conflictId":1)"));
  CHECK(text_of(shown, "type") == "storedConflict");
  CHECK(shown.at("yours").at("note") == "ben's");
  CHECK(shown.at("current").at("note") == "ann's");
  CHECK(shown.at("ops").at(0).at("set").at("note") == "ben's");

  const auto assigned = world.ann.ask(request(R"("type":"assign","conflictId":1,"assignee":"cid")"));
  CHECK(text_of(assigned, "assignee") == "cid");
  REQUIRE(pushes(world.cid, "notification").size() == 1);
  CHECK(text_of(pushes(world.cid, "notification")[0], "kind") == "conflictAssigned");

  const auto decided = world.cid.ask(
      request(R"("type":"decide","conflictId":1,"mutationId":"d","baseVersion":2,"resolution":"use-mine")"));
  CHECK(text_of(decided, "type") == "committed");
  CHECK(number_of(decided, "conflictId") == 1);
  const auto notices = pushes(world.ben, "notification");
  REQUIRE(notices.size() == 1);
  CHECK(text_of(notices[0], "kind") == "conflictDecided");
  CHECK(notices[0].at("details").at("resolution") == "use-mine");
  CHECK(world.counts("coterie_conflicts_open 0"));
  CHECK(world.counts("coterie_notifications_total{kind=\"conflictDecided\"} 1"));
}

TEST_CASE("Inbox: a decision's events go to the rooms like any other's, after its answer [law 2]") {
  World world;
  world.store_conflict();
  world.cid.ask(subscribe_to(1, room_of("Car")));

  const auto decided = world.cid.ask(
      request(R"("type":"decide","conflictId":1,"mutationId":"d","baseVersion":2,"resolution":"merge")"));
  CHECK(text_of(decided, "type") == "committed");
  world.cid.ask(
      request(R"("type":"decide","conflictId":1,"mutationId":"d2","baseVersion":2,"resolution":"use-mine")"));
  world.ben.ask(set("Car", "1", 2, "later"));

  CHECK(world.cid.texts(1, 3) == Texts{"committed 2", "rejected decided", "event 3 Car/1"});
}

TEST_CASE("Inbox: what is not there is not found, and a stale decision is a conflict again [law 5]") {
  World world;
  world.store_conflict();
  world.ann.ask(set("Car", "1", 2, "again"));

  CHECK(text_of(world.cid.ask(request(R"("type":"conflict","conflictId":7)")), "code") == "not_found");
  CHECK(text_of(world.cid.ask(request(R"("type":"assign","conflictId":7,"assignee":null)")), "code") ==
        "not_found");
  const auto stale = world.cid.ask(
      request(R"("type":"decide","conflictId":1,"mutationId":"d","baseVersion":2,"resolution":"use-mine")"));
  CHECK(text_of(stale, "type") == "conflict");
  CHECK(number_of(stale, "currentVersion") == 3);
  CHECK(number_of(stale, "conflictId") == 1);
  CHECK(number_of(world.cid.ask(request(R"("type":"conflicts")")), "open") == 1);
}

TEST_CASE("Inbox: pages go on by their cursor") {
  World world;
  for (const char* id : {"m1", "m2", "m3"}) world.ben.ask(late_edit(id, id));

  const auto first = world.cid.ask(request(R"("type":"conflicts","limit":2)"));
  const auto second =
      world.cid.ask(request(R"("type":"conflicts","limit":2,"cursor":")" + text_of(first, "cursor") + '"'));

  CHECK(first.at("conflicts").at(0).at("conflictId") == 3);
  CHECK(first.at("conflicts").as_array().size() == 2);
  CHECK(second.at("conflicts").at(0).at("conflictId") == 1);
  CHECK_FALSE(second.contains("cursor"));
}

TEST_CASE("Notifications: kept for those who were away, until they say that they have read them [law 8]") {
  World world;
  world.ben.ask(set("Car", "1", 1, "over", Strategy::latest_wins));

  const auto told = world.ann.ask(request(R"("type":"notifications")"));
  CHECK(number_of(told, "unread") == 1);
  const auto& notice = told.at("notifications").at(0).as_object();
  CHECK(text_of(notice, "kind") == "overwritten");
  CHECK(pushes(world.ann, "notification")[0].at("notificationId") == notice.at("notificationId"));
  CHECK(number_of(world.ben.ask(request(R"("type":"notifications")")), "unread") == 0);

  CHECK(number_of(world.ben.ask(request(R"("type":"markRead","upTo":99)")), "unread") == 0);
  CHECK(number_of(world.ann.ask(request(R"("type":"notifications")")), "unread") == 1);
  const auto marked = world.ann.ask(request(R"("type":"markRead","notificationIds":[1])"));
  CHECK(text_of(marked, "type") == "ok");
  CHECK(number_of(marked, "unread") == 0);
  CHECK(world.ann.ask(request(R"("type":"notifications")")).at("notifications").as_array().empty());
  const auto all = world.ann.ask(request(R"("type":"notifications","unread":false)"));
  CHECK(all.at("notifications").at(0).as_object().contains("readAt"));
}

TEST_CASE("Announcements: everyone who is here is told, and whoever comes while it stands") {
  World world;
  const auto announced = world.ann.ask(request(R"("type":"announce","text":"Back at noon.","ttlMs":60000)"));
  CHECK(text_of(announced, "type") == "announced");
  CHECK(number_of(announced, "ttlMs") == 60000);
  for (Caller* one : {&world.ann, &world.ben}) {
    const auto pushed = pushes(*one, "announcement");
    REQUIRE(pushed.size() == 1);
    CHECK(text_of(pushed[0], "text") == "Back at noon.");
    CHECK(number_of(pushed[0], "ttlMs") == 60000);
  }

  world.wall += 10s;
  Caller dan(world, "dan");
  dan.hello({});
  const auto& stream = dan.stream();
  REQUIRE(stream.size() == 2);
  CHECK(text_of(stream[0], "type") == "welcome");
  CHECK(text_of(stream[1], "type") == "announcement");
  CHECK(number_of(stream[1], "ttlMs") == 50000);

  world.wall += 50s;
  Caller eve(world, "eve");
  eve.hello({});
  CHECK(eve.stream().size() == 1);
  CHECK(eve.ask(request(R"("type":"announcements")")).at("announcements").as_array().empty());
}

TEST_CASE("Announcements: a withdrawn one is taken back from everyone") {
  World world;
  world.ann.ask(request(R"("type":"announce","text":"one")"));
  world.ann.ask(request(R"("type":"announce","text":"two","severity":"warning")"));

  CHECK(text_of(world.ben.ask(request(R"("type":"withdraw","announcementId":1)")), "type") == "withdrawn");

  const auto pushed = pushes(world.cid, "announcement");
  REQUIRE(pushed.size() == 3);
  CHECK(pushed[2].at("announcementId") == 1);
  CHECK(pushed[2].at("withdrawn") == true);
  const auto live = world.cid.ask(request(R"("type":"announcements")"));
  CHECK(live.at("announcements").as_array().size() == 1);
  CHECK(live.at("announcements").at(0).at("text") == "two");
  CHECK(text_of(world.ben.ask(request(R"("type":"withdraw","announcementId":1)")), "code") == "not_found");
}
