#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

ErrorCode refusal_of(std::string_view text, const JsonLimits& limits = kLimits) {
  const auto value = parse_json(text, limits);
  INFO(std::string(text.substr(0, 80)));
  REQUIRE(!value.has_value());
  CHECK(!value.error().message.empty());
  return value.error().code;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("JSON: what is malformed is refused") {
  for (const char* text :
       {"",          " ",         "{",           "}",        "[1,]",       "{\"a\":1,}",
        "{\"a\"}",   "{a:1}",     "{'a':1}",     "[1 2]",    "01",         "[01]",
        "1.",        ".5",        "+1",          "1e",       "1e+",        "-",
        "--1",       "0x10",      "tru",         "True",     "nul",        "\"",
        "\"\\x\"",   "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"",     "[/*c*/1]",
        "//c\n1",    "{} {}",     "1 2",         "[]]",      "{\"a\":1}x", "\xEF\xBB\xBF{}",
        "undefined", "[,1]",      "{,}",         ":"}) {
    CAPTURE(text);
    CHECK(refusal_of(text) == ErrorCode::bad_json);
  }
}

TEST_CASE("JSON: every beginning of a message is refused, and none of its values is mistaken for the whole") {
  const std::string whole =
      R"({"id":12,"d":-0.5e-3,"t":"\u00e9\ud83d\ude00 \"q\"","l":[1,true,false,null,{}]})";
  REQUIRE(parse_json(whole, kLimits).has_value());

  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of the exact size, so that a sanitizer sees a read past its end.
    const std::vector<char> beginning(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(refusal_of({beginning.data(), beginning.size()}) == ErrorCode::bad_json);
  }
}

TEST_CASE("JSON: text that is not UTF-8 is refused, in names and in values") {
  for (const char* bytes :
       {"\x80", "\xFF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\xC3"}) {
    CHECK(refusal_of("\"" + std::string(bytes) + "\"") == ErrorCode::bad_json);
    CHECK(refusal_of("{\"" + std::string(bytes) + "\":1}") == ErrorCode::bad_json);
  }
  CHECK(value_of("\"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"").as_string().size() == 10);
}

TEST_CASE("JSON: U+0000 and lone surrogates are refused, in names and in values") {
  for (const char* text : {R"(\u0000)", R"(a\u0000b)", R"(\ud800)", R"(\udc00)", R"(\ud800\ud800)",
                           R"(\ud800x)", R"(\ud800\n)", R"(\udfff\ud800)", R"(x\ud83d)"}) {
    CHECK(refusal_of("\"" + std::string(text) + "\"") == ErrorCode::bad_json);
    CHECK(refusal_of("{\"" + std::string(text) + "\":1}") == ErrorCode::bad_json);
    CHECK(refusal_of("[\"" + std::string(5000, 'x') + text + "\"]") == ErrorCode::bad_json);
  }
  CHECK(refusal_of(std::string_view("\"a\0b\"", 5)) == ErrorCode::bad_json);
  CHECK(value_of(R"("\ud83d\ude00")") == json::value("\xF0\x9F\x98\x80"));
}

TEST_CASE("JSON: a name that appears twice is refused, however deep and however it is written") {
  for (const char* text :
       {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"":1,"":2})", R"({"x":{"a":1,"b":2,"a":3}})",
        R"([[{"a":{},"a":[]}]])", R"({"a":{"b":1},"a":{"b":1}})", R"({"__proto__":1,"__proto__":2})"})
    CHECK(refusal_of(text) == ErrorCode::bad_json);
  CHECK(parse_json(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})", kLimits).has_value());

  std::string big = "{";
  for (int i = 0; i < 5000; ++i) big += "\"member" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  CHECK(value_of(big + "\"last\":1}").as_object().size() == 5001);
  CHECK(refusal_of(big + "\"member2500\":1}") == ErrorCode::bad_json);
}

TEST_CASE("JSON: numbers that are not finite or not exact integers are refused and never repeated") {
  for (const char* text : {"1e400",
                           "-1e400",
                           "1e308000",
                           "1e99999999999",
                           "1e-99999999999",
                           "1e-400",
                           "NaN",
                           "-NaN",
                           "Infinity",
                           "-Infinity",
                           "9007199254740992",
                           "-9007199254740992",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "9223372036854775808",
                           "18446744073709551615",
                           "18446744073709551616",
                           "123456789012345678901234567890",
                           "9007199254740992.0",
                           "1e16",
                           "1e300",
                           "9.1e15"}) {
    for (const std::string& around :
         {std::string(text), "[" + std::string(text) + "]", "{\"a\":" + std::string(text) + "}"}) {
      CHECK(refusal_of(around) == ErrorCode::bad_number);
      CHECK(parse_json(around, kLimits).error().message.find(text) == std::string::npos);
    }
  }
  CHECK(refusal_of(R"(["NaN", oops])") == ErrorCode::bad_json);
}

TEST_CASE("JSON: a whole number is an integer, however it is written") {
  const std::pair<const char*, std::int64_t> numbers[] = {{"0", 0},
                                                          {"-0", 0},
                                                          {"0.0", 0},
                                                          {"-0.0", 0},
                                                          {"0e5", 0},
                                                          {"0E-7", 0},
                                                          {"1.0", 1},
                                                          {"1e2", 100},
                                                          {"1E+2", 100},
                                                          {"100e-2", 1},
                                                          {"1.5e1", 15},
                                                          {"9007199254740991", 9007199254740991},
                                                          {"-9007199254740991", -9007199254740991},
                                                          {"9007199254740991.0", 9007199254740991},
                                                          {"9.007199254740991e15", 9007199254740991}};
  for (const auto& [text, number] : numbers) {
    CAPTURE(text);
    const json::value value = value_of(text);
    REQUIRE(value.is_int64());
    CHECK(value.get_int64() == number);
  }
}

TEST_CASE("JSON: doubles are read exactly, bit for bit, whatever stands after them") {
  std::mt19937_64 random(seed());
  INFO("COTERIE_SEED=" << seed());
  std::uniform_real_distribution<double> exponent(-300, 15), mantissa(-1, 1);
  for (int i = 0; i < 20000; ++i) {
    const double number = mantissa(random) * std::pow(10, exponent(random));
    if (number == std::trunc(number)) continue;  // an integer then, and tested above
    char text[64];
    std::snprintf(text, sizeof text, i % 2 == 0 ? "%.17g" : "%.25e", number);
    const json::value value = value_of(text);
    CAPTURE(text);
    REQUIRE(value.is_double());
    REQUIRE(value.get_double() == std::strtod(text, nullptr));
    REQUIRE(value_of("[" + std::string(text) + ", 1]").as_array()[0] == value);
  }
  for (const char* text : {"5e-324", "2.2250738585072014e-308", "0.1", "1.7976931348623157e-292",
                           "0.30000000000000004", "123456789.12345678", "0.000001", "4503599627370495.5"})
    CHECK(value_of(text).get_double() == std::strtod(text, nullptr));
}

TEST_CASE("JSON: 32 levels are read, one more is refused, and 50,000 do no harm [law 6]") {
  CHECK(parse_json(nested(32), kLimits).has_value());
  CHECK(refusal_of(nested(33)) == ErrorCode::bad_json);
  CHECK(refusal_of(nested(50000)) == ErrorCode::bad_json);
  CHECK(refusal_of(std::string(50000, '[')) == ErrorCode::bad_json);

  std::string objects;
  for (int i = 0; i < 50000; ++i) objects += "{\"a\":";
  CHECK(refusal_of(objects) == ErrorCode::bad_json);
}

TEST_CASE("JSON: more members and items than the limit are too large [law 6]") {
  const auto items = [](std::size_t n) {
    std::string text = "[0";
    for (std::size_t i = 1; i < n; ++i) text += ",0";
    return text + "]";
  };
  CHECK(parse_json(items(kMaxMembers), kLimits).has_value());
  CHECK(refusal_of(items(kMaxMembers + 1)) == ErrorCode::too_large);
  CHECK(refusal_of(items(100'000)) == ErrorCode::too_large);

  std::string members = "{\"m\":0";
  for (int i = 0; i < 100'000; ++i) members += ",\"m" + std::to_string(i) + "\":0";
  CHECK(refusal_of(members + "}", {8 << 20, 32, kMaxMembers}) == ErrorCode::too_large);

  // Those of all levels count together.
  CHECK(parse_json(R"({"a":[1,{"b":2}]})", {100, 32, 4}).has_value());
  CHECK(refusal_of(R"({"a":[1,{"b":2}]})", {100, 32, 3}) == ErrorCode::too_large);
  CHECK(parse_json("1", {100, 32, 0}).has_value());
}

TEST_CASE("JSON: a text of more bytes than the limit is too large, a name of a megabyte too [law 6]") {
  CHECK(parse_json("[1]", {3, 32, 10}).has_value());
  CHECK(refusal_of("[1] ", {3, 32, 10}) == ErrorCode::too_large);
  CHECK(refusal_of("{\"" + std::string(1 << 20, 'n') + "\":1}", {64 * 1024, 32, 10}) == ErrorCode::too_large);
  // Where the limit allows it, a long text that is handed over in many parts stays whole.
  const std::string part = std::string(1021, 'x') + "\\n";
  std::string text = "\"", expected;
  for (int i = 0; i < 100; ++i) text += part, expected += std::string(1021, 'x') + "\n";
  CHECK(value_of(text + "\"").as_string() == expected);
  CHECK(value_of("{" + text + "\":1}").as_object().contains(expected));
}

TEST_CASE("JSON: names that mean something elsewhere are plain data") {
  const json::object object = object_of(R"({"__proto__":{"x":1},"constructor":2,"$where":3,"a.b":4,"":5})");
  CHECK(object.size() == 5);
  CHECK(object.at("__proto__") == json::value(json::object{{"x", 1}}));
}
