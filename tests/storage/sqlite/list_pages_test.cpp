// Pages of a list while others edit: a record whose key in the sort stays as it is comes exactly once,
// whatever happens to the rest, with a search too. Law 3.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "storage/memory_store.hpp"
#include "tests/storage/sqlite/sqlite_fixture.hpp"

namespace coterie::testing {
namespace {

class World {
 public:
  World(Store& store, std::uint32_t seed) : store_(store), random_(seed) {
    for (int i = 0; i < 60; ++i) create();
    settle();
  }

  // Walks all pages of the list, editing between them. Each id as often as it was shown.
  std::map<std::string, int> walk(std::string_view sort, bool search) {
    ListQuery query;
    query.type = EntityType{"Car"};
    query.sort = Sort::parse(sort).value();
    query.limit = 1 + random_() % 7;
    if (search) query.search = Search::parse("red").value();
    steady_.clear();
    for (const std::string& id : live_) steady_.insert(id);
    std::map<std::string, int> shown;
    for (int pages = 0; pages < 1000; ++pages) {
      const Page page = store_.list(query).value();
      for (const Entity& entity : page.entities) ++shown[entity.meta.key.id.value()];
      if (!page.next) break;
      query.after = page.next;
      for (int edits = static_cast<int>(random_() % 4); edits > 0; --edits) edit();
      if (search) settle();
    }
    return shown;
  }
  const std::set<std::string>& steady() const { return steady_; }

 private:
  void create() {
    const std::string id = "r" + std::to_string(++made_);
    BatchBuilder(store_)
        .create("Car", id, R"({"name":"red","n":0,"k":)" + std::to_string(random_() % 5) + "}")
        .commit()
        .value();
    live_.push_back(id);
  }
  void edit() {
    const std::size_t at = random_() % live_.size();
    const std::string id = live_[at];
    switch (random_() % 4) {
      case 0:
        return create();
      case 1:  // its key moves
        BatchBuilder(store_)
            .update("Car", id, R"({"k":)" + std::to_string(random_() % 5) + "}")
            .commit()
            .value();
        steady_.erase(id);
        return;
      case 2:
        if (live_.size() < 20) return create();
        BatchBuilder(store_).remove("Car", id).commit().value();
        steady_.erase(id);
        live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(at));
        return;
      default:
        BatchBuilder(store_).update("Car", id, R"({"n":)" + std::to_string(random_()) + "}").commit().value();
    }
  }
  void settle() {
    while (store_.fill_search().value().more) {
    }
  }

  Store& store_;
  std::mt19937 random_;
  int made_ = 0;
  std::vector<std::string> live_;
  std::set<std::string> steady_;  // there from the beginning, with the same key
};

void check_pages(Store& store, std::uint32_t seed) {
  World world(store, seed);
  for (const bool search : {false, true}) {
    for (const std::string_view sort : {"", "k", "-k", "-k,$id"}) {
      CAPTURE(seed);
      CAPTURE(sort);
      CAPTURE(search);
      const auto shown = world.walk(sort, search);
      for (const std::string& id : world.steady()) {
        const auto found = shown.find(id);
        CHECK_MESSAGE((found != shown.end() && found->second == 1), id);
      }
    }
  }
}

}  // namespace

TEST_CASE("Lists: a record whose key stays is neither repeated nor skipped while others edit [law 3]") {
  for (std::uint32_t seed = 1; seed <= 2; ++seed) {
    SqliteFixture fixture;
    fixture.options.search[EntityType{"Car"}] = {FieldPath::parse("name").value()};
    const auto store = fixture.open();
    check_pages(*store, seed);
    MemoryStoreOptions memory;
    memory.search = fixture.options.search;
    check_pages(*make_memory_store(memory), seed);
  }
}

}  // namespace coterie::testing
