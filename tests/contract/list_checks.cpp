// The contract of lists and of the first match: order, pages, filters.
#include <set>

#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {
namespace {

Filter filter_of(std::string_view text) { return Filter::parse(value_of(text)).value(); }
Sort sort_of(std::string_view text) { return Sort::parse(text).value(); }

ListQuery cars() {
  ListQuery query;
  query.type = EntityType{"Car"};
  return query;
}

std::string ids_of(const std::vector<Entity>& entities) {
  std::string ids;
  for (const Entity& entity : entities) ids += (ids.empty() ? "" : " ") + entity.meta.key.id.value();
  return ids;
}

// Every type that a value can have, with two rows for each: what sorts must rank.
void fill(Store& store) {
  BatchBuilder(store)
      .create("Car", "a", R"({"v":2,"w":1})")
      .create("Car", "b", R"({"v":"text","w":2})")
      .create("Car", "c", R"({"v":true,"w":1})")
      .create("Car", "d", R"({"w":2})")
      .create("Car", "e", R"({"v":[1,"x",null],"w":1})")
      .create("Car", "f", R"({"v":10,"w":2})")
      .create("Car", "g", R"({"v":"Text","w":1})")
      .create("Car", "h", R"({"v":false,"w":2})")
      .create("Car", "i", R"({"v":null,"w":1})")
      .create("Car", "j", R"({"v":{"a":"deep"},"w":2})")
      .create("Bus", "a", R"({"v":2})")
      .commit()
      .value();
  BatchBuilder(store).create("Car", "gone", R"({"v":2})").commit().value();
  BatchBuilder(store).remove("Car", "gone").commit().value();
}

void in_order(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const auto ids = [&](std::string_view sort) {
    ListQuery query = cars();
    query.sort = sort_of(sort);
    return ids_of(subject.reader().list(query).value().entities);
  };

  findings.expect(ids("") == "a b c d e f g h i j", "by id, the living ones of the type alone");
  findings.expect(ids("v") == "d i h c a f g b e j", "by rank of type, then by value, then by id");
  findings.expect(ids("-v") == "e j b g f a c h d i", "descending reverses all but the id");
  findings.expect(ids("-w,v") == "d h f b j i c a g e", "by several fields");
  findings.expect(ids("-$id") == "j i h g f e d c b a", "by metadata");
  findings.expect(ids("v.a") == "a b c d e f g h i j", "a path through anything but objects is absent");
}

void page_by_page(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  for (const std::string_view sort : {"", "v", "-v", "w,-v", "-$updatedAt,v", "-$version,-$id", "v.a"}) {
    ListQuery query = cars();
    query.sort = sort_of(sort);
    const Page whole = subject.reader().list(query).value();
    std::vector<Entity> pieced;
    query.limit = 3;
    for (int pages = 0; pages < 10; ++pages) {
      const Page page = subject.reader().list(query).value();
      findings.expect(page.entities.size() <= 3, "a page is not longer than asked");
      pieced.insert(pieced.end(), page.entities.begin(), page.entities.end());
      query.after = page.next;
      if (!page.next) break;
    }
    findings.expect(!whole.next, "the last page has none after it");
    findings.expect(pieced == whole.entities, "each row once, in order, by \"" + std::string(sort) + "\"");
  }
}

void bounded(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);

  ListQuery query = cars();
  query.most_bytes = 1;
  const Page smallest = subject.reader().list(query).value();
  query.most_bytes = 40;
  const Page small = subject.reader().list(query).value();
  query.most_bytes = 1 << 20;
  query.limit = 10;
  const Page exact = subject.reader().list(query).value();
  query.offset = 8;
  const Page offset = subject.reader().list(query).value();

  findings.expect(ids_of(smallest.entities) == "a" && smallest.next, "one record always fits");
  findings.expect(ids_of(small.entities) == "a b" && small.next,
                  "a page ends early rather than grow past its bytes");
  findings.expect(exact.entities.size() == 10 && !exact.next, "a page that holds all has none after it");
  findings.expect(ids_of(offset.entities) == "i j", "a page by number");
}

void filtered(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const auto ids = [&](std::string_view filter) {
    ListQuery query = cars();
    query.filter = filter_of(filter);
    query.count = true;
    const Page page = subject.reader().list(query).value();
    findings.expect(page.total == page.entities.size(), "counted as listed");
    return ids_of(page.entities);
  };

  findings.expect(ids("{}") == "a b c d e f g h i j", "an empty filter lets all through");
  findings.expect(ids(R"({"v":2})") == "a", "equal");
  findings.expect(ids(R"({"v":true})") == "c", "true is not 1");
  findings.expect(ids(R"({"v":1})").empty(), "1 is not true");
  findings.expect(ids(R"({"v":null})") == "d i", "absent equals null");
  findings.expect(ids(R"({"v":{"$exists":true}})") == "a b c e f g h i j", "null exists");
  findings.expect(ids(R"({"v":{"$gt":2}})") == "f", "numbers compare with numbers alone");
  findings.expect(ids(R"({"v":{"$gte":"Text"}})") == "b g", "texts by code point");
  findings.expect(ids(R"({"v":{"$contains":"x"}})") == "b e g", "within a text or among an array's items");
  findings.expect(ids(R"({"v":{"$contains":null}})") == "e", "null among an array's items");
  findings.expect(ids(R"({"v":{"$startsWith":"t"}})") == "b", "case counts");
  findings.expect(ids(R"({"v":{"$in":[null,10,"text"]}})") == "b d f i", "one of a list");
  findings.expect(ids(R"({"v":{"$nin":[null,10,"text"]}})") == "a c e g h j", "the exact complement of it");
  findings.expect(ids(R"({"$not":{"v":{"$gt":2}}})") == "a b c d e g h i j",
                  "the exact complement of an order");
  findings.expect(ids(R"({"v.a":"deep"})") == "j", "through an object");
  findings.expect(ids(R"({"$or":[{"v":2},{"$id":"d"}],"w":2})") == "d", "and, or, metadata");
  findings.expect(ids(R"({"$or":[]})").empty(), "no alternative lets nothing through");
}

void odd_names(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  const std::string_view names[] = {R"(a"b)", R"(a\b)", "a'b",   "a b", "$b", "[0]",
                                    "é",      "😀",      "a%_*?", "-",   "#",  "@"};
  int number = 0;
  for (const std::string_view name : names) {
    boost::json::object data{{"other", "x"}, {name, "odd"}};
    BatchBuilder(*subject.store).create("Car", std::to_string(++number), to_json_text(data)).commit().value();
  }
  number = 0;
  for (const std::string_view name : names) {
    ++number;
    if (name.front() == '$') continue;  // stored as it came, but no name of the protocol
    ListQuery query = cars();
    query.filter = Filter::parse(boost::json::object{{name, "odd"}}).value();
    findings.expect(ids_of(subject.reader().list(query).value().entities) == std::to_string(number),
                    "found by the member " + std::string(name));
  }
}

void one_record(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  ListQuery query = cars();
  query.id = EntityId{"b"};
  const Page page = subject.reader().list(query).value();
  query.id = EntityId{"gone"};
  const Page gone = subject.reader().list(query).value();

  findings.expect(ids_of(page.entities) == "b" && !page.next, "the record alone");
  findings.expect(page.position == subject.store->position().value(), "with the position it was read at");
  findings.expect(gone.entities.empty(), "a deleted one is absent");
}

void first_match(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  std::set<std::string> skipped;
  const auto first = [&](std::string_view filter, std::string_view sort) {
    const Match match{EntityType{"Car"}, filter_of(filter), sort_of(sort),
                      [&](const EntityId& id) { return skipped.contains(id.value()); }};
    const auto head = subject.store->first_match(match).value();
    return head ? head->meta.key.id.value() : std::string("none");
  };

  findings.expect(first(R"({"w":2})", "-v") == "j", "the first in the sort that matches");
  skipped = {"j", "b"};
  findings.expect(first(R"({"w":2})", "-v") == "f", "without those to skip");
  findings.expect(first(R"({"w":3})", "") == "none", "none where none matches");
  skipped.clear();
  findings.expect(first("{}", "") == "a", "by id where there is no sort");
}

}  // namespace

std::vector<ContractCheck> list_checks() {
  return {{"a list has its order", in_order},
          {"a list comes page by page", page_by_page},
          {"a page has its bounds", bounded},
          {"a filter lets through what it says", filtered},
          {"any member name can be asked for", odd_names},
          {"a list of one record", one_record},
          {"the first match", first_match}};
}

}  // namespace coterie::testing
