#include "server/ops/log_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <iterator>

#include "protocol/time_text.hpp"

namespace coterie {
namespace {

constexpr std::uint32_t kReplacement = 0xfffd;

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

// The code point at the beginning of a non-empty text; a broken sequence is one replacement character for
// each byte.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {kReplacement, 1};
  std::uint32_t value = lead & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {kReplacement, 1};
    value = (value << 6) | (byte(i) & 0x3f);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {kReplacement, 1};
  return {value, size};
}

bool is_dangerous(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == kReplacement;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (c.value == '"' || c.value == '\\') {
      out += '\\';
      out += static_cast<char>(c.value);
    } else if (c.value == '\n') {
      out += "\\n";
    } else if (is_dangerous(c.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c.value);  // none of them lies beyond U+FFFF
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  out += '"';
}

// Whether logfmt can do without quotes.
bool is_plain(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

std::string_view to_text(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      break;
  }
  return "off";
}

struct Writer {
  LogFormat format;
  std::string out;

  void name(std::string_view name) {
    if (format == LogFormat::json) {
      out += out.empty() ? '{' : ',';
      append_quoted(out, name);
      out += ':';
    } else {
      if (!out.empty()) out += ' ';
      out += name;
      out += '=';
    }
  }
  void operator()(std::string_view text) {
    if (format == LogFormat::logfmt && is_plain(text)) {
      out += text;
    } else {
      append_quoted(out, text);
    }
  }
  void operator()(std::int64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); }
  void operator()(double number) {
    if (std::isfinite(number)) {
      fmt::format_to(std::back_inserter(out), "{}", number);
    } else {
      out += "null";
    }
  }
  void operator()(bool value) { out += value ? "true" : "false"; }
};

}  // namespace

std::string log_line(LogFormat format, Timestamp time, LogLevel level, std::string_view event,
                     std::span<const LogField> fields) {
  Writer writer{format, {}};
  writer.out.reserve(160);
  writer.name("time");
  writer(std::string_view(coterie::to_text(time)));
  writer.name("level");
  writer(to_text(level));
  writer.name("event");
  writer(event);
  for (const LogField& field : fields) {
    writer.name(field.name);
    std::visit([&](const auto& value) { writer(value); }, field.value);
  }
  if (format == LogFormat::json) writer.out += '}';
  return std::move(writer.out);
}

}  // namespace coterie
