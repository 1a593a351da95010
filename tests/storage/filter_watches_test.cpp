#include "storage/filter_watches.hpp"

#include <doctest/doctest.h>

#include <map>

#include "storage/memory_store.hpp"
#include "storage/watched_events.hpp"
#include "tests/support/batch_builder.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace coterie::testing {
namespace {

namespace json = boost::json;

Watch watch_of(std::uint64_t id, std::string_view filter, const char* type = "Car") {
  return {WatchId{id}, EntityType{type},
          std::make_shared<const Filter>(Filter::parse(value_of(filter)).value())};
}

// A record as it stands, by its document.
struct Standing {
  explicit Standing(std::string_view document, const char* id = "1") : data(object_of(document)) {
    meta.key = key_of("Car", id);
    meta.version = Version{1};
    meta.updated_by = UserId{"ann"};
  }
  Image image() const { return {&meta, &data}; }
  EntityMeta meta;
  json::object data;
};

std::vector<Transition> judged(const FilterWatches& watches, const Image& before, const Image& after) {
  std::vector<Transition> transitions;
  watches.judge(EntityType{"Car"}, before, after, transitions);
  return transitions;
}

using Found = std::vector<WatchId>;

// Filters that the index finds by a value, by several, not at all; on nested places and on metadata.
json::object random_filter(RandomDocuments& random) {
  switch (random.below(8)) {
    case 0:
      return {{random.name(), random.scalar()}};
    case 1:
      return {{random.name(), random.scalar()}, {"$id", random.chance(50) ? "1" : "2"}};
    case 2:
      return {{random.name(), json::object{{"$in", json::array{random.scalar(), random.scalar()}}}}};
    case 3:
      return {{random.name(), json::object{{"$ne", random.scalar()}}}};
    case 4:
      return {{"$or", json::array{json::object{{random.name(), random.scalar()}},
                                  json::object{{random.name(), random.scalar()}}}}};
    case 5:
      return {{random.name() + "." + random.name(), json::object{{"$exists", random.chance(50)}}}};
    case 6:
      return {{"$version", json::object{{"$gte", random.below(4)}}}, {random.name(), random.scalar()}};
    default:
      return {{"$updatedBy", random.chance(50) ? "user-1" : "user-2"}};
  }
}

}  // namespace

TEST_CASE("Watches: a change brings a record into a filter, leaves it there, or takes it out") {
  FilterWatches watches;
  watches.add(watch_of(1, R"({"status":"open"})"));
  watches.add(watch_of(2, R"({"n":{"$gte":5}})"));
  const Standing open(R"({"status":"open","n":1})");
  const Standing large(R"({"status":"shut","n":7})");

  CHECK(judged(watches, {}, open.image()) == std::vector<Transition>{{WatchId{1}, Membership::enters}});
  CHECK(judged(watches, open.image(), large.image()) ==
        std::vector<Transition>{{WatchId{1}, Membership::leaves}, {WatchId{2}, Membership::enters}});
  CHECK(judged(watches, large.image(), large.image()) ==
        std::vector<Transition>{{WatchId{2}, Membership::stays}});
  CHECK(judged(watches, open.image(), {}) == std::vector<Transition>{{WatchId{1}, Membership::stays}});
}

TEST_CASE("Watches: equality is found by its value: absent is null, 1.0 is 1, true is not 1") {
  FilterWatches watches;
  watches.add(watch_of(1, R"({"a":null})"));
  watches.add(watch_of(2, R"({"a":1.0})"));
  watches.add(watch_of(3, R"({"a":true})"));
  watches.add(watch_of(4, R"({"a":{"$in":["x",1]}})"));
  const auto matching = [&](std::string_view document) {
    const Standing standing(document);
    return watches.matching(EntityType{"Car"}, standing.image());
  };

  CHECK(matching("{}") == Found{WatchId{1}});
  CHECK(matching(R"({"a":null})") == Found{WatchId{1}});
  CHECK(matching(R"({"a":1})") == Found{WatchId{2}, WatchId{4}});
  CHECK(matching(R"({"a":true})") == Found{WatchId{3}});
  CHECK(matching(R"({"a":"x"})") == Found{WatchId{4}});
  CHECK(matching(R"({"a":[1]})").empty());
}

TEST_CASE("Watches: a watch that is forgotten is told nothing, and leaves nothing behind [law 6]") {
  FilterWatches watches;
  for (std::uint64_t id = 1; id <= 20; ++id)
    watches.add(watch_of(id, id % 2 == 0 ? R"({"a":1,"b":{"$gt":2}})" : R"({"b":{"$lt":2}})"));
  watches.add(watch_of(3, R"({"b":{"$lt":2}})"));  // a second time: nothing happens
  CHECK(watches.size() == 20);

  for (std::uint64_t id = 1; id <= 20; ++id) watches.remove(WatchId{id});
  watches.remove(WatchId{1});

  CHECK(watches.empty());
  CHECK_FALSE(watches.watches(EntityType{"Car"}));
  const Standing standing(R"({"a":1,"b":1})");
  CHECK(watches.matching(EntityType{"Car"}, standing.image()).empty());
}

TEST_CASE("Watches: whether a filter looks at a change is a matter of paths, and of what changes always") {
  FilterWatches watches;
  watches.add(watch_of(1, R"({"address.city":"Bonn"})"));

  CHECK(watches.looks_at(EntityType{"Car"}, {path_of("address")}));
  CHECK(watches.looks_at(EntityType{"Car"}, {path_of("name"), path_of("address.city")}));
  CHECK_FALSE(watches.looks_at(EntityType{"Car"}, {path_of("address.street"), path_of("name")}));
  CHECK_FALSE(watches.looks_at(EntityType{"Boat"}, {path_of("address")}));
  watches.add(watch_of(2, R"({"$version":{"$gte":3}})"));
  CHECK(watches.looks_at(EntityType{"Car"}, {path_of("name")}));
}

// The index may leave out only what would not match.
TEST_CASE("Watches: what the index finds is what each filter says by itself, on random records and filters") {
  INFO("COTERIE_SEED=", seed());
  RandomDocuments random(seed());
  for (int round = 0; round < 60; ++round) {
    FilterWatches watches;
    std::map<WatchId, std::shared_ptr<const Filter>> filters;
    for (std::uint64_t id = 1; id <= 40; ++id) {
      const Watch watch{WatchId{id}, EntityType{"Car"},
                        std::make_shared<const Filter>(Filter::parse(random_filter(random)).value())};
      watches.add(watch);
      filters.emplace(watch.id, watch.filter);
    }
    for (std::uint64_t id = 1; id <= 40; id += 3) {
      watches.remove(WatchId{id});
      filters.erase(WatchId{id});
    }
    for (int records = 0; records < 20; ++records) {
      Standing standing("{}", random.chance(50) ? "1" : "2");
      standing.data = random.object(2);
      standing.meta.version = Version{1 + random.below(4)};
      standing.meta.updated_by = UserId{random.chance(50) ? "user-1" : "user-2"};
      Found wanted;
      for (const auto& [id, filter] : filters) {
        if (filter->matches(standing.meta, standing.data)) wanted.push_back(id);
      }
      CHECK(watches.matching(EntityType{"Car"}, standing.image()) == wanted);
    }
  }
}

// Going forth along the log must tell what the states themselves tell.
TEST_CASE("Watched events: the log tells of every record what it did to every filter [law 3]") {
  INFO("COTERIE_SEED=", seed());
  RandomDocuments random(seed());
  for (int round = 0; round < 20; ++round) {
    const auto store = make_memory_store();
    FilterWatches watches;
    std::vector<Watch> all;
    for (std::uint64_t id = 1; id <= 12; ++id) {
      all.push_back({WatchId{id}, EntityType{"Car"},
                     std::make_shared<const Filter>(Filter::parse(random_filter(random)).value())});
      watches.add(all.back());
    }
    for (int change = 0; change < 40; ++change) {
      const std::string id = random.chance(50) ? "1" : "2";
      BatchBuilder builder(*store);
      const auto head = store->head(key_of("Car", id)).value();
      if (!head || head->deleted) {
        builder.create("Car", id, to_json_text(random.object(2)));
      } else if (random.chance(15)) {
        builder.remove("Car", id);
      } else {
        builder.update("Car", id, to_json_text(json::object{{"a", random.value(1)}, {"b", random.scalar()}}));
      }
      builder.commit().value();
    }

    const Seq after{random.below(30)};
    const LogPage page = store->log({after, {}, 1000, 1 << 20}).value();
    const auto watched = watched_events(watches, page.events, *store).value();

    std::map<std::size_t, std::vector<Transition>> told;
    for (const WatchedEvent& one : watched) told[one.event] = one.transitions;
    for (std::size_t i = 0; i < page.events.size(); ++i) {
      const DataSyncEvent& event = page.events[i];
      const auto passes = [&](Version version, const Watch& watch) {
        const auto entity = store->get_at(event.key, version).value();
        return entity && watch.filter->matches(entity->meta, object_of(entity->data));
      };
      std::vector<Transition> wanted;
      for (const Watch& watch : all) {
        const bool was = event.version > Version{1} && passes(Version{event.version.value() - 1}, watch);
        const bool is = passes(event.version, watch);
        const bool ends = event.operation == EventOperation::remove;
        if (was && (is || ends)) wanted.push_back({watch.id, Membership::stays});
        if (was && !is && !ends) wanted.push_back({watch.id, Membership::leaves});
        if (!was && is) wanted.push_back({watch.id, Membership::enters});
      }
      CHECK(told[i] == wanted);
    }
  }
}

}  // namespace coterie::testing
