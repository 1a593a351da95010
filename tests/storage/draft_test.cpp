// The draft and the cache of heads: what they bound and what they forget.
#include "storage/document_size.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::object_of;
using coterie::testing::Rules;

namespace {

Head head_of(const std::string& id, std::uint64_t version = 1) {
  Head head;
  head.meta.key = {EntityType{"Note"}, EntityId{id}};
  head.meta.version = Version{version};
  return head;
}

DataSyncEvent event_of(const Head& head, std::string set) {
  DataSyncEvent event;
  event.key = head.meta.key;
  event.version = head.meta.version;
  event.operation = head.meta.version == Version{1} ? EventOperation::create : EventOperation::update;
  event.set = std::move(set);
  event.unset = "[]";
  event.old = "{}";
  return event;
}

}  // namespace

TEST_CASE("HeadCache: it is bounded by bytes, and forgets the least recently used first [law 6]") {
  HeadCache cache(3 * (3 * 100 + 600));
  for (const char* id : {"a", "b", "c"}) cache.put(head_of(id), 100);

  REQUIRE(cache.find(head_of("a").meta.key) != nullptr);
  cache.put(head_of("d"), 100);
  CHECK(cache.find(head_of("b").meta.key) == nullptr);
  CHECK(cache.find(head_of("a").meta.key) != nullptr);
  CHECK(cache.size() == 3);

  cache.put(head_of("huge"), 1 << 20);
  CHECK(cache.size() == 1);
  CHECK(cache.find(head_of("huge").meta.key) != nullptr);
}

TEST_CASE("HeadCache: a newer head takes the place of the older") {
  HeadCache cache(10'000);
  cache.put(head_of("a", 1), 10);
  cache.put(head_of("a", 2), 10);

  CHECK(cache.size() == 1);
  CHECK(cache.find(head_of("a").meta.key)->meta.version == Version{2});
  cache.clear();
  CHECK(cache.find(head_of("a").meta.key) == nullptr);
}

TEST_CASE("HeadCache: a head that was taken is not found until one is put again") {
  HeadCache cache(10'000);
  cache.put(head_of("a", 1), 10);

  const std::optional<Head> taken = cache.take(head_of("a").meta.key);
  REQUIRE(taken.has_value());
  CHECK(taken->meta.key.id == EntityId{"a"});
  CHECK(cache.find(head_of("a").meta.key) == nullptr);
  CHECK_FALSE(cache.take(head_of("a").meta.key).has_value());
  CHECK_FALSE(cache.take(head_of("b").meta.key).has_value());
  cache.put(head_of("a", 2), 10);
  CHECK(cache.find(head_of("a").meta.key)->meta.version == Version{2});
  CHECK(cache.size() == 1);
}

TEST_CASE("Draft: an edit that is refused late leaves the record as it was [law 5]") {
  Rules rules;
  rules.committed("ann", {R"({"op":"create","entityType":"Note","entityId":"1","data":{"a":1,"t":"x"}})"});
  const std::string late =
      R"({"op":"update","entityType":"Note","entityId":"1","baseVersion":1,"set":{"a":2},"increment":{"t":1}})";
  const std::string nothing =
      R"({"op":"update","entityType":"Note","entityId":"1","baseVersion":1,"set":{"a":1}})";

  rules.begin_group();
  for (const std::string& ops : {late, late}) {
    CHECK(rules.rejected("ann", {ops}).field == "t");
    CHECK(rules.data("Note", "1") == R"({"a":1,"t":"x"})");
  }
  rules.committed("ann", {nothing});
  CHECK(rules.data("Note", "1") == R"({"a":1,"t":"x"})");
  rules.commit_group();
  CHECK(rules.cache.find(EntityKey{EntityType{"Note"}, EntityId{"1"}}) != nullptr);
}

TEST_CASE("HashIndex: what was added is found, however many, and nothing after a clear") {
  HashIndex index;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 1000; ++i) index.add(i % 7 * 1024, i);
    for (std::size_t i = 0; i < 1000; ++i) {
      REQUIRE(index.find(i % 7 * 1024, [&](std::size_t at) { return at == i; }) == i);
    }
    CHECK(index.find(1, [](std::size_t) { return true; }) == HashIndex::kNone);
    CHECK(index.find(0, [](std::size_t) { return false; }) == HashIndex::kNone);
    index.clear();
    CHECK(index.empty());
    CHECK(index.find(0, [](std::size_t) { return true; }) == HashIndex::kNone);
  }
}

TEST_CASE("Draft: a document counts once in a group, however often it changes [law 6]") {
  Rules rules;
  Draft draft(*rules.store, rules.cache, Seq{});
  draft.put(head_of("a", 1), event_of(head_of("a", 1), "{}"), 10'000);
  draft.keep();
  const std::size_t once = draft.group_bytes();
  draft.put(head_of("a", 2), event_of(head_of("a", 2), "{}"), 10'000);
  draft.keep();

  CHECK(once >= 10'000);
  CHECK(draft.group_bytes() < 11'000);
  CHECK(draft.batch().heads.size() == 1);
  CHECK(draft.batch().events.size() == 2);
  CHECK(draft.last() == Seq{2});
}

TEST_CASE("Draft: a dropped layer leaves no head, event, number or byte [law 5]") {
  Rules rules;
  Draft draft(*rules.store, rules.cache, Seq{4});
  REQUIRE(draft.next_number("order/").value() == 1);
  draft.put(head_of("a"), event_of(head_of("a"), "{}"), 100);
  CHECK(draft.touched(head_of("a").meta.key));
  draft.drop();

  CHECK_FALSE(draft.touched(head_of("a").meta.key));
  CHECK(draft.head(head_of("a").meta.key).value() == nullptr);
  CHECK(draft.batch().empty());
  CHECK(draft.group_bytes() == 0);
  CHECK(draft.layer_bytes() == 0);
  CHECK(draft.last() == Seq{4});
  CHECK(draft.next_number("order/").value() == 1);
}

TEST_CASE("measure: depth, members and a length that the text never passes") {
  for (const char* text :
       {"{}", R"({"a":[1,[2,{"b":null}]]})", R"({"t":"\u0001\"\\\u0007é","n":-1.2345678901234567e-300})",
        R"({"a":{"b":{"c":{}}},"x":false})"}) {
    const boost::json::object document = object_of(text);
    CHECK_MESSAGE(measure(document).most_bytes >= std::string(text).size(), text);
  }
  const DocumentSize size = measure(object_of(R"({"a":[1,[2,{"b":null}]],"c":"d"})"));
  CHECK(size.depth == 4);
  CHECK(size.members == 7);
}
