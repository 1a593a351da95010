// CSV with a header, over libcsv, which keeps the state between the lines of one quoted cell.

#include <csv.h>

#include <deque>
#include <set>
#include <vector>

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/transfer/csv_cells.hpp"
#include "server/cli/transfer/row_reader.hpp"

namespace coterie {
namespace {

using Cells = std::vector<std::optional<std::string>>;  // absent: nothing between two commas, not even quotes

struct CsvLine {
  std::uint64_t line = 0;
  Cells cells;
  std::string refusal;
};

// The lines of the file as cells. Strict about quotes; behind a line that is wrong it begins afresh.
class CsvLines {
 public:
  CsvLines(InputFile file, char delimiter) : file_(std::move(file)), delimiter_(delimiter) { start(); }
  ~CsvLines() { csv_free(&parser_); }
  CsvLines(const CsvLines&) = delete;
  CsvLines& operator=(const CsvLines&) = delete;

  std::optional<CsvLine> next();
  const InputFile& file() const { return file_; }

 private:
  void start();
  void feed(const std::string& text, bool whole);
  void refuse(std::string why);
  void end();

  InputFile file_;
  char delimiter_;
  csv_parser parser_{};
  std::uint64_t begun_ = 0;  // the line where the row under way begins; 0: none is
  std::size_t row_bytes_ = 0;
  Cells cells_;
  std::deque<CsvLine> ready_;
  bool ended_ = false;
};

void CsvLines::start() {
  csv_free(&parser_);  // of the beginning before; nothing the first time
  csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
  csv_set_space_func(&parser_, [](unsigned char) { return 0; });  // spaces belong to the cell
  begun_ = 0;
  row_bytes_ = 0;
  cells_.clear();
}

void CsvLines::refuse(std::string why) {
  ready_.push_back({begun_, {}, std::move(why)});
  start();
}

void CsvLines::feed(const std::string& text, bool whole) {
  row_bytes_ += text.size();
  if (!whole || row_bytes_ > kMostRowBytes) return refuse("the row is too long; is a quote not closed?");
  const auto cell = [](void* bytes, std::size_t size, void* self) {
    auto& cells = static_cast<CsvLines*>(self)->cells_;
    if (bytes) {
      cells.emplace_back(std::string(static_cast<char*>(bytes), size));
    } else {
      cells.emplace_back();
    }
  };
  const auto line = [](int, void* self) {
    auto& lines = *static_cast<CsvLines*>(self);
    lines.ready_.push_back({lines.begun_, std::move(lines.cells_), {}});
    lines.cells_.clear();
    lines.begun_ = 0;
    lines.row_bytes_ = 0;
  };
  if (csv_parse(&parser_, text.data(), text.size(), cell, line, this) != text.size()) {
    if (begun_ == 0) begun_ = file_.line() - 1;
    return refuse(
        "the quotes are wrong: a cell with quotes begins and ends with one and doubles those inside");
  }
}

void CsvLines::end() {
  ended_ = true;
  const bool open_row = begun_ != 0;
  std::string newline = "\n";  // a last line without its newline is a line
  if (open_row) feed(newline, true);
  if (begun_ != 0) refuse("a quote is not closed");
}

std::optional<CsvLine> CsvLines::next() {
  std::string text;
  while (ready_.empty() && !ended_) {
    const std::uint64_t at = file_.line();
    bool whole = true;
    if (!file_.read_line(text, whole)) {
      end();
      break;
    }
    if (begun_ == 0) begun_ = at;
    feed(text, whole);
    const bool blank = text == "\n" || text == "\r\n";
    if (ready_.empty() && cells_.empty() && blank && row_bytes_ <= text.size()) start();
  }
  if (ready_.empty()) return {};
  CsvLine line = std::move(ready_.front());
  ready_.pop_front();
  return line;
}

class CsvRows final : public RowReader {
 public:
  CsvRows(InputFile file, const RowOptions& options)
      : options_(options), lines_(std::move(file), options.delimiter) {}

  Result<void> read_header();
  Result<void> tell_kinds();  // reads to the end
  void take_kinds(const CsvRows& other) { kinds_ = other.kinds_; }
  Result<std::optional<SourceRow>> next() override;
  const InputFile& file() const override { return lines_.file(); }

 private:
  void fill(const Cells& cells, SourceRow& row) const;

  RowOptions options_;
  CsvLines lines_;
  std::vector<std::string> columns_;
  std::vector<CellKind> kinds_;
  std::uint64_t number_ = 0;
};

Result<void> CsvRows::read_header() {
  const auto header = lines_.next();
  if (!header) return file_error(1, "the file is empty; CSV begins with a line of column names");
  if (!header->refusal.empty()) return file_error(header->line, header->refusal);
  std::set<std::string> seen;
  for (const auto& cell : header->cells) {
    columns_.push_back(std::string(unguard_cell(cell.value_or(""))));
    if (!seen.insert(columns_.back()).second) {
      return file_error(header->line, "two columns are named \"" + printable(columns_.back()) + "\"");
    }
  }
  return {};
}

Result<void> CsvRows::tell_kinds() {
  std::vector<std::optional<CellKind>> kinds(columns_.size());
  for (auto line = lines_.next(); line; line = lines_.next()) {
    if (line->cells.size() != columns_.size()) continue;  // refused later
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      if (!line->cells[at]) continue;
      const CellKind kind = kind_of_cell(*line->cells[at]);
      if (!kinds[at]) kinds[at] = kind;
      if (*kinds[at] != kind) kinds[at] = CellKind::text;
    }
  }
  if (lines_.file().failed()) return file_error(lines_.file().line(), "the file cannot be read on");
  for (const auto& kind : kinds)
    kinds_.push_back(options_.keep_text ? CellKind::text : kind.value_or(CellKind::text));
  return {};
}

void CsvRows::fill(const Cells& cells, SourceRow& row) const {
  if (cells.size() != columns_.size()) {
    row.refusal = "it has " + std::to_string(cells.size()) + (cells.size() == 1 ? " cell" : " cells") +
                  ", and the header names " + std::to_string(columns_.size());
    return;
  }
  for (std::size_t at = 0; at < cells.size(); ++at) {
    if (!cells[at]) continue;
    const std::string& column = columns_[at];
    boost::json::value value = cell_value(*cells[at], kinds_[at]);
    const auto path = options_.nested && column.find('.') != std::string::npos ? FieldPath::parse(column)
                                                                               : Result<FieldPath>(Error{});
    if (path) {
      const auto set = set_field(row.data, *path, std::move(value));
      if (!set) row.refusal = "the column " + printable(column) + " leads through another column's value";
    } else {
      row.data[column] = std::move(value);
    }
  }
  // Broken UTF-8 and what else the protocol does not let through is found by its own parser.
  const auto parsed = parse_json(to_json_text(row.data), {2 * kMostRowBytes, kMaxDepth, kMaxMembers});
  if (!parsed) row.refusal = parsed.error().message;
}

Result<std::optional<SourceRow>> CsvRows::next() {
  auto line = lines_.next();
  if (!line) {
    if (lines_.file().failed()) return file_error(lines_.file().line(), "the file cannot be read on");
    return std::optional<SourceRow>();
  }
  SourceRow row;
  row.number = ++number_;
  row.line = line->line;
  row.refusal = std::move(line->refusal);
  if (row.refusal.empty()) fill(line->cells, row);
  return std::optional<SourceRow>(std::move(row));
}

}  // namespace

Result<std::unique_ptr<RowReader>> open_csv_rows(const std::string& path, const RowOptions& options) {
  auto first = InputFile::open(path);
  if (!first) return first.error();
  auto second = InputFile::open(path);
  if (!second) return second.error();
  CsvRows look(std::move(*first), options);
  if (const auto header = look.read_header(); !header) return header.error();
  if (const auto told = look.tell_kinds(); !told) return told.error();
  auto rows = std::make_unique<CsvRows>(std::move(*second), options);
  if (const auto header = rows->read_header(); !header) return header.error();
  rows->take_kinds(look);
  return std::unique_ptr<RowReader>(std::move(rows));
}

}  // namespace coterie
