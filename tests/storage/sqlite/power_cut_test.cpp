// What a power cut leaves: the files as they were at some instant, the end of the log torn anywhere.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/query.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"
#include "tests/support/random_document.hpp"

namespace coterie::testing {
namespace {

namespace fs = std::filesystem;

// The database as another machine would find it. The position note stays behind: it is no part of what must
// be durable.
void copy_files(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const char* name : {"coterie.db", "coterie.db-wal"}) {
    if (fs::exists(from / name)) fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing);
  }
}

SqliteOptions options_of(const fs::path& directory) {
  SqliteOptions options;
  options.directory = directory;
  return options;
}

// Two cars a commit: the number of whole commits, or nothing where one was torn or the order was lost.
std::optional<std::uint64_t> whole_commits(Store& store) {
  const auto events = store.history({{}, {}, Seq{}, {}, 100'000, 1 << 26}).value().events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].seq.value() != i / 2 + 1 || events[i].index != i % 2) return std::nullopt;
    if (!store.get(events[i].key).value()) return std::nullopt;
  }
  if (events.size() % 2 != 0 || store.position().value().seq.value() != events.size() / 2)
    return std::nullopt;
  return events.size() / 2;
}

void commit_pair(Store& store, int n) {
  const std::string id = std::to_string(n);
  BatchBuilder(store)
      .create("Car", id + "a", R"({"text":"some data to write"})")
      .create("Car", id + "b", "{}")
      .commit()
      .value();
}

}  // namespace

TEST_CASE("Power cut: everything committed is there, checkpointed or not [law 2]") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  for (int n = 1; n <= 300; ++n) {
    commit_pair(*store, n);
    if (n % 25 != 0) continue;
    const fs::path copy = fixture.directory.path() / ("copy" + std::to_string(n));
    copy_files(fixture.options.directory, copy);

    const auto found = open_sqlite_store(options_of(copy)).value();
    CHECK(whole_commits(*found) == n);
  }
}

TEST_CASE("Power cut: a log torn anywhere gives whole commits, the first ones, and goes on [law 1]") {
  CAPTURE(seed());
  RandomDocuments random(seed());
  SqliteFixture fixture;
  const auto store = fixture.open();
  for (int n = 1; n <= 40; ++n) commit_pair(*store, n);
  const fs::path whole = fixture.directory.path() / "whole";
  copy_files(fixture.options.directory, whole);
  const auto size = fs::file_size(whole / "coterie.db-wal");

  for (int round = 0; round < 25; ++round) {
    CAPTURE(round);
    const fs::path torn = fixture.directory.path() / ("torn" + std::to_string(round));
    copy_files(whole, torn);
    const auto cut = random.below(size);
    if (round % 2 == 0) {
      fs::resize_file(torn / "coterie.db-wal", cut);
    } else {  // a sector that never reached the disk
      std::fstream file(torn / "coterie.db-wal", std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(cut / 512 * 512));
      file << std::string(512, '\0');
    }

    const auto found = open_sqlite_store(options_of(torn)).value();
    const auto commits = whole_commits(*found);
    REQUIRE(commits.has_value());
    CHECK(*commits <= 40);
    commit_pair(*found, 1000);
    CHECK(whole_commits(*found) == *commits + 1);
  }
}

TEST_CASE("SQLite: a commit is synced before it returns, in the log alone [law 2]") {
  SqliteFixture fixture;
  fixture.open().reset();
  const auto database =
      Database::open(fixture.options.directory / "coterie.db", Database::Mode::write).value();
  Query synchronous(*database, "PRAGMA synchronous");
  REQUIRE(synchronous.next());
  CHECK(synchronous.integer(0) == 2);
  Query journal(*database, "PRAGMA journal_mode");
  REQUIRE(journal.next());
  CHECK(journal.text(0) == "wal");
}

}  // namespace coterie::testing
