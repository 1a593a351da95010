// One epoch is one history: a database that went back in time begins another.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {
namespace {

namespace fs = std::filesystem;

Epoch epoch_after_opening(SqliteFixture& fixture) { return fixture.open()->position().value().epoch; }

}  // namespace

TEST_CASE("Epoch: it stays from start to start, and each database has its own") {
  SqliteFixture one;
  SqliteFixture other;
  const Epoch epoch = epoch_after_opening(one);
  add_cars(*one.open(), 1, 3);

  CHECK(epoch_after_opening(one) == epoch);
  CHECK(epoch_after_opening(other) != epoch);
}

TEST_CASE("Epoch: a backup put in place of the database begins a new one, with the backup's records") {
  SqliteFixture fixture;
  const fs::path data = fixture.options.directory;
  add_cars(*fixture.open(), 1, 3);
  const Epoch epoch = epoch_after_opening(fixture);
  fs::copy_file(data / "coterie.db", data / "backup.db");
  add_cars(*fixture.open(), 4, 5);

  fs::copy_file(data / "backup.db", data / "coterie.db", fs::copy_options::overwrite_existing);
  const Position restored = fixture.open()->position().value();

  CHECK(restored.epoch != epoch);
  CHECK(restored.seq == Seq{3});
  CHECK(epoch_after_opening(fixture) == restored.epoch);

  // The same backup once more: its old epoch must not come back either.
  fs::copy_file(data / "backup.db", data / "coterie.db", fs::copy_options::overwrite_existing);
  const Epoch again = epoch_after_opening(fixture);
  CHECK(again != epoch);
  CHECK(again != restored.epoch);
}

TEST_CASE("Epoch: a database without its note, which somebody put there, begins a new one") {
  SqliteFixture fixture;
  add_cars(*fixture.open(), 1, 3);
  const Epoch epoch = epoch_after_opening(fixture);

  fs::remove(fixture.options.directory / "coterie.position");

  CHECK(epoch_after_opening(fixture) != epoch);
}

TEST_CASE("Epoch: a note that lags behind, as after a crash, changes nothing") {
  SqliteFixture fixture;
  const fs::path data = fixture.options.directory;
  add_cars(*fixture.open(), 1, 3);
  const Epoch epoch = epoch_after_opening(fixture);
  fs::copy_file(data / "coterie.position", data / "note");
  add_cars(*fixture.open(), 4, 5);

  fs::copy_file(data / "note", data / "coterie.position", fs::copy_options::overwrite_existing);
  const Position position = fixture.open()->position().value();

  CHECK(position.epoch == epoch);
  CHECK(position.seq == Seq{5});
}

}  // namespace coterie::testing
