#include "server/cli/transfer/record_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

#include "protocol/json.hpp"
#include "server/cli/transfer/csv_cells.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

void put(std::FILE* out, const std::string& text) { std::fwrite(text.data(), 1, text.size(), out); }

class JsonLinesWriter final : public RecordWriter {
 public:
  explicit JsonLinesWriter(std::FILE* out) : out_(out) {}
  void add(const ExportedRecord& record) override { put(out_, json_row(record) + "\n"); }
  void end() override {}

 private:
  std::FILE* out_;
};

class JsonArrayWriter final : public RecordWriter {
 public:
  explicit JsonArrayWriter(std::FILE* out) : out_(out) {}
  void add(const ExportedRecord& record) override {
    put(out_, (empty_ ? "[\n" : ",\n") + json_row(record));
    empty_ = false;
  }
  void end() override { put(out_, empty_ ? "[]\n" : "\n]\n"); }

 private:
  std::FILE* out_;
  bool empty_ = true;
};

// The columns are known only when all records have been seen, so they wait in a file of their own, as cells.
class CsvWriter final : public RecordWriter {
 public:
  explicit CsvWriter(std::FILE* out) : out_(out), waiting_(std::tmpfile(), std::fclose) {}
  void add(const ExportedRecord& record) override;
  void end() override;

 private:
  void flatten(const std::string& prefix, const json::object& object, json::object& cells);

  std::FILE* out_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> waiting_;
  std::vector<std::string> columns_;
  std::map<std::string, std::size_t> known_;
};

std::string quoted(std::string_view text, bool always) {
  const bool ends_with_space = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  const bool needed = always || ends_with_space || text.find_first_of(",;\"\r\n\t") != std::string_view::npos;
  if (!needed) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string cell_of(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return quoted(guard_cell(value.get_string()), value.get_string().empty());
  return quoted(to_json_text(value), false);
}

void CsvWriter::flatten(const std::string& prefix, const json::object& object, json::object& cells) {
  for (const auto& member : object) {
    const std::string name = prefix + std::string(member.key());
    if (member.value().is_object() && !member.value().get_object().empty()) {
      flatten(name + ".", member.value().get_object(), cells);
      continue;
    }
    if (known_.emplace(name, columns_.size()).second) columns_.push_back(name);
    cells[name] = member.value();
  }
}

void CsvWriter::add(const ExportedRecord& record) {
  json::object cells;
  flatten("", record.data, cells);
  if (waiting_) put(waiting_.get(), json_row({record.id, std::move(cells)}) + "\n");
}

void CsvWriter::end() {
  std::string head = "$id";
  for (const std::string& column : columns_) head += "," + quoted(guard_cell(column), false);
  put(out_, head + "\r\n");
  if (!waiting_) return;
  std::rewind(waiting_.get());
  std::string line;
  for (int byte = std::getc(waiting_.get()); byte != EOF; byte = std::getc(waiting_.get())) {
    if (byte != '\n') {
      line += static_cast<char>(byte);
      continue;
    }
    const auto row = parse_json(line, {64 * 1024 * 1024, 64, 1'000'000});
    line.clear();
    if (!row || !row->is_object()) continue;
    const json::object& cells = row->get_object();
    std::string text = cell_of(cells.at("$id"));
    for (const std::string& column : columns_) {
      const json::value* value = cells.if_contains(column);
      text += "," + (value ? cell_of(*value) : std::string());
    }
    put(out_, text + "\r\n");
  }
}

}  // namespace

std::string json_row(const ExportedRecord& record) {
  std::string text = "{\"$id\":";
  write_json(text, std::string_view(record.id));
  const std::string data = to_json_text(record.data);
  text += record.data.empty() ? "}" : "," + data.substr(1);
  return text;
}

std::unique_ptr<RecordWriter> make_record_writer(RowFormat format, std::FILE* out) {
  switch (format) {
    case RowFormat::json:
      return std::make_unique<JsonArrayWriter>(out);
    case RowFormat::csv:
      return std::make_unique<CsvWriter>(out);
    case RowFormat::jsonl:
      break;
  }
  return std::make_unique<JsonLinesWriter>(out);
}

TransferResult<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path) {
  std::FILE* file = std::fopen((path + ".tmp").c_str(), "wb");
  if (!file) return transfer_error("cannot write " + path + ".tmp: " + std::strerror(errno) + ".");
  return std::unique_ptr<OutputFile>(new OutputFile(path, file));
}

OutputFile::~OutputFile() {
  if (!file_) return;
  std::fclose(file_);
  std::remove(temporary().c_str());
}

TransferResult<void> OutputFile::commit() {
  const bool good = std::fflush(file_) == 0 && std::ferror(file_) == 0 && fsync(fileno(file_)) == 0;
  const std::string why = std::strerror(errno);
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (good && closed && std::rename(temporary().c_str(), path_.c_str()) == 0) return {};
  std::remove(temporary().c_str());
  return transfer_error("cannot write " + path_ + ": " + why + ".");
}

}  // namespace coterie
