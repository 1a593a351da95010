#include "server/cli/terminal.hpp"

#include <doctest/doctest.h>

#include "server/cli/text_table.hpp"
#include "server/cli/value_text.hpp"
#include "tests/support/json.hpp"

namespace coterie {

TEST_CASE("Terminal: a record's text cannot move the cursor, colour the screen or turn the line") {
  CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(printable("one\ntwo\tthree\r") == "one\\ntwo\\tthree\\r");
  CHECK(printable("abc\xe2\x80\xae"
                  "def") == "abc\\u202edef");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\x9b31m");
  CHECK(printable("caf\xc3\xa9 \xf0\x9f\x9a\x97") == "caf\xc3\xa9 \xf0\x9f\x9a\x97");
}

TEST_CASE("Terminal: broken UTF-8 is shown by its bytes") {
  CHECK(printable("a\xff") == "a\\xff");
  CHECK(printable("\xe2\x82") == "\\xe2\\x82");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("Terminal: text is cut by characters, not by bytes") {
  CHECK(width_of("caf\xc3\xa9") == 4);
  CHECK(shorten("caf\xc3\xa9 noir", 7) == "caf\xc3\xa9...");
  CHECK(shorten("short", 5) == "short");
}

TEST_CASE("Terminal: colours only where they were asked for") {
  CHECK(Style(false).paint(Colour::red, "x") == "x");
  CHECK(Style(true).paint(Colour::red, "x") == "\x1b[31mx\x1b[0m");
}

TEST_CASE("Table: columns stand under their heads, and the widest gives way") {
  TextTable table({"id", "name"});
  table.add({{"1"}, {"a name that is rather long"}});
  table.add({{"22"}, {"short"}});

  CHECK(table.text(Style(false), 80) == "id  name\n1   a name that is rather long\n22  short\n");
  CHECK(table.text(Style(false), 16) == "id  name\n1   a name th...\n22  short\n");
}

TEST_CASE("Values: text is told apart from what only looks like it") {
  const auto show = [](std::string_view text) {
    const auto value = testing::value_of(text);
    return brief(&value);
  };
  CHECK(show("130") == "130");
  CHECK(show("\"130\"") == "\"130\"");
  CHECK(show("\"ford torino\"") == "ford torino");
  CHECK(show("\"null\"") == "\"null\"");
  CHECK(show("\"\"") == "\"\"");
  CHECK(show("{\"a\":[1,2]}") == "{\"a\":[1,2]}");
  CHECK(brief(nullptr) == "-");
}

TEST_CASE("Values: a document is laid out a member a line") {
  CHECK(laid_out(testing::value_of(R"({"a":1,"b":{"c":[]},"d":["x"]})")) ==
        "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": []\n  },\n  \"d\": [\n    \"x\"\n  ]\n}");
}

}  // namespace coterie
