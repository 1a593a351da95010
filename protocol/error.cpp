#include "protocol/error.hpp"

#include <array>
#include <boost/assert/source_location.hpp>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace coterie {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 15> kWords{{
    {ErrorCode::bad_json, "bad_json"},
    {ErrorCode::bad_number, "bad_number"},
    {ErrorCode::bad_request, "bad_request"},
    {ErrorCode::bad_name, "bad_name"},
    {ErrorCode::too_large, "too_large"},
    {ErrorCode::unauthorized, "unauthorized"},
    {ErrorCode::forbidden, "forbidden"},
    {ErrorCode::not_found, "not_found"},
    {ErrorCode::limit, "limit"},
    {ErrorCode::rate_limited, "rate_limited"},
    {ErrorCode::overloaded, "overloaded"},
    {ErrorCode::unavailable, "unavailable"},
    {ErrorCode::base_version_required, "base_version_required"},
    {ErrorCode::not_holder, "not_holder"},
    {ErrorCode::id_reused, "id_reused"},
}};

}  // namespace

std::string_view to_text(ErrorCode code) {
  for (const auto& [known, word] : kWords)
    if (known == code) return word;
  return "unknown";
}

std::optional<ErrorCode> error_code_from_text(std::string_view text) {
  for (const auto& [code, word] : kWords)
    if (word == text) return code;
  return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
  out << to_text(error.code) << ": " << error.message;
  if (!error.member.empty()) out << " (" << error.member << ')';
  return out;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error("value() of a result that is the error " + std::string(to_text(error.code)) + " (" +
                         error.message + ") at " + where.to_string());
}

}  // namespace coterie
