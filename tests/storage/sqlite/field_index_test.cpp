// That lists really go by the indexes of their type: what SQLite says of its own plans.
#include "storage/sqlite/field_index.hpp"

#include <doctest/doctest.h>

#include "storage/sqlite/list_sql.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/store_files.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {
namespace {

FieldGroup fields(std::initializer_list<const char*> names) {
  FieldGroup group;
  for (const char* name : names) group.push_back(FieldPath::parse(name).value());
  return group;
}

// Bookings with indexes on status, and on client and dueDate together.
struct Bookings {
  SqliteFixture fixture;
  std::unique_ptr<Store> store = fixture.open();
  std::unique_ptr<Database> database =
      Database::open(database_file(fixture.options.directory), Database::Mode::read).value();
  FieldIndexes indexes{*database};

  Bookings() {
    TypeRules rules;
    rules.index = {fields({"status"}), fields({"client", "dueDate"}), fields({"odd 'name'", "a.b"})};
    TypeTable types;
    types.add(EntityType{"Booking"}, rules);
    REQUIRE(store->adopt(types).value().size() == 3);
  }

  ListQuery query(const char* filter, const char* sort) {
    ListQuery made;
    made.type = EntityType{"Booking"};
    made.filter = Filter::parse(value_of(filter)).value();
    made.sort = Sort::parse(sort).value();
    return made;
  }
  std::string plan(const Sql& sql) {
    std::string steps;
    const std::string text = "EXPLAIN QUERY PLAN " + sql.text;
    Query explain(*database, text);
    bind_values(explain, sql);
    while (explain.next()) steps += std::string(explain.text(3)) + "; ";
    REQUIRE_MESSAGE(explain.end().has_value(), sql.text);
    return steps;
  }
  std::string page_plan(const ListQuery& query) {
    const auto found = indexes.of(query.type).value();
    return plan(page_sql(query, IndexUse(*found, query.filter, &query.sort)));
  }
};

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Indexes: equality, ranges and sorts on indexed fields are searched, not walked") {
  Bookings bookings;
  struct Case {
    const char* filter;
    const char* sort;
    const char* plan;
    bool sorts;  // what is left of the order is sorted afterwards
  };
  for (const Case& each : {
           Case{R"({"status":"open"})", "", "SEARCH entity USING INDEX type_index_1 (<expr>=?)", false},
           Case{R"({"status":null})", "", "SEARCH entity USING INDEX type_index_1 (<expr>=?)", false},
           Case{R"({"status":"open","note":"x"})", "", "type_index_1 (<expr>=?)", false},
           Case{R"({"status":{"$gte":3,"$lt":9}})", "", "type_index_1 (<expr>>? AND <expr><?)", true},
           Case{R"({"client":"c1"})", "dueDate", "type_index_2 (<expr>=?)", false},
           Case{R"({"client":"c1","status":{"$ne":"done"}})", "-dueDate", "type_index_2 (<expr>=?)", true},
           Case{R"({"client":"c1","dueDate":{"$gte":"2026"}})", "dueDate",
                "type_index_2 (<expr>=? AND <expr>>? AND <expr><?)", false},
           Case{R"({"client":"c1","dueDate":"2026-01-01"})", "", "type_index_2 (<expr>=? AND <expr>=?)",
                false},
           Case{"{}", "status", "SCAN entity USING INDEX type_index_1", false},
           Case{R"({"odd 'name'":1,"a.b":true})", "", "type_index_3 (<expr>=? AND <expr>=?)", false},
       }) {
    const std::string plan = bookings.page_plan(bookings.query(each.filter, each.sort));
    CAPTURE(each.filter);
    CAPTURE(each.sort);
    CAPTURE(plan);
    CHECK(has(plan, each.plan));
    CHECK(has(plan, "TEMP B-TREE") == each.sorts);
  }
}

TEST_CASE("Indexes: a later page begins at its place, in both directions") {
  Bookings bookings;
  ListQuery ascending = bookings.query("{}", "status");
  ascending.after = SortPlace{{"open"}, EntityId{"7"}};
  ListQuery descending = bookings.query(R"({"client":"c1"})", "-dueDate");
  descending.after = SortPlace{{nullptr}, EntityId{"7"}};

  CHECK(has(bookings.page_plan(ascending), "SEARCH entity USING INDEX type_index_1 (<expr>>?)"));
  CHECK(has(bookings.page_plan(descending), "type_index_2 (<expr>=? AND <expr><?)"));
}

TEST_CASE("Indexes: counting and finding a first match go by them too; what they do not help is left alone") {
  Bookings bookings;
  const ListQuery open = bookings.query(R"({"status":"open"})", "");
  const auto& found = *bookings.indexes.of(open.type).value();

  CHECK(has(bookings.plan(count_sql(open, IndexUse(found, open.filter, nullptr))), "type_index_1"));
  const Match match{
      open.type, bookings.query(R"({"client":"c1"})", "").filter, Sort::parse("dueDate").value(), {}};
  CHECK(has(bookings.plan(match_sql(match, IndexUse(found, match.filter, &match.sort))), "type_index_2"));

  for (const char* filter :
       {R"({"note":"x"})", R"({"$or":[{"status":"open"},{"note":"x"}]})", R"({"$not":{"status":"open"}})",
        R"({"dueDate":"2026-01-01"})", R"({"status":{"$ne":"open"}})"}) {
    CHECK_FALSE(IndexUse(found, bookings.query(filter, "").filter, nullptr));
  }
  CHECK(bookings.indexes.of(EntityType{"Car"}).value()->empty());
}

TEST_CASE("Indexes: an open reader sees them come and go") {
  SqliteFixture fixture;
  const auto store = fixture.open();
  const auto reader = fixture.open_reader();
  BatchBuilder(*store).create("Booking", "1", R"({"status":"open"})").commit().value();
  ListQuery query;
  query.type = EntityType{"Booking"};
  query.filter = Filter::parse(value_of(R"({"status":"open"})")).value();
  query.sort = Sort::parse("status").value();
  TypeRules rules;
  rules.index = {fields({"status"})};
  TypeTable types;
  types.add(EntityType{"Booking"}, rules);

  CHECK(reader->list(query).value().entities.size() == 1);
  store->adopt(types).value();
  CHECK(reader->list(query).value().entities.size() == 1);
  BatchBuilder(*store).create("Booking", "2", R"({"status":"open"})").commit().value();
  CHECK(reader->list(query).value().entities.size() == 2);
  store->adopt(TypeTable()).value();
  CHECK(reader->list(query).value().entities.size() == 2);
}

TEST_CASE("Rules: what was adopted is there after a restart, with its values [law 4]") {
  SqliteFixture fixture;
  TypeRules rules;
  rules.unique = {fields({"number"})};
  rules.index = {fields({"status"})};
  TypeTable types;
  types.add(EntityType{"Booking"}, rules);
  {
    const auto store = fixture.open();
    store->adopt(types).value();
    BatchBuilder(*store)
        .create("Booking", "1", R"({"number":"A"})")
        .pass("Booking", "number", R"("A")", "", "1")
        .commit()
        .value();
  }

  const auto store = fixture.open();

  CHECK(store->unique_holder({EntityType{"Booking"}, "number", R"("A")"}).value() == EntityId{"1"});
  CHECK(store->adopt(types).value().empty());
  CHECK(store->adopt(TypeTable()).value().size() == 2);
  CHECK_FALSE(store->unique_holder({EntityType{"Booking"}, "number", R"("A")"}).value());
}

}  // namespace coterie::testing
