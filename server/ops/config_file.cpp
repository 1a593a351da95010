// The only file that includes toml++.
#include "server/ops/config_file.hpp"

#include <exception>

namespace coterie {

// A slip such as `[{a]` breaks an assertion of toml++ 3.3 instead of being told as an error: it must not end
// a running server that was asked to read its file anew.
struct BrokenToml : std::exception {
  const char* what() const noexcept override { return "This cannot be read as TOML."; }
};
[[noreturn]] void throw_broken_toml() { throw BrokenToml(); }

}  // namespace coterie

#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? static_cast<void>(0) : coterie::throw_broken_toml())
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <boost/json/array.hpp>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

Error wrong(const std::filesystem::path& path, int line, std::string_view message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = path.string();
  if (line > 0) error.message += ":" + std::to_string(line);
  error.message.append(": ").append(message);
  return error;
}

bool is_bare(std::string_view name) {
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
  }
  return !name.empty();
}

// Walks the tree once; what has no form in JSON ends it.
class Reading {
 public:
  explicit Reading(ConfigFile& file) : file_(file) {}
  const std::optional<Error>& error() const { return error_; }

  json::object table(const toml::table& table, const std::string& place) {
    json::object members;
    for (const auto& [key, node] : table) {
      const std::string at = member_place(place, key.str());
      file_.lines[at] = static_cast<int>(key.source().begin.line);
      members.emplace(key.str(), value(node, at));
    }
    return members;
  }

 private:
  json::value value(const toml::node& node, const std::string& place) {
    if (const auto* inner = node.as_table()) return table(*inner, place);
    if (const auto* items = node.as_array()) {
      json::array made;
      for (const toml::node& item : *items) {
        const std::string at = item_place(place, made.size());
        file_.lines[at] = static_cast<int>(item.source().begin.line);
        made.push_back(value(item, at));
      }
      return made;
    }
    if (const auto* text = node.as_string()) return json::value(text->get());
    if (const auto* number = node.as_integer()) return json::value(number->get());
    if (const auto* flag = node.as_boolean()) return json::value(flag->get());
    if (const auto* number = node.as_floating_point(); number && std::isfinite(number->get())) {
      return json::value(number->get());
    }
    if (!error_) {
      error_ = file_.error(place, node.is_floating_point() ? "The number must be finite."
                                                           : "Write dates and times as text, in quotes.");
    }
    return nullptr;
  }

  ConfigFile& file_;
  std::optional<Error> error_;
};

// The first line with which the beginning of the text breaks so. 0: it cannot be told.
int broken_line(std::string_view text) {
  constexpr int kMostLines = 2000;
  std::size_t end = 0;
  for (int line = 1; line <= kMostLines && end != std::string_view::npos; ++line) {
    end = text.find('\n', end == 0 ? 0 : end + 1);
    try {
      (void)toml::parse(text.substr(0, end));
    } catch (const BrokenToml&) {
      return line;
    } catch (const toml::parse_error&) {
      continue;  // it only ends too early
    }
  }
  return 0;
}

}  // namespace

Error ConfigFile::error(std::string_view place, std::string_view message) const {
  int line = 0;
  for (std::string_view at = place; line == 0 && !at.empty();) {
    if (const auto found = lines.find(at); found != lines.end()) line = found->second;
    const std::size_t end = at.find_last_of(".[");
    at = end == std::string_view::npos ? std::string_view() : at.substr(0, end);
  }
  std::string sentence(place);
  if (!sentence.empty()) sentence += ": ";
  return wrong(path, line, sentence.append(message));
}

std::string member_place(std::string_view parent, std::string_view name) {
  std::string place(parent);
  if (!place.empty()) place += '.';
  if (is_bare(name)) return place.append(name);
  return place.append("\"").append(name).append("\"");
}

std::string item_place(std::string_view parent, std::size_t index) {
  return std::string(parent) + '[' + std::to_string(index) + ']';
}

Result<ConfigFile> parse_config(std::string_view text, const std::filesystem::path& path) {
  ConfigFile file;
  file.path = path;
  try {
    const toml::table parsed = toml::parse(text, path.string());
    Reading reading(file);
    file.root = reading.table(parsed, {});
    if (reading.error()) return *reading.error();
  } catch (const toml::parse_error& error) {
    return wrong(path, static_cast<int>(error.source().begin.line), error.description());
  } catch (const BrokenToml& broken) {
    return wrong(path, broken_line(text), broken.what());
  }
  return file;
}

Result<ConfigFile> read_config_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return wrong(path, 0, "This is a folder, not a file.");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return wrong(path, 0, "This file cannot be read.");
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || text.view().size() > kMostBytes)
    return wrong(path, 0, "This file is no configuration: at most 4 MiB.");
  return parse_config(text.view(), path);
}

}  // namespace coterie
