// The full-text index behind the writer: bounded steps, a lag that is told, another setting that fills anew.
#include <doctest/doctest.h>

#include "storage/sqlite/query.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {
namespace {

const EntityType kCar{"Car"};

std::vector<FieldPath> fields(std::string_view path) { return {FieldPath::parse(path).value()}; }

int settle(Store& store) {
  int steps = 1;
  for (; store.fill_search().value().more; ++steps) REQUIRE(steps < 10'000);
  return steps;
}

ListQuery search(std::string_view words) {
  ListQuery query;
  query.type = kCar;
  query.search = Search::parse(words).value();
  query.limit = 500;
  return query;
}

std::size_t found(Reader& reader, std::string_view words) {
  return reader.list(search(words)).value().entities.size();
}

void add_named(Store& store, int first, int last, std::string_view name) {
  for (int i = first; i <= last; i += 100) {
    BatchBuilder builder(store);
    for (int at = i; at < i + 100 && at <= last; ++at) {
      builder.create("Car", std::to_string(at), R"({"name":")" + std::string(name) + R"(","other":"blue"})");
    }
    builder.commit().value();
  }
}

}  // namespace

TEST_CASE("Search: what the index does not know yet is told as its lag") {
  SqliteFixture fixture;
  fixture.options.search[kCar] = fields("name");
  const auto store = fixture.open();
  settle(*store);
  add_named(*store, 1, 300, "red");
  const auto reader = fixture.open_reader();

  const Page before = reader->list(search("red")).value();
  CHECK(before.entities.empty());
  CHECK(before.search_lag == 300);
  CHECK(settle(*store) > 3);  // a step is bounded
  const Page after = reader->list(search("red")).value();
  CHECK(after.entities.size() == 300);
  CHECK(after.search_lag == 0);
}

TEST_CASE("Search: records that were there before are filled in first, and until then a search is put off") {
  SqliteFixture fixture;
  auto store = fixture.open();
  add_named(*store, 1, 300, "red");
  CHECK_FALSE(store->list(search("red")).has_value());
  store.reset();

  fixture.options.search[kCar] = fields("name");
  store = fixture.open();
  const Result<Page> early = store->list(search("red"));
  REQUIRE_FALSE(early.has_value());
  CHECK(early.error().code == ErrorCode::unavailable);
  CHECK(early.error().retry);
  REQUIRE(store->fill_search().value().more);
  store.reset();  // half filled; goes on where it was

  store = fixture.open();
  settle(*store);
  CHECK(found(*store, "red") == 300);
}

TEST_CASE("Search: an edit while the index is filled for the first time is not lost") {
  SqliteFixture fixture;
  auto store = fixture.open();
  add_named(*store, 1, 300, "red");
  store.reset();
  fixture.options.search[kCar] = fields("name");
  store = fixture.open();
  (void)store->fill_search().value();
  BatchBuilder(*store)
      .update("Car", "1", R"({"name":"green"})")
      .update("Car", "99", R"({"name":"green"})")
      .commit()
      .value();
  BatchBuilder(*store).remove("Car", "2").create("Car", "new", R"({"name":"green"})").commit().value();
  settle(*store);
  CHECK(found(*store, "red") == 297);
  CHECK(found(*store, "green") == 3);
}

TEST_CASE("Search: other fields fill the index anew, and what is not configured any more is dropped") {
  SqliteFixture fixture;
  fixture.options.search[kCar] = fields("name");
  auto store = fixture.open();
  add_named(*store, 1, 100, "red");
  settle(*store);
  REQUIRE(found(*store, "red") == 100);
  store.reset();

  fixture.options.search[kCar] = fields("other");
  store = fixture.open();
  CHECK_FALSE(store->list(search("blue")).has_value());
  settle(*store);
  CHECK(found(*store, "blue") == 100);
  CHECK(found(*store, "red") == 0);
  store.reset();

  fixture.options.search.clear();
  store = fixture.open();
  const Result<Page> refused = store->list(search("blue"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::bad_request);
  store.reset();
  const auto database =
      Database::open(fixture.options.directory / "coterie.db", Database::Mode::read).value();
  Query tables(*database, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'search_text%'");
  REQUIRE(tables.next());
  CHECK(tables.integer(0) == 0);
}

TEST_CASE("Search: the fields may change while it runs, for its readers too") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  add_named(*store, 1, 100, "red");
  const auto reader = fixture.open_reader();
  CHECK(reader->list(search("red")).error().code == ErrorCode::bad_request);

  REQUIRE(store->configure_search({{kCar, fields("name")}}).has_value());
  CHECK(reader->list(search("red")).error().code == ErrorCode::unavailable);
  settle(*store);
  CHECK(found(*reader, "red") == 100);

  REQUIRE(store->configure_search({{kCar, fields("other")}}).has_value());
  settle(*store);
  CHECK(found(*reader, "red") == 0);
  CHECK(found(*reader, "blue") == 100);
  REQUIRE(store->configure_search({}).has_value());
  CHECK(reader->list(search("blue")).error().code == ErrorCode::bad_request);
}

TEST_CASE("Search: nothing is purged that the index has still to learn of") {
  SqliteFixture fixture;
  fixture.options.search[kCar] = fields("name");
  const auto store = fixture.open();
  settle(*store);
  add_named(*store, 1, 1, "red");
  BatchBuilder(*store).update("Car", "1", R"({"name":"green"})").commit().value();
  BatchBuilder(*store).update("Car", "1", R"({"name":"blue"})").commit().value();
  PurgeStep step;
  step.type = kCar;
  step.limit = Seq{3};
  step.retention.versions = 1;
  CHECK(store->purge(step).value().events == 0);
  settle(*store);
  CHECK(store->purge(step).value().events == 2);
  CHECK(found(*store, "blue") == 1);
}

TEST_CASE("Search: a record that left the index comes back by other words") {
  SqliteFixture fixture;
  fixture.options.search[kCar] = fields("name");
  const auto store = fixture.open();
  add_named(*store, 1, 3, "red");
  settle(*store);
  BatchBuilder(*store).update("Car", "2", R"({"name":"- !"})").commit().value();  // no word at all
  settle(*store);
  CHECK(found(*store, "red") == 2);
  BatchBuilder(*store).update("Car", "2", R"({"name":"red again"})").commit().value();
  settle(*store);
  CHECK(found(*store, "red") == 3);
}

}  // namespace coterie::testing
