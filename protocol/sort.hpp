// The order of a list: "-dueDate,name". Values order as absent or null, booleans, numbers, text, then
// anything else; the id decides at the end, so that every order is total and a page has an exact place to go
// on from. A descending key turns its whole order round (anything else first, absent last); the id always
// ascends. false comes before true, numbers compare by their exact value, text by code point, arrays and
// objects are equal among themselves. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/filter.hpp"

namespace coterie {

struct SortKey {
  Operand operand;
  bool descending = false;
};

class Sort {
 public:
  Sort() = default;  // by id alone
  // "" is the sort by id alone. A name may be metadata ($updatedAt); the same name twice is refused.
  // Errors: bad_request, bad_name; too_large for more than kMaxSortKeys.
  static Result<Sort> parse(std::string_view text);
  const std::vector<SortKey>& keys() const { return keys_; }  // without the final id
  const std::string& text() const { return text_; }

 private:
  std::vector<SortKey> keys_;
  std::string text_;
};

// The place of one record in a sort: the values of its keys (null where absent; an array or object, whatever
// it holds, as an empty array), then its id.
struct SortPlace {
  std::vector<boost::json::value> values;
  EntityId id;
};
SortPlace place_of(const Sort& sort, const EntityMeta& meta, const boost::json::object& data);
// `less`: a comes before b in this sort.
std::strong_ordering compare(const Sort& sort, const SortPlace& a, const SortPlace& b);

// A keyset cursor: the place after which the next page begins, opaque to clients, bound to its sort.
std::string encode_cursor(const Sort& sort, const SortPlace& after);
Result<SortPlace> decode_cursor(const Sort& sort, std::string_view cursor);  // bad_request: not of this sort

}  // namespace coterie
