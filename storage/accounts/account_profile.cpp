#include "storage/accounts/account_profile.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "protocol/names.hpp"
#include "storage/accounts/account_store.hpp"

namespace coterie {
namespace {

// Dark enough for white letters, light enough to be told apart.
constexpr std::array<std::string_view, 12> kColours{"#b91c1c", "#c2410c", "#a16207", "#4d7c0f",
                                                    "#15803d", "#0f766e", "#0e7490", "#1d4ed8",
                                                    "#4338ca", "#7e22ce", "#a21caf", "#be185d"};

// The bytes of the code point that begins at `at`; `text` is good UTF-8.
std::string_view code_point(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return text.substr(at, end - at);
}

std::string upper(std::string_view letter) {
  std::string text(letter);
  if (text.size() == 1 && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// Of the first and the last word.
std::string initials_of(std::string_view name) {
  constexpr std::string_view kBetween = " .-_@";
  std::string first;
  std::string last;
  for (std::size_t at = 0; at < name.size();) {
    at = name.find_first_not_of(kBetween, at);
    if (at == std::string_view::npos) break;
    (first.empty() ? first : last) = upper(code_point(name, at));
    at = std::min(name.find_first_of(kBetween, at), name.size());
  }
  return first.empty() ? "?" : first + last;
}

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

std::size_t letters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += code_point(text, at).size()) ++count;
  return count;
}

Error wrong(const char* member, std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  error.member = member;
  return error;
}

}  // namespace

Profile profile_of(const UserId& id, const std::optional<std::string>& name) {
  std::uint32_t sum = 2166136261U;  // FNV-1a: the same on every machine
  for (const char c : id.value()) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
  const std::string shown = name.value_or(id.value());
  return {shown, std::string(kColours[sum % kColours.size()]), initials_of(shown)};
}

void apply(const UserChange& change, UserAccount& account) {
  if (change.name) account.profile.name = *change.name;
  if (change.name && !change.initials) account.profile.initials = initials_of(*change.name);
  if (change.colour) account.profile.colour = *change.colour;
  if (change.initials) account.profile.initials = *change.initials;
  if (change.roles) account.roles = *change.roles;
  if (change.disabled) account.disabled = *change.disabled;
}

std::string words_of(const UserChange& change) {
  std::string words;
  const auto add = [&](const std::string& word) { words.append(words.empty() ? "" : "; ").append(word); };
  if (change.name) add("name: " + *change.name);
  if (change.colour) add("colour");
  if (change.initials) add("initials");
  if (change.roles) {
    std::string names;
    for (const std::string& role : change.roles->names())
      names.append(names.empty() ? "" : ", ").append(role);
    add("roles: " + (names.empty() ? "none" : names));
  }
  if (change.disabled) add(*change.disabled ? "disabled" : "enabled");
  if (change.password) add("password");
  return words;
}

Result<void> check_user(const UserId& id, const UserChange& change) {
  constexpr std::size_t kMostRoles = 32;
  if (!is_label(id.value())) return wrong("username", "A user's name is 1 to 64 printable characters.");
  if (change.name && !is_label(*change.name)) return wrong("name", "A name is 1 to 64 printable characters.");
  if (change.colour && !is_colour(*change.colour))
    return wrong("colour", "A colour is written like #4f46e5.");
  if (change.initials && (!is_label(*change.initials) || letters(*change.initials) > 4)) {
    return wrong("initials", "Initials are 1 to 4 printable characters.");
  }
  if (!change.roles) return {};
  if (change.roles->names().size() > kMostRoles) return wrong("roles", "A user has at most 32 roles.");
  for (const std::string& role : change.roles->names()) {
    if (!is_label(role)) return wrong("roles", "A role's name is 1 to 64 printable characters.");
  }
  return {};
}

}  // namespace coterie
