// The errors that reading a request makes, in one line each. The member is shown shortened: it is the
// client's own text and may be long. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/error.hpp"

namespace coterie {

inline constexpr std::size_t kShownBytes = 160;

// At most kShownBytes of a text, cut between characters.
inline std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

inline Error refusal(ErrorCode code, std::string message, std::string_view member = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = shown(member);
  return error;
}

inline Error bad_request(std::string message, std::string_view member = {}) {
  return refusal(ErrorCode::bad_request, std::move(message), member);
}
inline Error bad_name(std::string message, std::string_view member = {}) {
  return refusal(ErrorCode::bad_name, std::move(message), member);
}
inline Error too_large(std::string message, std::string_view member = {}) {
  return refusal(ErrorCode::too_large, std::move(message), member);
}

// The error seen from one level further out: "city" within "set" is "set.city".
inline Error within(std::string_view outer, Error error) {
  std::string member(outer);
  if (!error.member.empty() && error.member.front() != '[') member += '.';
  error.member = shown(member + error.member);
  return error;
}

}  // namespace coterie
