// The contract of full-text search: by words and their beginnings, with a filter, a sort, pages and a count,
// and always what the records say now. Law 3.
#include "protocol/json.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {

SearchFields contract_search() {
  return {{EntityType{"Car"}, {FieldPath::parse("name").value(), FieldPath::parse("note.text").value()}}};
}

namespace {

void settle(Store& store) {
  for (int i = 0; i < 1000 && store.fill_search().value().more; ++i) {
  }
  (void)store.fill_search().value();
}

std::string found(Reader& reader, std::string_view words, std::string_view sort = "",
                  std::string_view filter = "") {
  ListQuery query;
  query.type = EntityType{"Car"};
  query.search = Search::parse(words).value();
  query.sort = Sort::parse(sort).value();
  if (!filter.empty()) query.filter = Filter::parse(parse_json(filter, {1000, 8, 100}).value()).value();
  query.limit = 2;
  query.count = true;
  std::string ids;
  std::uint64_t number = 0, total = 0;
  for (int pages = 0; pages < 100; ++pages) {
    const Page page = reader.list(query).value();
    if (page.search_lag != 0) ids += "(lag)";
    if (page.total) total = *page.total;
    for (const Entity& entity : page.entities) ids += (ids.empty() ? "" : " ") + entity.meta.key.id.value();
    number += page.entities.size();
    query.after = page.next;
    query.count = false;
    if (!page.next) break;
  }
  return total == number ? ids : ids + " of " + std::to_string(total);
}

void fill(Store& store) {
  BatchBuilder(store)
      .create("Car", "z", R"({"name":"Red Crème-Brûlée wagon","price":3})")
      .create("Car", "y", R"({"name":"red bus","note":{"text":["old, but GOOD",{"by":"Ann"}]},"price":1})")
      .create("Car", "x", R"({"name":"blue wagon","note":{"text":"red inside"},"price":2})")
      .create("Car", "w", R"({"name":17,"hidden":"red"})")
      .create("Bus", "v", R"({"name":"red"})")
      .commit()
      .value();
  settle(store);
}

void by_words(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  Reader& reader = subject.reader();
  findings.expect(found(reader, "RED") == "z y x",
                  "whatever the case, of that type alone, as they were made");
  findings.expect(found(reader, "red wagon") == "z x", "all words must be there");
  findings.expect(found(reader, "creme") == "z" && found(reader, "BRÛLÉE") == "z",
                  "without regard to accents");
  findings.expect(found(reader, "crème-brulee") == "z",
                  "what separates words separates them in the search too");
  findings.expect(found(reader, "wag").empty(), "a beginning is no word");
  findings.expect(found(reader, "wag*") == "z x", "unless it is asked for as one");
  findings.expect(found(reader, "bl* ins*") == "x", "several beginnings");
  findings.expect(found(reader, "good ann") == "y", "within lists and objects");
  findings.expect(found(reader, "by").empty(), "the names of members are not searched");
  findings.expect(found(reader, "17") == "w", "numbers as they are written");
  findings.expect(found(reader, "\"red\" OR (NEAR) -wagon").empty(), "no operator is one");
  findings.expect(found(reader, "red' ; DROP TABLE entity").empty(), "and nothing else is");
}

void with_filter_and_sort(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  Reader& reader = subject.reader();
  findings.expect(found(reader, "red", "price") == "y x z", "sorted");
  findings.expect(found(reader, "red", "-price") == "z x y", "and the other way round");
  findings.expect(found(reader, "red", "$id") == "x y z", "by id where it is asked for");
  findings.expect(found(reader, "red", "", R"({"price":{"$lt":3}})") == "y x", "and filtered");
}

void after_changes(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  BatchBuilder(*subject.store)
      .update("Car", "z", R"({"name":"green wagon"})")
      .update("Car", "x", R"({"price":9})")
      .remove("Car", "y")
      .create("Car", "a", R"({"name":"a red one"})")
      .commit()
      .value();
  settle(*subject.store);
  findings.expect(found(subject.reader(), "red") == "x a", "what was changed, deleted and made");
  findings.expect(found(subject.reader(), "green") == "z", "by its new words");
  BatchBuilder(*subject.store).create("Car", "y", R"({"name":"red again"})").commit().value();
  settle(*subject.store);
  findings.expect(found(subject.reader(), "red") == "y x a", "and what came back, in its old place");
}

void not_configured(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  ListQuery query;
  query.type = EntityType{"Bus"};
  query.search = Search::parse("red").value();
  const Result<Page> page = subject.reader().list(query);
  findings.expect(!page && page.error().code == ErrorCode::bad_request && page.error().member == "search",
                  "a type without configured fields is refused");
}

}  // namespace

std::vector<ContractCheck> search_checks() {
  return {{"records are found by their words", by_words},
          {"a search goes with a filter, a sort and pages", with_filter_and_sort},
          {"a search follows the changes", after_changes},
          {"only what is configured is searched", not_configured}};
}

}  // namespace coterie::testing
