// The two evaluators of one filter language, and of one order, held against each other on random documents.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/memory_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/type_rules.hpp"
#include "tests/support/batch_builder.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::testing {
namespace {

namespace json = boost::json;

// Names that SQL, JSON paths and patterns would take for something else, and values on every border: of
// types, of exact integers, of text that is a prefix of text, of what must be escaped.
class Records {
 public:
  explicit Records(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_.below(bound); }

  json::object document() {
    json::object members;
    for (std::size_t n = random_.below(6); n > 0; --n) members[name()] = value(2);
    return members;
  }

  // Condition by condition; most name a field that documents have.
  json::object filter(int depth) {
    json::object members;
    for (std::size_t n = random_.below(3); n > 0 || members.empty(); n = n > 0 ? n - 1 : 0) {
      if (depth > 0 && random_.chance(40)) {
        add_branch(members, depth - 1);
      } else {
        members[operand()] = condition();
      }
      if (random_.chance(3)) break;
    }
    return members;
  }

  std::string sort() {
    static const char* const kKeys[] = {"a", "-a",        "b",          "-b",   "a.b",       "-it's",
                                        "é", "-$version", "$createdBy", "-$id", "$updatedAt"};
    std::string text;
    for (std::size_t i = random_.below(std::size(kKeys)), n = random_.below(3); n > 0; --n, i += 2) {
      if (i >= std::size(kKeys)) break;
      text += (text.empty() ? "" : ",") + std::string(kKeys[i]);
    }
    return Sort::parse(text) ? text : "";  // a field may have come twice
  }

 private:
  std::string name() {
    static const char* const kNames[] = {"a", "b", "a", "b", "it's", "q\"q", "back\\", "[0]", "é", "#", "A"};
    return kNames[random_.below(std::size(kNames))];
  }
  std::string operand() {
    static const char* const kMeta[] = {"$id",        "$version",   "$createdAt",
                                        "$createdBy", "$updatedAt", "$updatedBy"};
    if (random_.chance(12)) return kMeta[random_.below(std::size(kMeta))];
    return random_.chance(25) ? name() + "." + name() : name();
  }

  json::value scalar() {
    static const std::int64_t kIntegers[] = {
        0, 1, -1, 2, 9007199254740991, -9007199254740991, 9007199254740990};
    static const double kDoubles[] = {
        0.5, -0.5, 0.1, 1.5, 0.30000000000000004, 0.3, 1e-300, 4503599627370495.5, 2.5};
    static const char* const kTexts[] = {"",
                                         "a",
                                         "ab",
                                         "A",
                                         "b",
                                         "1",
                                         "true",
                                         "null",
                                         "é",
                                         "e\xCC\x81",
                                         "\xF0\x9F\x98\x80",
                                         "\xEF\xBF\xBF",
                                         "it's",
                                         "q\"q",
                                         "back\\",
                                         "\\",
                                         "n",
                                         "new\nline",
                                         "\n",
                                         "%",
                                         "_",
                                         "[",
                                         "user-1",
                                         "2026-01-01T00:00:01.000Z",
                                         "2026-01",
                                         "0001"};
    switch (random_.below(8)) {
      case 0:
        return nullptr;
      case 1:
        return random_.chance(50);
      case 2:
      case 3:
        return kIntegers[random_.below(std::size(kIntegers))];
      case 4:
        return kDoubles[random_.below(std::size(kDoubles))];
      default:
        return kTexts[random_.below(std::size(kTexts))];
    }
  }
  json::value value(int depth) {
    if (depth > 0 && random_.chance(25)) {
      json::object members;
      for (std::size_t n = random_.below(4); n > 0; --n) members[name()] = value(depth - 1);
      return members;
    }
    if (depth > 0 && random_.chance(20)) {
      json::array items;
      for (std::size_t n = random_.below(4); n > 0; --n) items.push_back(value(depth - 1));
      return items;
    }
    return scalar();
  }

  json::value condition() {
    static const char* const kScalar[] = {"$eq", "$ne",  "$gt",       "$gte",
                                          "$lt", "$lte", "$contains", "$startsWith"};
    if (random_.chance(25)) return scalar();
    json::object operators;
    for (std::size_t n = 1 + random_.below(2); n > 0; --n) {
      const std::size_t kind = random_.below(11);
      if (kind < std::size(kScalar)) {
        operators[kScalar[kind]] = scalar();
      } else if (kind == std::size(kScalar)) {
        operators["$exists"] = random_.chance(50);
      } else {
        json::array items;
        for (std::size_t i = random_.below(5); i > 0; --i) items.push_back(scalar());
        operators[kind % 2 == 0 ? "$in" : "$nin"] = items;
      }
    }
    return operators;
  }
  void add_branch(json::object& members, int depth) {
    if (random_.chance(33)) {
      members["$not"] = filter(depth);
      return;
    }
    json::array branches;
    for (std::size_t n = random_.below(3); n > 0; --n) branches.push_back(filter(depth));
    members[random_.chance(50) ? "$and" : "$or"] = branches;
  }

  RandomDocuments random_;
};

struct Pair {
  std::unique_ptr<Store> memory = make_memory_store();
  std::unique_ptr<Store> sqlite;
};

void fill(Pair& stores, Records& records, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string id = "r" + std::to_string(records.below(100'000));
    const std::string data = to_json_text(records.document());
    for (Store* store : {stores.memory.get(), stores.sqlite.get()}) {
      BatchBuilder builder(*store);
      builder.create("Thing", id, data);
      if (data.size() % 3 == 0) builder.next_commit().update("Thing", id, R"({"b":1})");
      if (data.size() % 11 == 0) builder.next_commit().remove("Thing", id);
      builder.commit().value();
    }
  }
}

std::string shown(const std::vector<Entity>& entities) {
  std::string text;
  for (const Entity& entity : entities) text += "\n  " + entity.meta.key.id.value() + " " + entity.data;
  return text;
}

std::vector<Entity> paged(Store& store, ListQuery query, std::size_t limit) {
  std::vector<Entity> all;
  query.limit = limit;
  for (int pages = 0; pages < 1000; ++pages) {
    const Page page = store.list(query).value();
    all.insert(all.end(), page.entities.begin(), page.entities.end());
    query.after = page.next;
    if (!page.next) break;
  }
  return all;
}

// How many rows were compared.
std::size_t compare_stores(Pair& stores, Records& records, int rounds) {
  std::size_t rows = 0;
  for (int round = 0; round < rounds; ++round) {
    ListQuery query;
    query.type = EntityType{"Thing"};
    const json::object source = records.filter(3);
    const auto filter = Filter::parse(source);
    REQUIRE_MESSAGE(filter.has_value(), to_json_text(source));
    query.filter = *filter;
    query.sort = Sort::parse(records.sort()).value();
    query.limit = 1000;
    query.count = true;

    const Page wanted = stores.memory->list(query).value();
    const Page given = stores.sqlite->list(query).value();
    rows += wanted.entities.size();

    REQUIRE_MESSAGE(given.entities == wanted.entities, "filter ", to_json_text(source), " sort ",
                    query.sort.text(), "\nmemory:", shown(wanted.entities), "\nSQL:", shown(given.entities));
    REQUIRE(given.total == wanted.total);
    if (round % 10 == 0) {
      const std::size_t limit = 1 + records.below(7);
      REQUIRE_MESSAGE(paged(*stores.sqlite, query, limit) == wanted.entities, "paged by ", limit, ": filter ",
                      to_json_text(source), " sort ", query.sort.text());
    }
    const Match match{query.type, query.filter, query.sort, nullptr};
    const auto first = stores.sqlite->first_match(match).value();
    REQUIRE(first.has_value() == !wanted.entities.empty());
    if (first) REQUIRE(first->meta == wanted.entities.front().meta);
  }
  return rows;
}

}  // namespace

TEST_CASE("Filter: SQL and memory give the same rows in the same order, whole and page by page") {
  CAPTURE(seed());
  Records records(seed());
  const TemporaryDirectory directory;
  Pair stores;
  SqliteOptions options;
  options.directory = directory.path() / "data";
  stores.sqlite = open_sqlite_store(options).value();
  fill(stores, records, 150);

  CHECK(compare_stores(stores, records, 700) > 1000);  // filters that let nothing through would show nothing
}

TEST_CASE("Filter: indexes on fields change no answer, whatever they hold and whenever they came") {
  CAPTURE(seed());
  Records records(seed());
  const TemporaryDirectory directory;
  Pair stores;
  SqliteOptions options;
  options.directory = directory.path() / "data";
  stores.sqlite = open_sqlite_store(options).value();
  fill(stores, records, 75);
  TypeRules rules;
  for (const std::vector<std::string_view>& names :
       {std::vector<std::string_view>{"a"}, {"b", "a"}, {"a.b"}, {"it's"}, {"back\\", "q\"q"}, {"é", "b"}}) {
    FieldGroup group;
    for (const std::string_view name : names) group.push_back(FieldPath::parse(name).value());
    rules.index.push_back(std::move(group));
  }
  TypeTable types;
  types.add(EntityType{"Thing"}, rules);
  REQUIRE(stores.sqlite->adopt(types).value().size() == 6);
  fill(stores, records, 75);

  CHECK(compare_stores(stores, records, 900) > 1000);
  REQUIRE(stores.sqlite->adopt(TypeTable()).value().size() == 6);
  CHECK(compare_stores(stores, records, 50) > 50);
}

TEST_CASE("Filter: as many terms and items as the protocol allows still compile") {
  const TemporaryDirectory directory;
  SqliteOptions options;
  options.directory = directory.path() / "data";
  const auto store = open_sqlite_store(options).value();
  BatchBuilder(*store).create("Thing", "1", R"({"a":1})").commit().value();

  json::array items;
  for (int i = 0; i < 1000; ++i) items.emplace_back(i);
  json::array terms;
  for (int i = 0; i < 64; ++i) terms.push_back(json::object{{"a", json::object{{"$in", items}}}});
  const auto filter = Filter::parse(json::object{{"$and", terms}});
  REQUIRE_MESSAGE(filter.has_value(), filter.error().message);
  ListQuery query;
  query.type = EntityType{"Thing"};
  query.filter = *filter;
  query.sort = Sort::parse("a,b,c,d,e,f,g,h").value();
  query.after =
      SortPlace{{nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr}, EntityId{"0"}};

  CHECK(store->list(query).value().entities.size() == 1);
}

}  // namespace coterie::testing
