#include <doctest/doctest.h>

#include <vector>

#include "server/cli/transfer/csv_cells.hpp"
#include "server/cli/transfer/row_reader.hpp"
#include "tests/cli/text_file.hpp"
#include "tests/support/json.hpp"

namespace coterie {

using testing::object_of;
using testing::TextFile;

namespace {

struct Read {
  std::vector<SourceRow> rows;
  std::string error;
};

Read read(const std::string& name, const std::string& content, RowOptions options = {}) {
  const TextFile file(name, content);
  Read result;
  auto rows = open_rows(file.path(), options);
  if (!rows) return {{}, rows.error().message};
  for (;;) {
    auto row = (*rows)->next();
    if (!row) {
      result.error = row.error().message;
      return result;
    }
    if (!*row) return result;
    result.rows.push_back(std::move(**row));
  }
}

}  // namespace

TEST_CASE("Rows: a JSON array is split at its elements, with the line of each") {
  const Read read_rows =
      read("a.json", "\xef\xbb\xbf[\n {\"a\": \"],{\\\"\"},\n\n {\"b\":\n [1,{\"c\":2}]} ,{\"d\":1}]\n");

  CHECK(read_rows.error.empty());
  REQUIRE(read_rows.rows.size() == 3);
  CHECK(read_rows.rows[0].data == object_of(R"({"a":"],{\""})"));
  CHECK(read_rows.rows[0].line == 2);
  CHECK(read_rows.rows[1].data == object_of(R"({"b":[1,{"c":2}]})"));
  CHECK(read_rows.rows[1].line == 4);
  CHECK(read_rows.rows[2].line == 5);
  CHECK(read("a.json", " [ ] ").rows.empty());
}

TEST_CASE("Rows: a bad element is refused alone, a broken array as a whole") {
  const Read one_bad = read("a.json", "[{\"a\":1},{\"a\":1e999},7,{\"a\":2}]");
  REQUIRE(one_bad.rows.size() == 4);
  CHECK(one_bad.error.empty());
  CHECK(one_bad.rows[0].refusal.empty());
  CHECK_FALSE(one_bad.rows[1].refusal.empty());
  CHECK_FALSE(one_bad.rows[2].refusal.empty());
  CHECK(one_bad.rows[3].data == object_of(R"({"a":2})"));

  CHECK_FALSE(read("a.json", "[{\"a\":1}").error.empty());
  CHECK_FALSE(read("a.json", "[{\"a\":1} {\"a\":2}]").rows[0].refusal.empty());
  CHECK_FALSE(read("a.json", "[{\"a\":1}] []").error.empty());
  CHECK_FALSE(read("a.json", "hello").error.empty());
}

TEST_CASE("Rows: JSON Lines, empty lines passed over, the last without its newline") {
  const Read lines = read("a.jsonl", "{\"a\":1}\r\n\n{\"a\":\n{\"a\":3}");
  REQUIRE(lines.rows.size() == 3);
  CHECK(lines.rows[0].data == object_of(R"({"a":1})"));
  CHECK(lines.rows[1].line == 3);
  CHECK_FALSE(lines.rows[1].refusal.empty());
  CHECK(lines.rows[2].data == object_of(R"({"a":3})"));
}

TEST_CASE("Rows: CSV with quotes, line ends of all kinds, and the types of its columns") {
  const Read csv = read("a.csv",
                        "\xef\xbb\xbf"
                        "name,n,zip,ok,empty\r\n"
                        "\"Ann \"\"A\"\"\",1,00501,true,\r\n"
                        "\"two\nlines\",-2.50,10001,false,\"\"\r\n"
                        "\r\n"
                        " c ,,x,,");

  CHECK(csv.error.empty());
  REQUIRE(csv.rows.size() == 3);
  CHECK(csv.rows[0].data == object_of(R"({"name":"Ann \"A\"","n":1,"zip":"00501","ok":true})"));
  CHECK(csv.rows[1].data ==
        object_of(R"({"name":"two\nlines","n":-2.5,"zip":"10001","ok":false,"empty":""})"));
  CHECK(csv.rows[1].line == 3);
  CHECK(csv.rows[2].data == object_of(R"({"name":" c ","zip":"x"})"));
  CHECK(csv.rows[2].line == 6);
}

TEST_CASE("Rows: --text keeps every cell, --nested makes objects of dotted columns") {
  RowOptions text;
  text.keep_text = true;
  CHECK(read("a.csv", "n,ok\n1,true\n", text).rows[0].data == object_of(R"({"n":"1","ok":"true"})"));

  RowOptions nested;
  nested.nested = true;
  CHECK(read("a.csv", "a.b,a.c,d\n1,x,2\n", nested).rows[0].data ==
        object_of(R"({"a":{"b":1,"c":"x"},"d":2})"));
}

TEST_CASE("Rows: ragged rows, wrong quotes and broken UTF-8 are refused with their line, the next is read") {
  const Read csv = read("a.csv", "a,b\n1\n1,2,3\nx\"y,2\n\"\xff\",2\n5,6\n");

  REQUIRE(csv.rows.size() == 5);
  CHECK(csv.rows[0].refusal == "it has 1 cell, and the header names 2");
  CHECK(csv.rows[1].refusal == "it has 3 cells, and the header names 2");
  CHECK_FALSE(csv.rows[2].refusal.empty());
  CHECK(csv.rows[2].line == 4);
  CHECK_FALSE(csv.rows[3].refusal.empty());
  CHECK(csv.rows[4].refusal.empty());
  CHECK(csv.rows[4].line == 6);

  const Read open = read("a.csv", "a\n\"never closed\nx\ny\n");
  REQUIRE(open.rows.size() == 1);
  CHECK(open.rows[0].refusal == "a quote is not closed");
  CHECK(open.rows[0].line == 2);

  CHECK_FALSE(read("a.csv", "a,a\n1,2\n").error.empty());
  CHECK_FALSE(read("a.csv", "").error.empty());
}

TEST_CASE("Rows: what a file holds is told by its name and its beginning, or asked") {
  CHECK(read("a.txt", "{\"a\":1}\n").rows.size() == 1);
  CHECK(read("a.dat", "  [{\"a\":1}]").rows.size() == 1);
  CHECK(read("a.txt", "a,b\n1,2\n").error.find("--format") != std::string::npos);
  CHECK(read("a.tsv", "a\tb\n1\t2\n").rows[0].data == object_of(R"({"a":1,"b":2})"));
  CHECK(open_rows("/nowhere/at/all.json", {}).has_error());
  CHECK(open_rows("/tmp", {}).has_error());
}

TEST_CASE("Cells: what looks like a code is no number") {
  CHECK(kind_of_cell("12") == CellKind::number);
  CHECK(kind_of_cell("-0.5") == CellKind::number);
  for (const char* text : {"007", "1e5", "+3", "", ".5", "5.", "0x1", "12345678901234567890", "TRUE", "-"}) {
    CAPTURE(text);
    CHECK(kind_of_cell(text) == CellKind::text);
  }
}

TEST_CASE("Cells: formulas are disarmed on the way out and whole again on the way in") {
  for (const char* text : {"=1+1", "+49", "-5", "@x", "\ttab", "'=x", "''-", "plain", "'plain", "", "'"}) {
    CAPTURE(text);
    const std::string cell = guard_cell(text);
    CHECK(std::string("=+-@\t\r").find(cell.empty() ? 'x' : cell[0]) == std::string::npos);
    CHECK(unguard_cell(cell) == text);
  }
}

}  // namespace coterie
