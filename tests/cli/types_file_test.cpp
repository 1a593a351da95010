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

std::string refused(std::string_view text) {
  const auto types = read(text);
  REQUIRE(types.has_error());
  return types.error().message;
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

TEST_CASE("Types file: a word that is not known is refused with its line and the nearest that is") {
  CHECK(refused("[type.A]\n") == "a.toml:1: type: This section is not known; did you mean types?");
  CHECK(refused("[types.A]\nstratgy = \"merge\"\n") ==
        "a.toml:2: types.A.stratgy: This key is not known; did you mean strategy?");
  CHECK(refused("[types.A]\nstrategy = \"merg\"\n") ==
        "a.toml:2: types.A.strategy: This strategy is not known; did you mean merge?");
  CHECK(refused("[types.A.fields]\nx = 1\n").starts_with("a.toml:2: types.A.fields.x: This must be a text"));
  CHECK(refused("[types.A.fields]\nx = \"unoin\"\n") ==
        "a.toml:2: types.A.fields.x: This policy is not known; did you mean union?");
  CHECK(refused("[types.A.fields]\nx = {clash = \"ask\", lock = 1}\n")
            .starts_with("a.toml:2: types.A.fields.x.lock: This key is not known; known are clash"));
  CHECK(refused("[types.A]\nhistory = {versoins = 5}\n") ==
        "a.toml:2: types.A.history.versoins: This key is not known; did you mean versions?");
}

TEST_CASE("Types file: values of the wrong kind, and rules that cannot be, are refused with their line") {
  CHECK(refused("types = 5\n").starts_with("a.toml:1: types: This must be a table"));
  CHECK(refused("[types]\nA = 5\n").starts_with("a.toml:2: types.A: This must be a table"));
  CHECK(refused("[types.\"9a\"]\n").starts_with("a.toml:1: types.9a: The name of a type"));
  CHECK(refused("[types.A]\nunique = \"number\"\n")
            .starts_with("a.toml:2: types.A.unique: This must be a list"));
  CHECK(refused("[types.A]\nunique = [5]\n").starts_with("a.toml:2: types.A.unique[0]: "));
  CHECK(
      refused("[types.A]\nunique = [[]]\n").starts_with("a.toml:2: types.A.unique[0]: This names no field"));
  CHECK(refused("[types.A]\nunique = [\"a\", \"a\"]\n")
            .starts_with("a.toml:2: types.A.unique[1]: This is named twice"));
  CHECK(refused("[types.A]\nindex = [[\"a\", \"a\"]]\n").starts_with("a.toml:2: types.A.index[0][1]: "));
  CHECK(refused("[types.A]\nindex = [\"a..b\"]\n")
            .starts_with("a.toml:2: types.A.index[0]: This is not the path"));
  CHECK(refused("[types.A]\nstrategy = \"latest-wins\"\nstrategies = [\"merge\"]\n")
            .starts_with("a.toml:2: types.A.strategy: "));
  CHECK(refused("[types.A]\nstrategies = []\n").starts_with("a.toml:2: types.A.strategies: "));
  CHECK(refused("[types.A]\nhistory = {age = \"1y\"}\n").starts_with("a.toml:2: types.A.history.age: "));
  CHECK(refused("[types.A]\nhistory = {versions = 0}\n").starts_with("a.toml:2: types.A.history.versions: "));
  CHECK(refused("[sequences]\norder = \"ORD\"\n").starts_with("a.toml:2: sequences.order: "));
  std::string many = "[types.A]\nindex = [";
  for (int i = 0; i < 17; ++i) many += "\"f" + std::to_string(i) + "\",";
  CHECK(refused(many + "]\n").starts_with("a.toml:2: types.A.index: This list may hold 16"));
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
  CHECK(refused("[types.A]\nschema = {tpye = \"object\"}\n").find("tpye") != std::string::npos);
}

TEST_CASE("Types file: durations") {
  using namespace std::chrono;
  CHECK(duration_from_text("90s") == seconds(90));
  CHECK(duration_from_text("5m") == minutes(5));
  CHECK(duration_from_text("12h") == hours(12));
  CHECK(duration_from_text("365d") == days(365));
  CHECK(duration_from_text("2w") == weeks(2));
  for (const char* wrong :
       {"", "d", "1", "0d", "-1d", "1.5d", "1 d", "1y", "99999999999999999999d", "2000000d"}) {
    CHECK_FALSE(duration_from_text(wrong));
  }
}
