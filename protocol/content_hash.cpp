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

class Canonical {
 public:
  Canonical() { text_.reserve(1024); }
  const std::string& text() const { return text_; }

  void write(const json::value& value) {
    switch (value.kind()) {
      case json::kind::null:
        return tag('n');
      case json::kind::bool_:
        return tag(value.get_bool() ? 't' : 'f');
      case json::kind::int64:
        return tag('i'), word(static_cast<std::uint64_t>(value.get_int64()));
      case json::kind::uint64:
        return tag(value.get_uint64() <= std::uint64_t{INT64_MAX} ? 'i' : 'u'), word(value.get_uint64());
      case json::kind::double_:
        return write_number(value.get_double());
      case json::kind::string:
        return tag('s'), write_text({value.get_string().data(), value.get_string().size()});
      case json::kind::array:
        return tag('a'), write_array(value.get_array());
      case json::kind::object:
        return tag('o'), write_object(value.get_object());
    }
  }

 private:
  void tag(char tag) { text_ += tag; }

  // Least byte first on every machine: the hash is kept in the database.
  void word(std::uint64_t word) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(word >> (8 * i) & 0xFF);
    text_.append(bytes, sizeof bytes);
  }

  void write_text(std::string_view text) {
    word(text.size());
    text_ += text;
  }

  // A number that was computed here and not yet normalised counts as what it would be on the wire.
  void write_number(double number) {
    const auto normal = number_value(number);
    if (normal && normal->is_int64()) return write(*normal);
    tag('d');
    word(std::bit_cast<std::uint64_t>(number));
  }

  void write_array(const json::array& array) {
    word(array.size());
    for (const auto& item : array) write(item);
  }

  void write_object(const json::object& object) {
    // The members of all objects that are being written lie one after the other.
    const std::size_t begin = members_.size();
    for (const auto& member : object) members_.push_back(&member);
    const auto first = members_.begin() + static_cast<std::ptrdiff_t>(begin);
    std::sort(first, members_.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
    word(object.size());
    for (std::size_t i = begin; i < begin + object.size(); ++i) {
      write_text(members_[i]->key());
      write(members_[i]->value());
    }
    members_.resize(begin);
  }

  std::string text_;
  std::vector<const json::key_value_pair*> members_;
};

}  // namespace

ContentHash hash_content(const json::value& value) {
  Canonical canonical;
  canonical.write(value);
  const XXH128_hash_t hash = XXH3_128bits(canonical.text().data(), canonical.text().size());
  return {hash.high64, hash.low64};
}

}  // namespace coterie
