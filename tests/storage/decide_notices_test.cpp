// Whose conflict it is, what was read, what is announced; and the notice to those who were overwritten.
#include "tests/storage/rules.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

struct Notices : Rules {
  NotificationPage told(const std::string& user, bool unread = true) {
    return store->inbox().notifications({UserId{user}, unread, {}, 50}).value();
  }
  std::vector<Announcement> live() { return store->inbox().announcements(context.now).value(); }
  Announced announced(const std::string& text, std::chrono::milliseconds ttl = 1h) {
    return std::get<Announced>(change("ann", Announce{text, Severity::info, ttl}));
  }
  // Ann's price is written over by ben's latest-wins edit.
  void overwrite() {
    committed("ann", {R"({"op":"create","entityType":"Car","entityId":"1","data":{"price":10}})"});
    committed("ann",
              {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":12}})"});
    committed("ben",
              {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":11}})",
               {},
               "latest-wins"});
  }
  // Ben's edit is in the inbox as number 1.
  void store_conflict() {
    overwrite();
    conflict("ben", {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":2,"set":{"price":9}})",
                     {},
                     {},
                     {},
                     true});
  }
};

}  // namespace

TEST_CASE("Notifications: whoever is overwritten is told, in the very batch of the edit [law 2]") {
  Notices notices;

  notices.overwrite();

  const NotificationPage page = notices.told("ann");
  REQUIRE(page.notifications.size() == 1);
  CHECK(page.unread == 1);
  const Notification& one = page.notifications[0];
  CHECK(one.id == NotificationId{1});
  CHECK(one.kind == NotificationKind::overwritten);
  CHECK(one.key == EntityKey{EntityType{"Car"}, EntityId{"1"}});
  CHECK(one.version == Version{3});
  CHECK(one.fields == std::vector{FieldPath::parse("price").value()});
  CHECK(one.user_id == UserId{"ben"});
  CHECK(notices.told("ben").notifications.empty());
}

TEST_CASE("Notifications: of very many fields some are told, and how many more there are [law 6]") {
  Notices notices;
  const auto edit = [](const char* value) {
    std::string set;
    for (int i = 0; i < 60; ++i) {
      if (i > 0) set += ',';
      set += "\"f" + std::to_string(i) + "\":" + value;
    }
    return R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{)" + set + "}}";
  };
  notices.committed("ann", {R"({"op":"create","entityType":"Car","entityId":"1","data":{}})"});
  notices.committed("ann", {edit("2")});
  notices.committed("ben", {edit("3"), {}, "latest-wins"});

  const Notification one = notices.told("ann").notifications.at(0);
  CHECK(one.fields.size() == 50);
  CHECK(one.details.at("moreFields") == 10);
}

TEST_CASE(
    "Notifications: reading marks one's own, by number or up to one, and leaves others' alone [law 8]") {
  Notices notices;
  notices.overwrite();

  notices.change("ben", MarkRead{{NotificationId{1}}, {}});
  CHECK(notices.told("ann").unread == 1);
  notices.change("ann", MarkRead{{}, NotificationId{1}});

  CHECK(notices.told("ann").unread == 0);
  CHECK(notices.told("ann").notifications.empty());
  REQUIRE(notices.told("ann", false).notifications.size() == 1);
  CHECK(notices.told("ann", false).notifications[0].read_at == notices.context.now);
}

TEST_CASE("Notifications: what a group adds is not read by what is marked within it") {
  Notices notices;
  notices.begin_group();
  notices.overwrite();
  notices.change("ann", MarkRead{{}, NotificationId{1'000'000}});
  notices.commit_group();

  CHECK(notices.told("ann").unread == 1);
}

TEST_CASE("Assign: a conflict is somebody's, who is told; and nobody's again") {
  Notices notices;
  notices.store_conflict();

  const InboxOutcome outcome = notices.change("ann", AssignConflict{ConflictId{1}, UserId{"cid"}});
  const NotificationPage told = notices.told("cid");
  notices.change("ann", AssignConflict{ConflictId{1}, {}});

  CHECK(std::get<Assigned>(outcome).assignee == UserId{"cid"});
  REQUIRE(told.notifications.size() == 1);
  CHECK(told.notifications[0].kind == NotificationKind::conflict_assigned);
  CHECK(told.notifications[0].details == object_of(R"({"conflictId":1})"));
  CHECK_FALSE(notices.store->inbox().conflict(ConflictId{1}).value()->entry.assignee.has_value());
  CHECK(notices.store->inbox().open_conflicts().value() == 1);
}

TEST_CASE("Assign: taking it oneself, or once more, tells nobody; a decided one is nobody's any more") {
  Notices notices;
  notices.store_conflict();
  notices.change("cid", AssignConflict{ConflictId{1}, UserId{"cid"}});
  notices.change("ann", AssignConflict{ConflictId{1}, UserId{"cid"}});
  CHECK(notices.told("cid").notifications.empty());

  notices.decide_stored("cid", R"("conflictId":1,"mutationId":"d","resolution":"use-theirs")");
  const InboxOutcome late = notices.change("ann", AssignConflict{ConflictId{1}, UserId{"dan"}});

  CHECK(std::get<Error>(late).code == ErrorCode::not_found);
  CHECK(notices.told("dan").notifications.empty());
}

TEST_CASE("Announcements: one stands until it expires or is withdrawn") {
  Notices notices;
  const Announced one = notices.announced("one", 1min);
  const Announced two = notices.announced("two");
  CHECK(one.ttl == 1min);
  CHECK(notices.live().size() == 2);

  notices.context.now += 1min;
  REQUIRE(notices.live().size() == 1);
  CHECK(notices.live()[0].text == "two");
  CHECK(std::holds_alternative<Withdrawn>(notices.change("ben", Withdraw{two.id})));

  CHECK(notices.live().empty());
  for (const AnnouncementId gone : {one.id, two.id, AnnouncementId{99}}) {
    CHECK(std::get<Error>(notices.change("ann", Withdraw{gone})).code == ErrorCode::not_found);
  }
}

TEST_CASE("Announcements: as many as may stand, and no more, within a group too [law 6]") {
  Notices notices;
  notices.context.inbox.announcements = 2;
  notices.announced("one");
  notices.begin_group();
  notices.announced("two");
  const InboxOutcome third = notices.change("ann", Announce{"three", Severity::info, 1h});
  notices.commit_group();
  CHECK(std::get<Error>(third).code == ErrorCode::limit);

  notices.begin_group();
  notices.change("ann", Withdraw{AnnouncementId{2}});
  const InboxOutcome fourth = notices.change("ann", Announce{"four", Severity::info, 1h});
  const InboxOutcome again = notices.change("ann", Withdraw{AnnouncementId{2}});
  notices.commit_group();

  CHECK(std::holds_alternative<Announced>(fourth));
  CHECK(std::get<Error>(again).code == ErrorCode::not_found);
  CHECK(notices.live().size() == 2);
}
