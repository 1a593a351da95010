#include <map>
#include <utility>

#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

ContentHash hash_of(std::string_view text) { return hash_content(value_of(text)); }

}  // namespace

TEST_CASE("Content hash: the order of members and the way numbers are written do not count [law 4]") {
  CHECK(hash_of(R"({"a":1,"b":{"c":2,"d":3}})") == hash_of(R"( {"b":{"d":3.0,"c":2e0},"a":1} )"));
  CHECK(hash_content(1.0) == hash_content(std::int64_t{1}));
  CHECK(hash_content(std::uint64_t{1}) == hash_content(std::int64_t{1}));
  CHECK(hash_content(-0.0) == hash_content(std::int64_t{0}));
}

TEST_CASE("Content hash: no two of these are alike [law 4]") {
  const char* texts[] = {"null",
                         "false",
                         "true",
                         "0",
                         "1",
                         "-1",
                         "0.5",
                         R"("")",
                         R"("0")",
                         R"("null")",
                         R"("a")",
                         "[]",
                         "{}",
                         "[[]]",
                         "[{}]",
                         R"([""])",
                         "[0]",
                         "[0,0]",
                         "[[0],0]",
                         "[[0,0]]",
                         "[[],[]]",
                         "[[[]]]",
                         R"(["a","b"])",
                         R"(["ab"])",
                         R"(["ab",""])",
                         R"(["","ab"])",
                         R"(["b","a"])",
                         R"(["as","b"])",
                         R"(["a","sb"])",
                         R"({"a":"b"})",
                         R"(["a",["b"]])",
                         R"({"a":{"b":1}})",
                         R"({"a":{},"b":1})",
                         R"({"b":{"a":1}})",
                         R"({"a":null})",
                         R"({"a":[null]})",
                         R"({"":null})"};
  for (const char* a : texts)
    for (const char* b : texts) CHECK((hash_of(a) == hash_of(b)) == (a == b));
}

TEST_CASE("Content hash: equal for equal documents, different for different ones [law 4]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  std::map<std::pair<std::uint64_t, std::uint64_t>, json::value> seen;
  for (int i = 0; i < 3000; ++i) {
    const json::value value = documents.value(3);
    const ContentHash hash = hash_content(value);
    const auto [known, is_new] = seen.emplace(std::pair(hash.high, hash.low), value);
    REQUIRE(known->second == value);
  }
  // And each of them again, in the other order: none has got a second hash.
  for (const auto& [hash, value] : seen) {
    if (!value.is_object()) continue;
    json::object reversed;
    for (auto member = value.get_object().end(); member != value.get_object().begin();) {
      --member;
      reversed.emplace(member->key(), member->value());
    }
    const ContentHash again = hash_content(reversed);
    REQUIRE(std::pair(again.high, again.low) == hash);
  }
}
