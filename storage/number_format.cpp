#include "storage/number_format.hpp"

#include <algorithm>
#include <optional>

namespace coterie {
namespace {

constexpr std::size_t kMostDigits = 18;
constexpr std::size_t kMostFormatBytes = 128;

// One piece of a format: literal text, or a placeholder.
struct Piece {
  enum class Kind { literal, year, number } kind = Kind::literal;
  std::string_view text;   // of a literal
  std::size_t digits = 0;  // of a number: at least so many
};

std::optional<std::size_t> digits_of(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  std::size_t digits = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    digits = digits * 10 + static_cast<std::size_t>(c - '0');
  }
  if (digits == 0 || digits > kMostDigits) return std::nullopt;
  return digits;
}

std::optional<Piece> placeholder(std::string_view inside) {
  constexpr std::string_view kNumber = "number:";
  if (inside == "year") return Piece{Piece::Kind::year, {}, 0};
  if (inside == "number") return Piece{Piece::Kind::number, {}, 1};
  if (!inside.starts_with(kNumber)) return std::nullopt;
  const auto digits = digits_of(inside.substr(kNumber.size()));
  if (!digits) return std::nullopt;
  return Piece{Piece::Kind::number, {}, *digits};
}

// Calls `take(piece)` for each piece. False: a brace that does not close, or an unknown placeholder.
template <class Take>
bool each_piece(std::string_view format, Take take) {
  while (!format.empty()) {
    const std::size_t brace = format.find_first_of("{}");
    if (brace != 0) {
      take(Piece{Piece::Kind::literal, format.substr(0, brace), 0});
      format.remove_prefix(std::min(brace, format.size()));
      continue;
    }
    const std::size_t end = format.find('}');
    if (format.front() == '}' || end == std::string_view::npos) return false;
    const auto piece = placeholder(format.substr(1, end - 1));
    if (!piece) return false;
    take(*piece);
    format.remove_prefix(end + 1);
  }
  return true;
}

std::string year_of(Timestamp now) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(now)};
  return std::to_string(static_cast<int>(date.year()));
}

void append_padded(std::string& out, std::uint64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

Error bad_format(const std::string& sequence, std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = "The number format of '" + sequence + "' " + std::move(message);
  error.member = sequence;
  return error;
}

}  // namespace

Result<void> NumberFormats::add(std::string sequence, std::string format) {
  if (format.size() > kMostFormatBytes) return bad_format(sequence, "is longer than 128 bytes; shorten it.");
  std::size_t numbers = 0;
  const bool readable = each_piece(format, [&](const Piece& piece) {
    if (piece.kind == Piece::Kind::number) ++numbers;
  });
  if (!readable) return bad_format(sequence, "may hold {year}, {number} and {number:1} to {number:18} only.");
  if (numbers != 1) return bad_format(sequence, "must hold {number} exactly once.");
  formats_.insert_or_assign(std::move(sequence), std::move(format));
  return {};
}

// Without a year the key ends in '/': so "order/2026" as the name of a sequence never meets the counter of
// `order`.
std::string NumberFormats::counter(std::string_view sequence, Timestamp now) const {
  std::string fallback;
  bool yearly = false;
  each_piece(format_of(sequence, fallback), [&](const Piece& piece) {
    if (piece.kind == Piece::Kind::year) yearly = true;
  });
  std::string key{sequence};
  key += '/';
  if (yearly) key += year_of(now);
  return key;
}

std::string NumberFormats::text(std::string_view sequence, Timestamp now, std::uint64_t number) const {
  std::string fallback;
  std::string out;
  each_piece(format_of(sequence, fallback), [&](const Piece& piece) {
    switch (piece.kind) {
      case Piece::Kind::literal:
        out += piece.text;
        break;
      case Piece::Kind::year:
        out += year_of(now);
        break;
      case Piece::Kind::number:
        append_padded(out, number, piece.digits);
        break;
    }
  });
  return out;
}

std::string_view NumberFormats::format_of(std::string_view sequence, std::string& fallback) const {
  if (const auto found = formats_.find(sequence); found != formats_.end()) return found->second;
  for (char c : sequence) {
    const bool brace = c == '{' || c == '}';  // in a name they are no placeholder
    fallback += brace ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  }
  fallback += "-{year}-{number:6}";
  return fallback;
}

}  // namespace coterie
