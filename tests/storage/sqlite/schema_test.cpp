#include "storage/sqlite/schema.hpp"

#include <doctest/doctest.h>

#include <array>

#include "storage/sqlite/query.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {
namespace {

// A history that never was: what matters is how it is walked.
constexpr std::array<Migration, 3> kSteps{{
    {1, "CREATE TABLE note(text TEXT NOT NULL); INSERT INTO note VALUES('first');"},
    {2, "ALTER TABLE note ADD COLUMN size INTEGER; UPDATE note SET size=length(text);"},
    {3, "CREATE INDEX note_by_size ON note(size);"},
}};
constexpr std::array<Migration, 3> kThirdFails{
    {kSteps[0], kSteps[1], {3, "DELETE FROM note; SELECT nothing;"}}};

struct File {
  TemporaryDirectory directory;
  std::unique_ptr<Database> database =
      Database::open(directory.path() / "a.db", Database::Mode::write).value();
  std::int64_t ask(std::string_view sql) {
    Query query(*database, sql);
    REQUIRE(query.next());
    return query.integer(0);
  }
};

}  // namespace

TEST_CASE("Schema: a new database takes every step, a second opening none") {
  File file;
  REQUIRE(migrate(*file.database, kSteps).has_value());
  REQUIRE(migrate(*file.database, kSteps).has_value());

  CHECK(file.ask("PRAGMA user_version") == 3);
  CHECK(file.ask("SELECT count(*) FROM note") == 1);
  CHECK(file.ask("SELECT size FROM note") == 5);
  CHECK(check_schema(*file.database, kSteps).has_value());
}

TEST_CASE("Schema: an old database is brought up to date with what it holds") {
  File file;
  REQUIRE(migrate(*file.database, std::span(kSteps).first(1)).has_value());
  REQUIRE(file.database->run("INSERT INTO note VALUES('old')").has_value());
  CHECK_FALSE(check_schema(*file.database, kSteps).has_value());

  REQUIRE(migrate(*file.database, kSteps).has_value());

  CHECK(file.ask("PRAGMA user_version") == 3);
  CHECK(file.ask("SELECT sum(size) FROM note") == 8);
}

TEST_CASE("Schema: a database of the first version gets the inbox, and keeps what it holds") {
  File file;
  REQUIRE(migrate(*file.database, migrations().first(1)).has_value());
  REQUIRE(file.database->run("INSERT INTO sequence(name,value) VALUES('order/2026',4)").has_value());

  REQUIRE(migrate(*file.database, migrations()).has_value());

  CHECK(file.ask("SELECT value FROM sequence") == 4);
  for (const char* table : {"conflict", "notification", "announcement"}) {
    CHECK(file.ask(std::string("SELECT count(*) FROM ") + table) == 0);
  }
}

TEST_CASE("Schema: a step that fails is taken back whole, and those before it stay") {
  File file;
  CHECK_FALSE(migrate(*file.database, kThirdFails).has_value());

  CHECK(file.ask("PRAGMA user_version") == 2);
  CHECK(file.ask("SELECT count(*) FROM note") == 1);
  CHECK(migrate(*file.database, kSteps).has_value());
}

TEST_CASE("Schema: a newer database is refused, untouched, with what to do") {
  File file;
  REQUIRE(migrate(*file.database, kSteps).has_value());

  const auto refused = migrate(*file.database, std::span(kSteps).first(2));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("schema version 3") != std::string::npos);
  CHECK(refused.error().message.find("newer coterie") != std::string::npos);
  CHECK_FALSE(check_schema(*file.database, std::span(kSteps).first(2)).has_value());
  CHECK(file.ask("PRAGMA user_version") == 3);
}

TEST_CASE("Schema: another program's database is refused, untouched") {
  File file;
  REQUIRE(file.database->run("CREATE TABLE theirs(x)").has_value());

  CHECK_FALSE(migrate(*file.database, kSteps).has_value());
  CHECK(file.ask("SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE("Schema: a store of a newer program is refused by store and reader alike") {
  SqliteFixture fixture;
  fixture.open().reset();
  const auto file = fixture.options.directory / "coterie.db";
  REQUIRE(Database::open(file, Database::Mode::write).value()->run("PRAGMA user_version=99").has_value());

  CHECK_FALSE(open_sqlite_store(fixture.options).has_value());
  CHECK_FALSE(open_sqlite_reader(fixture.options).has_value());
}

TEST_CASE("Schema: the real steps are numbered from 1 without holes") {
  int version = 0;
  for (const Migration& step : migrations()) CHECK(step.version == ++version);
}

}  // namespace coterie::testing
