// JSON Lines, and the elements of a JSON array. The array is split without being held in memory: only the
// element that is being read is, and the strict parser judges it by itself.

#include "server/cli/transfer/row_reader.hpp"

namespace coterie {
namespace {

bool is_space(int byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

class JsonLineRows final : public RowReader {
 public:
  explicit JsonLineRows(InputFile file) : file_(std::move(file)) {}

  Result<std::optional<SourceRow>> next() override {
    std::string line;
    for (bool whole = true;;) {
      SourceRow row;
      row.line = file_.line();
      if (!file_.read_line(line, whole)) break;
      while (!line.empty() && is_space(static_cast<unsigned char>(line.back()))) line.pop_back();
      if (line.empty()) continue;
      row.number = ++number_;
      if (whole) {
        read_object(line, row);
      } else {
        row.refusal = "the line is too long";
      }
      return std::optional<SourceRow>(std::move(row));
    }
    if (file_.failed()) return file_error(file_.line(), "the file cannot be read on");
    return std::optional<SourceRow>();
  }
  const InputFile& file() const override { return file_; }

 private:
  InputFile file_;
  std::uint64_t number_ = 0;
};

class JsonArrayRows final : public RowReader {
 public:
  explicit JsonArrayRows(InputFile file) : file_(std::move(file)) {}
  Result<std::optional<SourceRow>> next() override;
  const InputFile& file() const override { return file_; }

 private:
  void skip_space() {
    while (is_space(file_.peek())) file_.get();
  }
  // The text up to the comma or bracket that ends the element, which stays unread. False: the file ended
  // first.
  bool read_element(std::string& text, bool& whole);
  Result<std::optional<SourceRow>> end();

  InputFile file_;
  std::uint64_t number_ = 0;
  bool opened_ = false;
  bool ended_ = false;
};

Result<std::optional<SourceRow>> JsonArrayRows::next() {
  if (ended_) return std::optional<SourceRow>();
  skip_space();
  if (!opened_) {
    if (file_.peek() != '[') return file_error(file_.line(), "this is no JSON array: it begins without a [");
    file_.get();
    opened_ = true;
    skip_space();
    if (file_.peek() == ']') return end();
  } else {
    const int byte = file_.peek();
    if (byte == ']') return end();
    if (byte < 0) return file_error(file_.line(), "the array is not closed: the file is cut off");
    if (byte != ',') return file_error(file_.line(), "a comma or a ] is missing here");
    file_.get();
    skip_space();
  }
  SourceRow row;
  row.number = ++number_;
  row.line = file_.line();
  std::string text;
  bool whole = true;
  if (!read_element(text, whole)) return file_error(row.line, "the array is not closed: the file is cut off");
  if (whole) {
    read_object(text, row);
  } else {
    row.refusal = "the element is too long";
  }
  return std::optional<SourceRow>(std::move(row));
}

bool JsonArrayRows::read_element(std::string& text, bool& whole) {
  std::size_t depth = 0;
  bool in_text = false;
  for (;;) {
    const int byte = file_.peek();
    if (byte < 0) return false;
    if (!in_text && depth == 0 && (byte == ',' || byte == ']')) return true;
    file_.get();
    if (text.size() < kMostRowBytes) {
      text += static_cast<char>(byte);
    } else {
      whole = false;
    }
    if (in_text) {
      if (byte == '\\') {
        const int escaped = file_.get();
        if (escaped < 0) return false;
        text += static_cast<char>(escaped);
      }
      in_text = byte != '"';
      continue;
    }
    if (byte == '"') in_text = true;
    if (byte == '{' || byte == '[') ++depth;
    if ((byte == '}' || byte == ']') && depth > 0) --depth;
  }
}

Result<std::optional<SourceRow>> JsonArrayRows::end() {
  file_.get();
  skip_space();
  if (file_.peek() >= 0) return file_error(file_.line(), "something stands behind the end of the array");
  ended_ = true;
  if (file_.failed()) return file_error(file_.line(), "the file cannot be read on");
  return std::optional<SourceRow>();
}

}  // namespace

std::unique_ptr<RowReader> make_json_array_rows(InputFile file) {
  return std::make_unique<JsonArrayRows>(std::move(file));
}
std::unique_ptr<RowReader> make_json_line_rows(InputFile file) {
  return std::make_unique<JsonLineRows>(std::move(file));
}

}  // namespace coterie
