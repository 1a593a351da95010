// The one small language of lists, guards and `where`: {"status": "good", "quantity": {"$gte": 5}}.
// Parsed once into terms, then run here over a document, or in storage as bound SQL; both give the same
// answer.
//
// What holds for each comparison of a document's value V with an operand C, exactly:
// - V is what `find` gives; nothing found counts as null. An array or object is found, and equals no operand.
// - $eq: both null, or both booleans, both numbers, both texts, and of one value. Numbers compare by their
// exact value
//   whether written as an integer or not. $ne is not $eq: it holds for absent values and for other types.
// - $gt $gte $lt $lte: true only between two numbers, or two texts (by code point, which is the order of
// UTF-8 bytes).
//   Null and booleans have no order: with them on either side the answer is false, $gte and $lte included.
// - $in: $eq to one of the list; an empty list lets nothing through. $nin is not $in.
// - $exists: true: something is found, a null too; false: nothing is.
// - $contains: V is a text and C a text that occurs in it (the empty one always does), or V is an array and
// one of its
//   items is $eq to C. Else false. $startsWith: both are texts and V begins with C. Case counts.
// - The members of one object must all hold; so must the operators of one member. $and of nothing is true,
// $or of
//   nothing is false, $not is the exact complement of the filter in it.
// - Metadata is always there: $id, the users and the times (as to_text writes them) are text, $version is a
// number. Thread: any; immutable once parsed.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/error.hpp"
#include "protocol/field_path.hpp"

namespace coterie {

enum class MetaField { id, version, created_at, created_by, updated_at, updated_by };  // $id, $version, ...
std::string_view to_text(MetaField field);
std::optional<MetaField> meta_field_from_text(std::string_view text);

using Operand = std::variant<FieldPath, MetaField>;  // what a term or a sort key looks at

enum class Comparison { eq, ne, gt, gte, lt, lte, in, nin, exists, contains, starts_with };
std::string_view to_text(Comparison comparison);  // $eq, $ne, ...

// One comparison. `value` is a scalar; for in and nin a list of scalars; for exists a boolean.
struct Term {
  Operand operand;
  Comparison comparison{};
  boost::json::value value;
};

struct FilterNode;
struct And {
  std::vector<FilterNode> of;
};  // empty: true
struct Or {
  std::vector<FilterNode> of;
};  // empty: false
struct Not {
  std::vector<FilterNode> of;
};  // exactly one
struct FilterNode {
  std::variant<Term, And, Or, Not> node;
};

class Filter {
 public:
  Filter() = default;  // lets everything through
  // Errors: bad_request or bad_name naming the member, too_large (deeper than kMaxFilterDepth, more than
  // kMaxFilterTerms terms, a list longer than kMaxFilterItems). The filter itself is depth 1, each $and, $or
  // and $not goes one deeper; an empty filter inside a list counts as a term.
  static Result<Filter> parse(const boost::json::value& value);

  bool empty() const;  // `{}`: no condition at all
  const FilterNode& root() const { return root_; }
  const boost::json::object& source() const { return source_; }  // as it was given, to show it again

  bool matches(const EntityMeta& meta, const boost::json::object& data) const;

 private:
  friend Filter both(const Filter& a, const Filter& b);
  friend Filter any_of(std::vector<Filter> filters);
  FilterNode root_{And{}};
  boost::json::object source_;
};

// A filter that lets through what both let through.
Filter both(const Filter& a, const Filter& b);
// One that lets through what any of them does; of one alone it is that one.
Filter any_of(std::vector<Filter> filters);

// What an operand has in one record, as the rules above see it. `scratch` holds metadata; the answer points
// into it or into the document, and is null where nothing is found.
const boost::json::value* look_at(const Operand& operand, const EntityMeta& meta,
                                  const boost::json::object& data, boost::json::value& scratch);

}  // namespace coterie
