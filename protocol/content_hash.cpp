// The canonical form that is hashed: a tag for each value, a length before all that has one, numbers as eight
// bytes, members sorted by name. No form is the beginning of another, so only equal content has equal bytes.
#include <algorithm>
#include <bit>
#include <vector>

#include "protocol/json.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace coterie {
namespace {

namespace json = boost::json;

// Least byte first on every machine: the hash is kept in the database.
void write_word(std::string& out, std::uint64_t word) {
  char bytes[8];
  for (char& byte : bytes) {
    byte = static_cast<char>(word & 0xFF);
    word >>= 8;
  }
  out.append(bytes, sizeof bytes);
}

void write_text(std::string& out, std::string_view text) {
  write_word(out, text.size());
  out += text;
}

void write_canonical(std::string& out, const json::value& value);

void write_canonical(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  write_word(out, members.size());
  for (const auto* member : members) {
    write_text(out, member->key());
    write_canonical(out, member->value());
  }
}

// A number that was computed here and not yet normalised counts as what it would be on the wire.
void write_number(std::string& out, double number) {
  const auto normal = number_value(number);
  if (normal && normal->is_int64()) {
    out += 'i';
    write_word(out, static_cast<std::uint64_t>(normal->get_int64()));
  } else {
    out += 'd';
    write_word(out, std::bit_cast<std::uint64_t>(number));
  }
}

void write_canonical(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += 'n';
      return;
    case json::kind::bool_:
      out += value.get_bool() ? 't' : 'f';
      return;
    case json::kind::int64:
      out += 'i';
      return write_word(out, static_cast<std::uint64_t>(value.get_int64()));
    case json::kind::uint64:
      out += value.get_uint64() <= std::uint64_t{INT64_MAX} ? 'i' : 'u';
      return write_word(out, value.get_uint64());
    case json::kind::double_:
      return write_number(out, value.get_double());
    case json::kind::string:
      out += 's';
      return write_text(out, std::string_view(value.get_string().data(), value.get_string().size()));
    case json::kind::array:
      out += 'a';
      write_word(out, value.get_array().size());
      for (const auto& item : value.get_array()) write_canonical(out, item);
      return;
    case json::kind::object:
      out += 'o';
      return write_canonical(out, value.get_object());
  }
}

}  // namespace

ContentHash hash_content(const json::value& value) {
  std::string canonical;
  write_canonical(canonical, value);
  const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
  return {hash.high64, hash.low64};
}

}  // namespace coterie
