#include "storage/sqlite/sqlite_store.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {

TEST_CASE("SQLite: everything is there again after the store was closed and opened [law 4]") {
  SqliteFixture fixture;
  Position before;
  {
    const auto store = fixture.open();
    BatchBuilder(*store)
        .create("Car", "1", R"({"n":1})")
        .answer("ann", "m1", "x")
        .number("order", 3)
        .commit()
        .value();
    BatchBuilder(*store).update("Car", "1", R"({"n":2})").create("Bus", "1", "{}").commit().value();
    before = store->position().value();
  }

  const auto store = fixture.open();

  CHECK(store->position().value() == before);
  CHECK(store->get(key_of("Car", "1")).value()->data == R"({"n":2})");
  CHECK(store->answer(UserId{"ann"}, MutationId{"m1"}).value()->body == "x");
  CHECK(store->sequence("order").value() == 3);
  CHECK_FALSE(BatchBuilder(*store).answer("ann", "m1", "again").commit().has_value());
  CHECK(BatchBuilder(*store).update("Car", "1", R"({"n":3})").create("Car", "2", "{}").commit().has_value());
  CHECK(store->position().value().seq == Seq{3});
}

TEST_CASE("SQLite: a second server on one directory is refused and told what to do") {
  SqliteFixture fixture;
  auto store = fixture.open();

  const auto second = open_sqlite_store(fixture.options);

  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::unavailable);
  CHECK(second.error().message.find(fixture.options.directory.string()) != std::string::npos);
  CHECK(second.error().message.find("(process " + std::to_string(getpid()) + ")") != std::string::npos);
  CHECK(second.error().message.find("--url") != std::string::npos);
  store.reset();
  CHECK(open_sqlite_store(fixture.options).has_value());
}

TEST_CASE("SQLite: what cannot be opened is refused with its path") {
  SqliteFixture fixture;

  SUBCASE("a reader where there is no database") {
    const auto reader = open_sqlite_reader(fixture.options);
    REQUIRE_FALSE(reader.has_value());
    CHECK(reader.error().message.find("coterie.db") != std::string::npos);
  }
  SUBCASE("a directory that cannot be made") {
    fixture.options.directory = "/dev/null/data";
    const auto store = open_sqlite_store(fixture.options);
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().message.find("/dev/null/data") != std::string::npos);
  }
}

TEST_CASE("SQLite: readers see whole batches at one position while the writer goes on [law 3]") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  BatchBuilder(*store).create("Pair", "a", R"({"n":0})").create("Pair", "b", R"({"n":0})").commit().value();
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::atomic<int> read = 0;

  std::thread reading([&] {
    const auto reader = fixture.open_reader();
    ListQuery query;
    query.type = EntityType{"Pair"};
    Seq last;
    while (!done || read == 0) {
      const Page page = reader->list(query).value();
      const bool whole = page.entities.size() == 2 && page.entities[0].data == page.entities[1].data &&
                         page.entities[0].meta.version.value() == page.position.seq.value();
      if (!whole || page.position.seq < last) ++torn;
      last = page.position.seq;
      ++read;
    }
  });
  for (int i = 1; i <= 300; ++i) {
    const std::string set = R"({"n":)" + std::to_string(i) + "}";
    BatchBuilder(*store).update("Pair", "a", set).update("Pair", "b", set).commit().value();
  }
  done = true;
  reading.join();

  CHECK(torn == 0);
  CHECK(read > 0);
}

TEST_CASE("SQLite: any version of a record edited thousands of times is found from either side") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  BatchBuilder(*store).create("Car", "1", R"({"n":1})").commit().value();
  for (int group = 0; group < 30; ++group) {
    BatchBuilder builder(*store);
    for (int i = 0; i < 100; ++i) {
      if (i > 0) builder.next_commit();
      builder.update("Car", "1", R"({"n":)" + std::to_string(group * 100 + i + 2) + "}");
    }
    builder.commit().value();
  }

  for (const std::uint64_t version : {1, 2, 255, 256, 257, 1500, 1501, 2744, 2745, 3000, 3001}) {
    const auto then = store->get_at(key_of("Car", "1"), Version{version}).value();
    REQUIRE(then.has_value());
    CHECK(then->data == R"({"n":)" + std::to_string(version) + "}");
    CHECK(then->meta.updated_at == time_at(Seq{version}));
    CHECK(then->meta.created_at == time_at(Seq{1}));
  }
  for (const std::uint64_t after : {0, 1, 1000, 2990, 3000, 3001}) {
    const LogPage page =
        store->log({Seq{after}, {RoomKey{EntityType{"Car"}, EntityId{"1"}}}, 10, 1 << 20}).value();
    CHECK(page.events.size() == std::min<std::uint64_t>(10, 3001 - after));
    if (!page.events.empty()) CHECK(page.events.front().seq == Seq{after + 1});
  }
}

TEST_CASE("SQLite: a search of the log for a rare room ends early and says how far it came [law 6]") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  BatchBuilder(*store).create("Car", "1", R"({"n":0})").commit().value();
  for (int group = 0; group < 25; ++group) {
    BatchBuilder builder(*store);
    for (int i = 0; i < 1000; ++i) {
      if (i > 0) builder.next_commit();
      builder.update("Car", "1", R"({"n":)" + std::to_string(group * 1000 + i + 1) + "}");
    }
    builder.commit().value();
  }
  BatchBuilder(*store).create("Bus", "1", "{}").commit().value();

  LogQuery query{Seq{}, {RoomKey{EntityType{"Bus"}, {}}}, 1000, 1 << 20};
  const LogPage first = store->log(query).value();
  CHECK(first.events.empty());
  CHECK_FALSE(first.at_head);
  CHECK(first.up_to == Seq{20'000});
  query.after = first.up_to;
  const LogPage second = store->log(query).value();
  CHECK(second.events.size() == 1);
  CHECK(second.at_head);
}

TEST_CASE("SQLite: the window for resuming ends by age as well") {
  SqliteFixture fixture;
  fixture.options.resume_age = std::chrono::seconds(100);
  const auto store = fixture.open();
  add_cars(*store, 1, 200);  // a second each

  fixture.now = time_at(Seq{200});
  CHECK(store->resume_floor().value() == Seq{99});  // the event of seq 100 is just young enough
  fixture.now = time_at(Seq{1000});
  CHECK(store->resume_floor().value() == Seq{200});  // who has everything may always go on
  add_cars(*store, 201, 201);
  fixture.now = time_at(Seq{210});
  CHECK(store->resume_floor().value() == Seq{109});
}

}  // namespace coterie::testing
