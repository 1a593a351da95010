// Records to a file: JSON Lines or a JSON array (exact, with the id as "$id", which an import takes back), or
// CSV for spreadsheets (nested fields as dotted columns, arrays as JSON, formulas disarmed). A file is
// written beside its place and put there whole at the end. Thread: one.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "server/cli/transfer/record_source.hpp"
#include "server/cli/transfer/row_reader.hpp"

namespace coterie {

class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  virtual void add(const ExportedRecord& record) = 0;
  virtual void end() = 0;
};

// `out` must outlive it. Write errors show at `out`, as ferror.
std::unique_ptr<RecordWriter> make_record_writer(RowFormat format, std::FILE* out);

// One line of JSON with "$id" in front.
std::string json_row(const ExportedRecord& record);

// A file that appears under its name only by commit(), whole and on disk; without it nothing is left behind.
class OutputFile {
 public:
  static TransferResult<std::unique_ptr<OutputFile>> create(const std::string& path);
  ~OutputFile();
  std::FILE* file() { return file_; }
  TransferResult<void> commit();

 private:
  OutputFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  std::string temporary() const { return path_ + ".tmp"; }
  std::string path_;
  std::FILE* file_;
};

}  // namespace coterie
