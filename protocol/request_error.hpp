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

// Built by appending: GCC 12 warns without reason (-Wrestrict) of a literal added before a temporary string.
inline std::string quoted(std::string_view text) {
  std::string out(1, '`');
  out += shown(text);
  out += '`';
  return out;
}
inline std::string indexed(std::string_view name, std::size_t index) {
  std::string out(name);
  out += '[';
  out += std::to_string(index);
  out += ']';
  return out;
}

// The phrase as a sentence: "a filter is an object" reads "A filter is an object."
inline std::string sentence(std::string phrase) {
  if (!phrase.empty() && phrase.front() >= 'a' && phrase.front() <= 'z') phrase.front() -= 'a' - 'A';
  if (!phrase.ends_with('.')) phrase += '.';
  return phrase;
}

inline Error request_error(ErrorCode code, std::string phrase, std::string_view member = {}) {
  Error error;
  error.code = code;
  error.message = sentence(std::move(phrase));
  error.member = shown(member);
  return error;
}

inline Error bad_request(std::string phrase, std::string_view member = {}) {
  return request_error(ErrorCode::bad_request, std::move(phrase), member);
}
inline Error bad_name(std::string phrase, std::string_view member = {}) {
  return request_error(ErrorCode::bad_name, std::move(phrase), member);
}
inline Error too_large(std::string phrase, std::string_view member = {}) {
  return request_error(ErrorCode::too_large, std::move(phrase), member);
}

// The error seen from one level further out: "city" within "set" is "set.city".
inline Error within(std::string_view outer, Error error) {
  std::string member(outer);
  if (!error.member.empty() && error.member.front() != '[') member += '.';
  error.member = shown(member + error.member);
  return error;
}

}  // namespace coterie
