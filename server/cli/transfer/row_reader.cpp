#include "server/cli/transfer/row_reader.hpp"

#include <algorithm>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

bool ends_with(std::string_view name, std::string_view suffix) {
  if (name.size() < suffix.size()) return false;
  return std::ranges::equal(name.substr(name.size() - suffix.size()), suffix,
                            [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

Result<RowFormat> tell_format(const std::string& path, InputFile& file) {
  if (ends_with(path, ".csv") || ends_with(path, ".tsv")) return RowFormat::csv;
  if (ends_with(path, ".jsonl") || ends_with(path, ".ndjson")) return RowFormat::jsonl;
  while (file.peek() == ' ' || file.peek() == '\t' || file.peek() == '\r' || file.peek() == '\n') file.get();
  if (file.peek() == '[') return RowFormat::json;
  if (file.peek() == '{') return RowFormat::jsonl;
  if (file.peek() < 0) return ends_with(path, ".json") ? RowFormat::json : RowFormat::jsonl;
  return file_error(file.line(),
                    "cannot tell what " + path + " holds; say it by --format json, jsonl or csv");
}

}  // namespace

Error file_error(std::uint64_t line, const std::string& why) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = "line " + std::to_string(line) + ": " + why;
  return error;
}

void read_object(std::string_view text, SourceRow& row) {
  auto value = parse_json(text, {kMostRowBytes, kMaxDepth, kMaxMembers});
  if (!value) {
    row.refusal = value.error().message;
  } else if (!value->is_object()) {
    row.refusal = "a row is an object, like {\"Name\": \"ford torino\"}";
  } else {
    row.data = std::move(value->get_object());
  }
}

Result<std::unique_ptr<RowReader>> open_rows(const std::string& path, const RowOptions& options) {
  auto file = InputFile::open(path);
  if (!file) return file.error();
  Result<RowFormat> format = options.format ? Result<RowFormat>(*options.format) : tell_format(path, *file);
  if (!format) return format.error();
  if (*format == RowFormat::csv) {
    RowOptions csv = options;
    if (ends_with(path, ".tsv") && csv.delimiter == ',') csv.delimiter = '\t';
    return open_csv_rows(path, csv);
  }
  if (*format == RowFormat::json) return make_json_array_rows(std::move(*file));
  return make_json_line_rows(std::move(*file));
}

}  // namespace coterie
