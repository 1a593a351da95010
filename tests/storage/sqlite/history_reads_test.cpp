// The history of a long log: a page looks at a bounded part of it and leads on; the blocks stay right over
// reopening, over a batch that was taken back, and for a log that was there before them. Laws 1, 6.
#include <doctest/doctest.h>

#include <random>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/schema.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {
namespace {

void add_many(Store& store, std::string_view type, int commits, int events) {
  static int next = 0;
  for (int commit = 0; commit < commits; ++commit) {
    BatchBuilder builder(store);
    for (int i = 0; i < events; ++i) builder.create(type, std::to_string(++next), "{}");
    builder.commit().value();
  }
}

std::vector<DataSyncEvent> whole_log(Reader& reader) {
  return reader.history({{}, {}, Seq{}, {}, 1'000'000, 1 << 30}).value().events;
}

struct Walk {
  std::vector<DataSyncEvent> events;
  int pages = 0;
};

Walk walk(Reader& reader, HistoryQuery query) {
  Walk walk;
  for (;;) {
    ++walk.pages;
    REQUIRE(walk.pages < 1000);
    const HistoryPage page = reader.history(query).value();
    walk.events.insert(walk.events.end(), page.events.begin(), page.events.end());
    if (!page.next) return walk;
    (query.after ? query.after : query.before) = page.next;
  }
}

std::int64_t ask(const std::filesystem::path& file, std::string_view sql) {
  const auto database = Database::open(file, Database::Mode::read).value();
  Query query(*database, sql);
  REQUIRE(query.next());
  return query.integer(0);
}

}  // namespace

TEST_CASE("History: a page that finds little ends after a bounded way and leads on [law 6]") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  BatchBuilder first(*store);
  first.create("Car", "first", "{}");
  first.batch().events[0].user_id = UserId{"rare"};
  first.commit().value();
  add_many(*store, "Car", 45, 500);
  const auto reader = fixture.open_reader();

  HistoryQuery query;
  query.user = UserId{"rare"};
  const HistoryPage page = reader->history(query).value();
  CHECK(page.events.empty());
  REQUIRE(page.next.has_value());
  CHECK(*page.next == Seq{7});  // forty commits of 500

  const Walk back = walk(*reader, query);
  CHECK(back.events.size() == 1);
  CHECK(back.pages == 2);
  query.after = Seq{};
  CHECK(walk(*reader, query).events == back.events);
}

TEST_CASE("History: a rare type is found in one page of a long log") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  for (int i = 0; i < 30; ++i) {
    BatchBuilder(*store).create("Bus", std::to_string(i), "{}").commit().value();
    add_many(*store, "Car", 2, 500);
  }
  const auto reader = fixture.open_reader();
  HistoryQuery query;
  query.type = EntityType{"Bus"};
  const Walk back = walk(*reader, query);
  CHECK(back.events.size() == 30);
  CHECK(back.pages == 1);
  CHECK(back.events.front().key.id == EntityId{"29"});
}

TEST_CASE("History: the blocks stay right when the store is opened again and a batch is taken back") {
  SqliteFixture fixture;
  std::mt19937 random(20261126);
  const char* const types[] = {"Car", "Bus", "Van", "Tram"};
  auto store = fixture.open();
  int made = 0;
  for (int step = 0; step < 300; ++step) {
    BatchBuilder builder(*store);
    const int events = 1 + static_cast<int>(random() % 5);
    const std::string_view type = types[random() % 10 == 0 ? random() % 4 : 0];
    for (int i = 0; i < events; ++i) builder.create(type, "r" + std::to_string(++made), "{}");
    if (random() % 8 == 0) {
      builder.number("n", 1);
      Batch broken = builder.batch();
      broken.sequences.push_back(
          broken.sequences.front());  // given twice: refused after the events were written
      CHECK_FALSE(store->commit(broken).has_value());
      continue;
    }
    builder.commit().value();
    if (random() % 25 == 0) {
      store.reset();
      store = fixture.open();
    }
  }

  const std::vector<DataSyncEvent> all = whole_log(*store);
  for (const char* type : types) {
    std::vector<DataSyncEvent> wanted;
    for (const DataSyncEvent& event : all) {
      if (event.key.type.value() == type) wanted.push_back(event);
    }
    HistoryQuery query;
    query.type = EntityType{type};
    query.after = Seq{};
    query.limit = 9;
    CHECK(walk(*store, query).events == wanted);
  }
  const auto file = fixture.options.directory / "coterie.db";
  CHECK(ask(file, "SELECT count(*) FROM block") >= static_cast<std::int64_t>(all.size() / 128));
  CHECK(
      ask(file,
          "SELECT count(*) FROM block b WHERE b.events <> (SELECT count(*) FROM event WHERE n < b.first)") ==
      0);
}

TEST_CASE("History: a log from before there were blocks is cut into them once") {
  SqliteFixture fixture;
  std::filesystem::create_directories(fixture.options.directory);
  const auto file = fixture.options.directory / "coterie.db";
  {
    auto old = Database::open(file, Database::Mode::write).value();
    REQUIRE(migrate(*old, migrations().first(1)).has_value());
    REQUIRE(
        old->run("WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM i WHERE x<1000) "
                 "INSERT INTO event SELECT x*1024, x, CASE WHEN x%300=0 THEN 'Bus' ELSE 'Car' END, 'r'||x, "
                 "1, 0, "
                 "1767225600000+x*1000, 'u', '', '', '', 0, '{}', '[]', '{}' FROM i;"
                 "INSERT INTO entity SELECT eid, type, id, 1, 0, at, user, at, user, NULL, '{}' FROM event;")
            .has_value());
  }
  const auto store = fixture.open();
  BatchBuilder(*store).create("Bus", "new", "{}").commit().value();
  HistoryQuery query;
  query.type = EntityType{"Bus"};
  const auto events = walk(*store, query).events;
  REQUIRE(events.size() == 4);
  CHECK(events.front().key.id == EntityId{"new"});
  CHECK(events.back().key.id == EntityId{"r300"});

  query = {};
  query.since = events.back().timestamp;
  query.until = events.back().timestamp;
  CHECK(walk(*store, query).events.size() == 1);
  CHECK(store->rest_of_log(Seq{400}).value().events == 601);
}

TEST_CASE(
    "Retention: what was purged is still counted, and the window keeps its floor over a restart [law 3]") {
  SqliteFixture fixture;
  fixture.options.resume_events = 50;
  auto store = fixture.open();
  BatchBuilder(*store).create("Car", "1", R"({"n":0})").commit().value();
  for (int i = 1; i < 200; ++i) {
    BatchBuilder(*store).update("Car", "1", R"({"n":)" + std::to_string(i) + "}").commit().value();
  }
  const Seq floor = store->resume_floor().value();
  CHECK(floor == Seq{150});
  PurgeStep step;
  step.type = EntityType{"Car"};
  step.limit = floor;
  step.retention.versions = 1;
  CHECK(store->purge(step).value().events == 150);
  CHECK(store->resume_floor().value() == floor);

  store.reset();
  fixture.options.resume_events = 1000;  // a longer window does not bring back what is gone
  store = fixture.open();
  CHECK(store->resume_floor().value() == floor);
  CHECK(store->purged().value() == Seq{150});
  BatchBuilder(*store).update("Car", "1", R"({"n":-1})").commit().value();
  CHECK(store->position().value().seq == Seq{201});
  CHECK(store->log({floor, {}, 1000, 1 << 20}).value().events.size() == 51);
}

}  // namespace coterie::testing
