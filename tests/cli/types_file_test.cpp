// What coterie.toml says of types: all of it understood, every mistake told with its line.
#include "server/types_file.hpp"

#include <doctest/doctest.h>

#include "protocol/json.hpp"
#include "tests/cli/text_file.hpp"
#include "tests/support/json.hpp"

using namespace coterie;

namespace {

Result<TypesConfiguration> read(std::string_view text) {
  const auto file = parse_config(text, "a.toml");
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return read_types(*file);
}

TypesConfiguration good(std::string_view text) {
  auto types = read(text);
  REQUIRE_MESSAGE(types.has_value(), types.error().message);
  return std::move(*types);
}

std::string shown(const std::vector<FieldGroup>& groups) {
  std::string text;
  for (const FieldGroup& group : groups) text += described(group) + ';';
  return text;
}

}  // namespace

TEST_CASE("Types file: everything that may be said of a type is understood") {
  const TypesConfiguration made = good(R"(
[sequences]
order = "ORD-{year}-{number:6}"
[types.Booking]
strategy = "merge"
strategies = ["reject", "merge"]
schema = {type = "object", required = ["name"], properties = {price = {minimum = 0}}}
unique = ["number", ["vehicle", "day"]]
index = ["status", ["client", "dueDate"]]
search = ["name", "note"]
history = {age = "365d", versions = 1000}
[types.Booking.fields]
"price" = {clash = "ask"}
"tags" = "union"
address.city = "mine"
address.zip.clash = "theirs"
"stock.left" = "sum"
[types.Empty]
)");
  const TypeRules& booking = made.types->of(EntityType{"Booking"});

  CHECK(booking.strategy == Strategy::merge);
  CHECK(booking.allows(Strategy::merge));
  CHECK_FALSE(booking.allows(Strategy::latest_wins));
  CHECK(shown(booking.unique) == "number;vehicle and day;");
  CHECK(shown(booking.index) == "status;client and dueDate;");
  CHECK(booking.clashes.of("price") == ClashPolicy::ask);
  CHECK(booking.clashes.of("tags") == ClashPolicy::set);
  CHECK(booking.clashes.of("address.city.part") == ClashPolicy::mine);
  CHECK(booking.clashes.of("address.zip") == ClashPolicy::theirs);
  CHECK(booking.clashes.of("address") == ClashPolicy::ask);
  CHECK(booking.clashes.of("stock.left") == ClashPolicy::sum);
  REQUIRE(booking.schema);
  CHECK(booking.schema->accepts(coterie::testing::value_of(R"({"name":"x"})")));
  CHECK_FALSE(booking.schema->accepts(coterie::testing::value_of(R"({"name":"x","price":-1})")));
  CHECK(described(made.search.at(EntityType{"Booking"})) == "name and note");
  CHECK(made.retention.at(EntityType{"Booking"}).age == std::chrono::days(365));
  CHECK(made.retention.at(EntityType{"Booking"}).versions == 1000);
  CHECK_FALSE(made.retention.contains(EntityType{"Empty"}));
  CHECK(made.types->of(EntityType{"Empty"}).strategy == Strategy::reject);
  CHECK(made.numbers.text("order", Timestamp{}, 7) == "ORD-1970-000007");
}

TEST_CASE("Types file: a schema is looked for beside the file, and must be one") {
  coterie::testing::TextFile schema("booking.schema.json", R"({"properties":{"a":{"type":"strin"}}})");
  const std::filesystem::path beside = std::filesystem::path(schema.path()).parent_path() / "coterie.toml";
  const auto with = [&](const std::string& name) {
    const auto file = parse_config("[types.A]\nschema = \"" + name + "\"\n", beside);
    return read_types(*file).error().message;
  };
  const std::string name = std::filesystem::path(schema.path()).filename().string();

  CHECK(with(name).find(":2: types.A.schema: The schema cannot be used, at properties.a.type: ") !=
        std::string::npos);
  CHECK(with("none.json").find("none.json cannot be read") != std::string::npos);
  CHECK(read("[types.A]\nschema = {tpye = \"object\"}\n").error().message.find("tpye") != std::string::npos);
}
