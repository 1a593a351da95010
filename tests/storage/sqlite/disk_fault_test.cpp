// A disk that is full or broken: what is refused, what is unknown, and how the store goes on.
#include <doctest/doctest.h>

#include <limits>

#include "tests/storage/sqlite/faulty_files.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {

TEST_CASE("Disk: nearly full refuses writes before anything is written, and serves reads") {
  SqliteFixture fixture;
  { add_cars(*fixture.open(), 1, 1); }
  fixture.options.least_free_bytes = std::numeric_limits<std::uint64_t>::max();
  const auto store = fixture.open();

  const auto refused = BatchBuilder(*store).create("Car", "2", "{}").commit();

  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::unavailable);
  CHECK(refused.error().retry);
  CHECK(store->get(key_of("Car", "1")).value().has_value());
  CHECK(store->position().value().seq == Seq{1});
}

TEST_CASE("Disk: full during a commit changes nothing and says so; with space it goes on [law 5]") {
  SqliteFixture fixture;
  FaultyFiles files;
  const auto store = fixture.open();
  const auto reader = fixture.open_reader();
  add_cars(*store, 1, 3);

  files.set(FaultyFiles::Fault::log_full);
  const auto refused =
      BatchBuilder(*store).update("Car", "1", R"({"n":2})").create("Car", "4", "{}").commit();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::unavailable);
  CHECK(refused.error().retry);
  CHECK(store->position().value().seq == Seq{3});
  CHECK(store->get(key_of("Car", "1")).value()->meta.version == Version{1});
  CHECK_FALSE(reader->get(key_of("Car", "4")).value().has_value());

  files.set(FaultyFiles::Fault::none);
  CHECK(BatchBuilder(*store).update("Car", "1", R"({"n":2})").create("Car", "4", "{}").commit().has_value());
  CHECK(reader->position().value().seq == Seq{4});
}

TEST_CASE("Disk: a failed sync is unknown; after recover() the seq tells, also after another start [law 2]") {
  SqliteFixture fixture;
  FaultyFiles files;
  Seq known;
  {
    const auto store = fixture.open();
    const auto reader = fixture.open_reader();
    add_cars(*store, 1, 3);

    files.set(FaultyFiles::Fault::log_sync_fails);
    const auto unknown = BatchBuilder(*store).create("Car", "4", "{}").commit();
    REQUIRE_FALSE(unknown.has_value());
    CHECK_FALSE(unknown.error().retry);
    CHECK_FALSE(BatchBuilder(*store).create("Car", "5", "{}").commit().has_value());  // not before recover()
    CHECK_FALSE(store->recover().has_value());  // not while the disk is broken

    files.set(FaultyFiles::Fault::none);
    const auto recovered = store->recover();
    REQUIRE(recovered.has_value());
    known = *recovered;
    CHECK((known == Seq{3} || known == Seq{4}));
    CHECK(store->get(key_of("Car", "4")).value().has_value() == (known == Seq{4}));
    CHECK(reader->position().value().seq == known);
  }
  const auto store = fixture.open();
  CHECK(store->position().value().seq == known);
  CHECK(BatchBuilder(*store).create("Car", "6", "{}").commit().has_value());
}

TEST_CASE("Disk: a failed sync while answers are forgotten stops commits until recover() [law 2]") {
  SqliteFixture fixture;
  FaultyFiles files;
  const auto store = fixture.open();
  BatchBuilder(*store).create("Car", "1", "{}").answer("ann", "m1", "x").commit().value();

  files.set(FaultyFiles::Fault::log_sync_fails);
  CHECK_FALSE(store->trim_answers(time_at(Seq{100}), 0).has_value());
  files.set(FaultyFiles::Fault::none);

  const auto refused = BatchBuilder(*store).create("Car", "2", "{}").commit();
  REQUIRE_FALSE(refused.has_value());
  CHECK_FALSE(refused.error().retry);
  CHECK(store->recover().value() == Seq{1});
  CHECK(BatchBuilder(*store).create("Car", "2", "{}").commit().has_value());
}

}  // namespace coterie::testing
