#include <doctest/doctest.h>

#include "protocol/decode.hpp"
#include "server/cli/transfer/file_hash.hpp"
#include "server/cli/transfer/import_run.hpp"
#include "server/cli/transfer/progress.hpp"
#include "server/cli/transfer/record_writer.hpp"
#include "tests/cli/text_file.hpp"
#include "tests/support/json.hpp"

namespace coterie {

using testing::object_of;
using testing::TextFile;
namespace json = boost::json;

namespace {

// A target in memory that takes batches whole, and can be made to fail at one.
class MemoryTarget final : public ImportTarget {
 public:
  BatchLimits limits() const override { return {2, 64 * 1024, 8'000}; }
  TransferResult<StandingRecords> standing(const std::string&, const std::vector<std::string>& ids) override {
    StandingRecords found;
    for (const std::string& id : ids) {
      if (records.contains(id)) found[id] = records.at(id);
    }
    return found;
  }
  TransferResult<void> write(const json::array& operations) override {
    if (++writes == fail_at) return transfer_error("the plug was pulled.");
    for (const json::value& value : operations) {
      const json::object& operation = value.as_object();
      REQUIRE(decode_operation(operation, {}).has_value());
      const std::string id(operation.at("entityId").as_string());
      if (operation.at("op") == "create") {
        REQUIRE_FALSE(records.contains(id));
        records[id] = {1, operation.at("data").as_object()};
      } else {
        StandingRecord& record = records.at(id);
        REQUIRE(operation.at("baseVersion") == static_cast<std::int64_t>(record.version));
        for (const auto& field : operation.at("set").as_object()) record.data[field.key()] = field.value();
        ++record.version;
      }
    }
    return {};
  }
  TransferResult<void> finish() override { return {}; }

  StandingRecords records;
  int writes = 0;
  int fail_at = 0;
};

ImportOptions options_for(const TextFile& file) {
  ImportOptions options;
  options.path = file.path();
  options.quiet = true;
  options.shape.type = "Vehicle";
  options.shape.file = hash_file(file.path()).value();
  return options;
}

}  // namespace

TEST_CASE("Import: every row becomes one record") {
  const TextFile file("a.jsonl", "{\"id\":\"a\",\"n\":1}\n{\"id\":7,\"n\":2}\n{\"id\":\"c\",\"n\":3}\n");
  MemoryTarget target;

  const auto report = run_import(options_for(file), target);

  REQUIRE(report.has_value());
  CHECK(report->written);
  CHECK(report->created == 3);
  CHECK(target.writes == 2);
  CHECK(target.records.at("7").data == object_of(R"({"id":7,"n":2})"));
}

TEST_CASE("Import: one refused row refuses the whole, and all of them are told by line and reason") {
  const TextFile file("a.jsonl",
                      "{\"id\":\"a\"}\n{\"id\":\"b\",\"Miles.per\":1}\n{\"id\":\"a\"}\n{\"n\":1}\n"
                      "{\"id\":\"../x\"}\n{\"id\":\"d\",\"deep\":{\"$x\":1}}\nnonsense\n");
  MemoryTarget target;

  const auto report = run_import(options_for(file), target);

  REQUIRE(report.has_value());
  CHECK_FALSE(report->written);
  CHECK(target.writes == 0);
  REQUIRE(report->refusals.size() == 6);
  CHECK(report->refusals[0].line == 2);
  CHECK(report->refusals[0].reason.find("--rename 'Miles.per=New'") != std::string::npos);
  CHECK(report->refusals[1].line == 3);
  CHECK(report->refusals[1].reason.find("before already") != std::string::npos);
  CHECK(report->refusals[5].line == 7);
}

TEST_CASE("Import: --skip-refused writes the good ones, --dry-run none") {
  const TextFile file("a.jsonl", "{\"id\":\"a\"}\n7\n{\"id\":\"b\"}\n");
  MemoryTarget target;
  ImportOptions options = options_for(file);

  options.skip_refused = options.dry_run = true;
  CHECK(run_import(options, target)->created == 2);
  CHECK(target.records.empty());

  options.dry_run = false;
  const auto report = run_import(options, target);
  CHECK(report->written);
  CHECK(report->refused == 1);
  CHECK(target.records.size() == 2);
}

TEST_CASE("Import: cut off half way, it goes on where it stopped, each row once [law 4]") {
  const TextFile file("a.json", R"([{"n":1},{"n":2},{"n":2},{"n":4},{"n":5}])");
  MemoryTarget target;
  target.fail_at = 2;

  const auto cut = run_import(options_for(file), target);
  REQUIRE(cut.has_error());
  CHECK(target.records.size() == 2);

  const auto again = run_import(options_for(file), target);
  REQUIRE(again.has_value());
  CHECK(again->created == 3);
  CHECK(again->same == 2);
  CHECK(target.records.size() == 5);

  const auto third = run_import(options_for(file), target);
  CHECK(third->same == 5);
  CHECK(target.records.size() == 5);
}

TEST_CASE("Import: a record that stands there with other content is refused, left or updated") {
  const TextFile file("a.jsonl", "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n");
  MemoryTarget target;
  target.records["a"] = {4, object_of(R"({"id":"a","n":9,"note":"x"})")};
  ImportOptions options = options_for(file);

  const auto refused = run_import(options, target);
  CHECK_FALSE(refused->written);
  CHECK(refused->refusals[0].line == 1);
  CHECK(target.records.size() == 1);

  options.on_existing = OnExisting::skip;
  const auto skipped = run_import(options, target);
  CHECK(skipped->skipped == 1);
  CHECK(target.records.at("a").version == 4);
  CHECK(target.records.size() == 2);

  options.on_existing = OnExisting::update;
  const auto updated = run_import(options, target);
  CHECK(updated->updated == 1);
  CHECK(updated->same == 1);
  CHECK(target.records.at("a").data == object_of(R"({"id":"a","n":1,"note":"x"})"));
}

TEST_CASE("Import: ids by a field, by the row's number, or made of the file and the row") {
  const TextFile file("a.csv", "iata,name\n00M,Thigpen\n0E0,Moriarty\n");
  MemoryTarget by_field, by_number, made;
  ImportOptions options = options_for(file);

  options.shape.id_field = "iata";
  REQUIRE(run_import(options, by_field)->written);
  CHECK(by_field.records.contains("00M"));
  CHECK(by_field.records.at("0E0").data == object_of(R"({"iata":"0E0","name":"Moriarty"})"));

  options.shape.id_field.clear();
  options.shape.number_rows = true;
  REQUIRE(run_import(options, by_number)->written);
  CHECK(by_number.records.contains("2"));

  options.shape.number_rows = false;
  REQUIRE(run_import(options, made)->written);
  REQUIRE(made.records.size() == 2);
  CHECK(made.records.begin()->first.size() == 36);
  CHECK(made.records.begin()->second.data.at("name") == "Thigpen");  // the order of the file
}

TEST_CASE("Import: --rename gives a field a name that it may have") {
  const TextFile file("a.jsonl", "{\"id\":\"a\",\"Miles.per\":18}\n");
  MemoryTarget target;
  ImportOptions options = options_for(file);
  options.shape.rename.insert(*parse_rename("Miles.per=MilesPer"));

  REQUIRE(run_import(options, target)->written);
  CHECK(target.records.at("a").data == object_of(R"({"id":"a","MilesPer":18})"));
  CHECK(parse_rename("a=b.c").has_error());
  CHECK(parse_rename("a").has_error());
}

TEST_CASE("Export: what is written as JSON Lines or JSON is read back the same") {
  const std::vector<ExportedRecord> records{
      {"a", object_of(R"({"id":"other","n":1.5,"t":"5","deep":{"x":[1,{"y":null}]},"u":"é\u001b"})")},
      {"b", object_of("{}")}};
  for (const RowFormat format : {RowFormat::jsonl, RowFormat::json}) {
    const TextFile file(format == RowFormat::json ? "x.json" : "x.jsonl");
    auto output = OutputFile::create(file.path());
    REQUIRE(output.has_value());
    const auto writer = make_record_writer(format, (*output)->file());
    for (const auto& record : records) writer->add(record);
    writer->end();
    REQUIRE((*output)->commit().has_value());

    MemoryTarget target;
    REQUIRE(run_import(options_for(file), target)->written);

    REQUIRE(target.records.size() == 2);
    for (const auto& record : records) CHECK(target.records.at(record.id).data == record.data);
  }
}

TEST_CASE("Export: CSV has all columns, nested ones dotted, formulas disarmed") {
  const TextFile file("x.csv");
  auto output = OutputFile::create(file.path());
  REQUIRE(output.has_value());
  const auto writer = make_record_writer(RowFormat::csv, (*output)->file());
  writer->add({"a", object_of(R"({"t":"=1+1","n":-5,"o":{"x":true,"y":[1,2]},"e":""})")});
  writer->add({"b", object_of(R"({"late":"a \"b\"","t":null})")});
  writer->end();
  CHECK(file.content().empty());  // not before it is whole
  REQUIRE((*output)->commit().has_value());

  CHECK(file.content() ==
        "$id,t,n,o.x,o.y,e,late\r\na,'=1+1,-5,true,\"[1,2]\",\"\",\r\nb,,,,,,\"a \"\"b\"\"\"\r\n");
}

TEST_CASE("Progress: how far, how fast, how long still") {
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(progress_text("writing", 50, 100, 5000, 10, 100) ==
        "writing  [############------------]   50%  5,000 rows  500 rows/s  0:10 left");
  CHECK(progress_text("writing", 0, 0, 1, 0, 100) == "writing  1 row");
}

}  // namespace coterie
