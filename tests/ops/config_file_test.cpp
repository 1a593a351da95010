#include "server/ops/config_file.hpp"

#include <doctest/doctest.h>

#include "protocol/json.hpp"

using namespace coterie;

namespace {

ConfigFile parsed(std::string_view text) {
  auto file = parse_config(text, "a.toml");
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

std::string refused(std::string_view text) {
  const auto file = parse_config(text, "a.toml");
  REQUIRE(file.has_error());
  return file.error().message;
}

}  // namespace

TEST_CASE("Configuration: tables, lists and dotted names become values that know their line") {
  const ConfigFile file = parsed(
      "[serve]\n"
      "readers = 4\n"
      "[types.Booking]\n"
      "unique = [\"number\",\n"
      "          [\"vehicle\", \"day\"]]\n"
      "history.age = \"1d\"\n"
      "[types.Booking.fields]\n"
      "\"address.city\" = {clash = \"mine\"}\n"
      "rate = 0.5\n"
      "on = true\n");

  CHECK(
      to_json_text(file.root) ==
      R"({"serve":{"readers":4},"types":{"Booking":{"fields":{"address.city":{"clash":"mine"},"on":true,"rate":0.5},)"
      R"("history":{"age":"1d"},"unique":["number",["vehicle","day"]]}}})");
  CHECK(file.error("serve.readers", "x").message == "a.toml:2: serve.readers: x");
  CHECK(file.error("types.Booking.unique[1]", "x").message == "a.toml:5: types.Booking.unique[1]: x");
  CHECK(file.error("types.Booking.fields.\"address.city\"", "x").message ==
        "a.toml:8: types.Booking.fields.\"address.city\": x");
  CHECK(file.error("types.Booking.strategy", "x").message == "a.toml:3: types.Booking.strategy: x");
  CHECK(file.error("", "x").message == "a.toml: x");
}

TEST_CASE("Configuration: what is no TOML, or has no form in JSON, is refused with its line") {
  CHECK(refused("a = 1\nb = \n").starts_with("a.toml:2: "));
  CHECK(refused("a = 1\na = 2\n").starts_with("a.toml:2: "));
  CHECK(refused("[a]\n[a]\n").starts_with("a.toml:2: "));
  CHECK(refused("x = 1\nday = 2026-01-01\n").starts_with("a.toml:2: day: Write dates"));
  CHECK(refused("x = [1, [inf]]\n").starts_with("a.toml:1: x[1][0]: The number must be finite"));
  CHECK(refused("[a]\n\n[{b]\n") == "a.toml:3: This cannot be read as TOML.");  // an assertion of the parser
  CHECK(refused("a = \"\xFF\"\n").starts_with("a.toml:1: "));
  CHECK(read_config_file("/nonexistent/a.toml").error().message ==
        "/nonexistent/a.toml: This file cannot be read.");
  CHECK(parsed("").root.empty());
}

TEST_CASE(
    "Configuration: a letter beyond ASCII outside of quotes is refused with its line, within them it is "
    "text") {
  for (const char* letter : {"é", "¡", "ҙ", "ב", "中"}) {
    CHECK(refused(std::string("a = 1\n") + letter + " = 2\n").starts_with("a.toml:2: "));
    CHECK(refused(std::string("a = 1 ") + letter + "\n").starts_with("a.toml:1: "));
    const ConfigFile file = parsed(std::string("a = \"") + letter + "\"");
    CHECK(to_json_text(file.root) == std::string(R"({"a":")") + letter + "\"}");
  }
}
