#include <cmath>
#include <limits>
#include <stdexcept>

#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

TEST_CASE("JSON: numbers are written in their shortest exact form, whole ones as integers") {
  const std::pair<json::value, const char*> numbers[] = {{1.5, "1.5"},
                                                         {0.1, "0.1"},
                                                         {1e-7, "1e-07"},
                                                         {100000.0, "100000"},
                                                         {-0.0, "0"},
                                                         {-3.0, "-3"},
                                                         {0.1 + 0.2, "0.30000000000000004"},
                                                         {5e-324, "5e-324"},
                                                         {9007199254740991.0, "9007199254740991"},
                                                         {std::int64_t{-7}, "-7"},
                                                         {std::uint64_t{7}, "7"},
                                                         {true, "true"},
                                                         {nullptr, "null"}};
  for (const auto& [value, text] : numbers) CHECK(to_json_text(value) == text);
}

TEST_CASE("JSON: a number that is not finite is never written") {
  for (const double number : {std::numeric_limits<double>::infinity(), std::nan("")})
    CHECK_THROWS_AS(to_json_text(json::value(number)), std::logic_error);
}

TEST_CASE("JSON: texts are escaped where they must be, and never hold a raw newline") {
  const auto written = [](std::string_view text) {
    std::string out;
    write_json(out, text);
    return out;
  };
  CHECK(written("") == R"("")");
  CHECK(written("plain text / </script> \x7F") == "\"plain text / </script> \x7F\"");
  CHECK(written("a\"b\\c") == R"("a\"b\\c")");
  CHECK(written("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(written(std::string_view("\x01\x1F\0", 3)) == R"("\u0001\u001f\u0000")");
  CHECK(written("\xC3\xA9\xF0\x9F\x98\x80") == "\"\xC3\xA9\xF0\x9F\x98\x80\"");

  // Every kind of text takes the same way out.
  std::string out;
  write_json(out, "literal");
  write_json(out, std::string("owned"));
  write_json(out, json::string("theirs"));
  write_json(out, json::value("value"));
  CHECK(out == R"("literal""owned""theirs""value")");
}

TEST_CASE("JSON: each byte that must be escaped is, wherever in a text it stands") {
  for (int byte = 1; byte < 0x80; ++byte) {
    for (std::size_t at = 0; at < 24; ++at) {
      std::string text(24, 'x');
      text[at] = static_cast<char>(byte);
      const std::string written = to_json_text(json::value(text));
      REQUIRE(value_of(written).as_string() == text);
      REQUIRE((written.size() == text.size() + 2) == (byte >= 0x20 && byte != '"' && byte != '\\'));
    }
  }
}

TEST_CASE("JSON: objects and arrays are compact and keep their order") {
  for (const char* text : {"{}", "[]", "[[],{},null]", R"({"b":1,"a":[1,2.5,"x"],"c":{"d":{}}})"})
    CHECK(to_json_text(value_of(text)) == text);
  CHECK(to_json_text(object_of(" { \"a\" : [ 1 , 2 ] } ")) == R"({"a":[1,2]})");
}

TEST_CASE("JSON: what is written reads back as an equal value") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 3000; ++i) {
    const json::value value = documents.value(4);
    const std::string text = to_json_text(value);
    CAPTURE(text);
    REQUIRE(value_of(text) == value);
    REQUIRE(to_json_text(value_of(text)) == text);
    REQUIRE(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("JSON: every double of the range is written so that it reads back bit for bit") {
  INFO("COTERIE_SEED=" << seed());
  std::mt19937_64 random(seed());
  std::uniform_real_distribution<double> exponent(-320, 15), mantissa(-9, 9);
  for (int i = 0; i < 20000; ++i) {
    const auto number = number_value(mantissa(random) * std::pow(10, exponent(random)));
    if (!number) continue;
    REQUIRE(value_of(to_json_text(*number)) == *number);
  }
}

TEST_CASE("JSON: a computed number is an integer where it is whole, and refused outside the range") {
  CHECK(number_value(0.5 + 0.5).value() == json::value(1));
  CHECK(number_value(-0.0).value().is_int64());
  CHECK(number_value(0.1).value() == json::value(0.1));
  CHECK(number_value(9007199254740991.0).value() == json::value(kMaxInteger));
  CHECK(!number_value(9007199254740992.0));
  CHECK(!number_value(-9007199254740992.0));
  CHECK(!number_value(std::numeric_limits<double>::infinity()));
  CHECK(!number_value(std::nan("")));
}

TEST_CASE("JSON: the shape of a value is what the limits of reading count") {
  const auto shape = [](const char* text) { return shape_of(value_of(text)); };
  CHECK(shape("1").depth == 0);
  CHECK(shape("{}").depth == 1);
  CHECK(shape(R"({"a":[1,{"b":2}]})").depth == 3);
  CHECK(shape(R"({"a":[1,{"b":2}]})").members == 4);

  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 500; ++i) {
    const json::value value = documents.value(4);
    const std::string text = to_json_text(value);
    const JsonShape is = shape_of(value);
    REQUIRE(parse_json(text, {text.size(), is.depth, is.members}).has_value());
    if (is.depth > 0) REQUIRE(!parse_json(text, {text.size(), is.depth - 1, is.members}));
    if (is.members > 0) REQUIRE(!parse_json(text, {text.size(), is.depth, is.members - 1}));
  }
}
