// The rows of a file, one after the other, whatever its format: a JSON array, JSON Lines, or CSV with a
// header. A row that cannot be read is a refusal with its line and its reason, and the reading goes on behind
// it; a file that is not what it claims to be ends the reading. Thread: one.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "protocol/error.hpp"
#include "server/cli/transfer/input_file.hpp"

namespace coterie {

struct SourceRow {
  std::uint64_t number = 0;  // from 1, refused ones counted
  std::uint64_t line = 0;    // where it begins
  boost::json::object data;
  std::string refusal;  // why it is none; empty: it is one
};

enum class RowFormat { json, jsonl, csv };

struct RowOptions {
  std::optional<RowFormat> format;  // absent: told by the name and the first character
  bool keep_text = false;           // CSV: no numbers and booleans, only text
  bool nested = false;              // CSV: a column address.city is the field city of address
  char delimiter = ',';
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // Absent: the end. Error bad_request: the file as a whole cannot be read on from here.
  virtual Result<std::optional<SourceRow>> next() = 0;
  virtual const InputFile& file() const = 0;
};

Result<std::unique_ptr<RowReader>> open_rows(const std::string& path, const RowOptions& options);

// The three; each takes a file that stands at its beginning.
std::unique_ptr<RowReader> make_json_array_rows(InputFile file);
std::unique_ptr<RowReader> make_json_line_rows(InputFile file);
// Reads the file at `path` once before, to see which columns hold nothing but numbers or booleans.
Result<std::unique_ptr<RowReader>> open_csv_rows(const std::string& path, const RowOptions& options);

Error file_error(std::uint64_t line, const std::string& why);
// Text to an object, or to the reason why not.
void read_object(std::string_view text, SourceRow& row);

}  // namespace coterie
