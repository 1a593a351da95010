#include "storage/document_size.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace coterie {
namespace {

constexpr std::size_t kNumberBytes = 8;     // of most
constexpr std::size_t kLongestNumber = 26;  // -1.7976931348623157e+308, with room
constexpr std::size_t kLongestEscape = 6;   // \u001f

void add_text(DocumentSize& size, std::size_t length) {
  size.bytes += length + 2;
  size.most_bytes += kLongestEscape * length + 2;
}

void add_to_size(DocumentSize& size, const boost::json::value& value, std::size_t depth);

void add_to_size(DocumentSize& size, const boost::json::object& object, std::size_t depth) {
  size.depth = std::max(size.depth, depth);
  size.members += object.size();
  size.bytes += 2 + 2 * object.size();
  size.most_bytes += 2 + 2 * object.size();
  for (const auto& member : object) {
    add_text(size, member.key().size());
    add_to_size(size, member.value(), depth + 1);
  }
}

void add_to_size(DocumentSize& size, const boost::json::array& array, std::size_t depth) {
  size.depth = std::max(size.depth, depth);
  size.members += array.size();
  size.bytes += 2 + array.size();
  size.most_bytes += 2 + array.size();
  for (const auto& item : array) add_to_size(size, item, depth + 1);
}

void add_to_size(DocumentSize& size, const boost::json::value& value, std::size_t depth) {
  if (const auto* object = value.if_object()) {
    add_to_size(size, *object, depth);
  } else if (const auto* array = value.if_array()) {
    add_to_size(size, *array, depth);
  } else if (const auto* text = value.if_string()) {
    add_text(size, text->size());
  } else if (value.is_number()) {
    size.bytes += kNumberBytes;
    size.most_bytes += kLongestNumber;
  } else {
    size.bytes += 5;  // false
    size.most_bytes += 5;
  }
}

}  // namespace

DocumentSize measure(const boost::json::object& document) {
  DocumentSize size;
  add_to_size(size, document, 1);
  return size;
}

}  // namespace coterie
