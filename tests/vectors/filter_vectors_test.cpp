// Filters and sorts over documents in memory.

#include "protocol/filter.hpp"
#include "protocol/sort.hpp"
#include "protocol/time_text.hpp"
#include "tests/vectors/vectors.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

EntityMeta meta_of(const boost::json::object& golden) {
  EntityMeta meta;
  meta.key = {EntityType("Thing"), EntityId("1")};
  meta.version = Version(1);
  if (!golden.contains("meta")) return meta;
  const boost::json::object& given = golden.at("meta").as_object();
  meta.key.id = EntityId(text_at(given, "id"));
  meta.version = Version(static_cast<std::uint64_t>(given.at("version").as_int64()));
  meta.created_at = timestamp_from_text(text_at(given, "createdAt")).value();
  meta.created_by = UserId(text_at(given, "createdBy"));
  meta.updated_at = timestamp_from_text(text_at(given, "updatedAt")).value();
  meta.updated_by = UserId(text_at(given, "updatedBy"));
  return meta;
}

std::vector<SortPlace> places_of(const Sort& sort, const boost::json::object& golden) {
  std::vector<SortPlace> places;
  for (const boost::json::value& record : golden.at("records").as_array()) {
    EntityMeta meta;
    meta.key.id = EntityId(text_at(record.as_object(), "id"));
    places.push_back(place_of(sort, meta, record.at("data").as_object()));
  }
  return places;
}

}  // namespace

TEST_CASE("Vectors: every filter lets through what it should, or is refused by its code and member") {
  for (const boost::json::value& item : cases_of("filter")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    const Result<Filter> filter = Filter::parse(golden.at("filter"));
    if (golden.contains("error")) {
      REQUIRE(filter.has_error());
      check_error(golden.at("error").as_object(), filter.error());
      continue;
    }
    REQUIRE_MESSAGE(filter.has_value(), filter.error().message);
    CHECK(filter->matches(meta_of(golden), golden.at("document").as_object()) ==
          golden.at("matches").as_bool());
  }
}

TEST_CASE("Vectors: every sort is a total order, in which the records stand as listed") {
  for (const boost::json::value& item : cases_of("sort")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    const Result<Sort> sort = Sort::parse(text_at(golden, "sort"));
    if (golden.contains("error")) {
      REQUIRE(sort.has_error());
      check_error(golden.at("error").as_object(), sort.error());
      continue;
    }
    REQUIRE_MESSAGE(sort.has_value(), sort.error().message);
    const std::vector<SortPlace> places = places_of(*sort, golden);
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t j = 0; j < places.size(); ++j) {
        CAPTURE(places[i].id.value());
        CAPTURE(places[j].id.value());
        CHECK(compare(*sort, places[i], places[j]) == (i <=> j));
      }
    }
  }
}
