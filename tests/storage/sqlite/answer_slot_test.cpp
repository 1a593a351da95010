#include "storage/sqlite/answer_slot.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

namespace coterie::testing {
namespace {

AnswerSlot slot_of(const std::string& user, const std::string& id) {
  return answer_slot(42, UserId{user}, MutationId{id});
}

}  // namespace

TEST_CASE("Answer slot: different mutations have different slots, whatever their ids look like [law 4]") {
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  std::size_t asked = 0;
  for (const std::string user : {"ann", "bob", "a", "an"}) {
    for (const std::string id :
         {"1", "12345678", "123456789", "1234567812345678", "12345678x12345678", "12345678y12345678", "n1",
          "61626364-6566-6768-696a-6b6c6d6e6f70", "abcdefghijklmnop", "61626364-6566-6768-696A-6b6c6d6e6f70",
          "61626364x6566-6768-696a-6b6c6d6e6f70", "61626364-6566-6768-696a-6b6c6d6e6f71"}) {
      const AnswerSlot slot = slot_of(user, id);
      seen.emplace(slot.slot, slot.mark);
      ++asked;
    }
  }
  CHECK(seen.size() == asked);
  CHECK(slot_of("ann", "1") == slot_of("ann", "1"));
  CHECK_FALSE(answer_slot(1, UserId{"ann"}, MutationId{"1"}) ==
              answer_slot(2, UserId{"ann"}, MutationId{"1"}));
}

TEST_CASE("Answer slot: ids given one after another lie side by side") {
  // By time, in a UUIDv7; the rest of it is random.
  CHECK(slot_of("ann", "0193a5f2-0001-7fff-8000-0000000000ff").slot <
        slot_of("bob", "0193a5f2-0002-7000-8000-000000000000").slot);
  // By a counter at the end: within one small stretch of the second integer.
  for (int i = 0; i < 256; ++i) {
    char id[40];
    std::snprintf(id, sizeof id, "0193f0a1-0000-7000-8000-0000000000%02x", static_cast<unsigned>(i));
    CHECK(slot_of("ann", id).slot == slot_of("ann", "0193f0a1-0000-7000-8000-000000000000").slot);
    CHECK((slot_of("ann", id).mark >> 8) ==
          (slot_of("ann", "0193f0a1-0000-7000-8000-000000000000").mark >> 8));
  }
}

}  // namespace coterie::testing
