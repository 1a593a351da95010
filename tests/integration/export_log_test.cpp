// Data that leave in bulk: by a right of their own, and noted in the activity log.
#include "server/ops/access_file.hpp"
#include "tests/integration/account_world.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

struct World : AccountWorld {
  static ApplicationOptions options() {
    ApplicationOptions options;
    options.accounts.rules =
        *read_access(*parse_config("[access.Booking]\n"
                                   "read = [\"boss\", \"sales\", {role = \"agent\", "
                                   "where = {agent = \"$user.id\"}}]\n"
                                   "create = \"boss\"\n"
                                   "export = [\"boss\", \"agent\"]\n",
                                   "coterie.toml"));
    return options;
  }
  World() : AccountWorld(options()) {
    for (const char* id : {"1", "2", "3"}) {
      const json::object booking{{"entityId", id}, {"data", {{"agent", id[0] == '3' ? "abe" : "ann"}}}};
      REQUIRE(post("/api/v1/entities/Booking", boss, booking).status == 201);
    }
  }
  // "bob Booking: all records", oldest first.
  std::vector<std::string> noted() const {
    const Reply reply = get("/api/v1/admin/activity?kind=exported", root());
    std::vector<std::string> rows;
    for (const json::value& row : reply.body.at("activity").as_array()) {
      CHECK(row.at("address") == "127.0.0.1");
      rows.insert(rows.begin(), std::string(row.at("userId").as_string()) + ' ' +
                                    std::string(row.at("subject").as_string()) + ": " +
                                    std::string(row.at("detail").as_string()));
    }
    return rows;
  }

  std::string boss = add("bob", {"boss"});
};
using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("Exports: take a right of their own, on every page, and are noted once [law 8]") {
  const World world;
  const std::string sales = world.add("sam", {"sales"});
  const std::string list = "/api/v1/entities/Booking";
  CHECK(world.get(list, sales).status == 200);
  const Reply refused = world.get(list + "?export=true", sales);
  CHECK(refused.status == 403);
  CHECK(refused.word("member") == "export");
  CHECK(world.noted().empty());

  const Reply first = world.get(list + "?export=true&limit=2", world.boss);
  REQUIRE(first.status == 200);
  const std::string next = list + "?export=true&limit=2&cursor=" + first.word("cursor");
  CHECK(world.get(next, world.boss).status == 200);
  CHECK(world.get(next, sales).status == 403);
  CHECK(world.get(list + "?export=true&search=x", world.boss).status != 403);

  CHECK(world.noted().front() == "bob Booking: all records");
  CHECK(world.noted().size() == 2);
}

TEST_CASE("Exports: hold no more than one may read [law 8]") {
  const World world;
  const std::string abe = world.add("abe", {"agent"});
  const Reply own = world.get("/api/v1/entities/Booking?export=true&filter=%7B%7D", abe);
  REQUIRE(own.status == 200);
  CHECK(own.body.at("entities").as_array().size() == 1);
  CHECK(world.get("/api/v1/history?export=true&after=0&entityType=Booking", abe).status == 200);
  CHECK(world.get("/api/v1/history?export=true&after=0", abe).status == 403);
  CHECK(world.noted() == Rows{"abe Booking: all records", "abe Booking: the history"});
}

TEST_CASE("Exports: a named reader is noted when it begins, and when somebody else goes on under its name") {
  const World world;
  const std::string changes = "/api/v1/readers/books/changes?entityType=Booking";
  for (int i = 0; i < 3; ++i) CHECK(world.get(changes, world.boss).status == 200);
  Connection live = world.connect(world.add("eve", {"boss"}));
  const json::object request{{"type", "changes"}, {"reader", "books"}, {"entityType", "Booking"}};
  for (int i = 0; i < 2; ++i) CHECK(live.request(request)->at("type") == "changes");
  CHECK(world.get("/api/v1/readers/books/changes", world.root()).status == 200);
  CHECK(world.noted() == Rows{"bob reader books: the changes of Booking",
                              "eve reader books: the changes of Booking",
                              "root reader books: the changes of every type"});

  CHECK(world.drop("/api/v1/readers/books", world.root()).status == 204);
  CHECK(world.get(changes, world.boss).status == 200);
  CHECK(world.noted().back() == "bob reader books: the changes of Booking");
  CHECK(world.noted().size() == 4);
}
