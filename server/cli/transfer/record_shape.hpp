// From a row to a record: fields renamed, its id found or made, and checked by the rules that the server
// itself has, so that what passes here is not refused there.
//
// The id, in this order: the field named by --id; with --number-rows the row's number; a member $id (what an
// export writes; it is taken out of the data); a field id, where the first row has one; else an id made of
// the file's content and the row's number, so that the same file imported once more is the same records, not
// new ones. Thread: one.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/transfer/row_reader.hpp"

namespace coterie {

struct ShapeOptions {
  std::string type;
  std::string id_field;  // empty: not named
  bool number_rows = false;
  std::map<std::string, std::string> rename;  // old name to new, of the row's own fields
  ContentHash file;                           // of the file's bytes, for ids that are made
};

struct ShapedRecord {
  std::uint64_t line = 0;
  std::string id;
  boost::json::object data;
};

class RecordShape {
 public:
  explicit RecordShape(ShapeOptions options) : options_(std::move(options)) {}

  // Error: why the row is refused.
  Result<ShapedRecord> shape(SourceRow row);

 private:
  Result<std::string> id_of(SourceRow& row);
  std::string made_id(std::uint64_t row_number) const;

  ShapeOptions options_;
  bool looked_ = false;  // at the first row
  bool dollar_id_ = false;
  bool plain_id_ = false;
};

// "Old=New", as --rename has it.
Result<std::pair<std::string, std::string>> parse_rename(std::string_view text);

}  // namespace coterie
