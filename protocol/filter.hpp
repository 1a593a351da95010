// The one small language of lists, guards and `where`: {"status": "good", "quantity": {"$gte": 5}}.
// Parsed once into terms, then run here over a document, or in storage as bound SQL; both give the same answer.
// Absent equals null ($exists tells them apart); values of different types never compare; $ne, $nin and $not are
// exact complements; text compares by code point (which is the order of UTF-8 bytes).
// Thread: any; immutable once parsed.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
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

using Operand = std::variant<FieldPath, MetaField>;  // what a term or a sort key looks at

enum class Comparison { eq, ne, gt, gte, lt, lte, in, nin, exists, contains, starts_with };

// One comparison. `value` is a scalar; for in and nin a list of scalars; for exists a boolean.
struct Term {
  Operand operand;
  Comparison comparison{};
  boost::json::value value;
};

struct FilterNode;
struct And { std::vector<FilterNode> of; };  // empty: true
struct Or { std::vector<FilterNode> of; };   // empty: false
struct Not { std::vector<FilterNode> of; };  // exactly one
struct FilterNode { std::variant<Term, And, Or, Not> node; };

class Filter {
 public:
  Filter() = default;  // lets everything through
  // Errors: bad_request or bad_name naming the member, too_large (deeper than 8, more than 64 terms).
  static Result<Filter> parse(const boost::json::value& value);

  bool empty() const;  // `{}`: no condition at all
  const FilterNode& root() const { return root_; }
  const boost::json::object& source() const { return source_; }  // as it was given, to show it again

  bool matches(const EntityMeta& meta, const boost::json::object& data) const;

 private:
  FilterNode root_{And{}};
  boost::json::object source_;
};

Filter both(const Filter& a, const Filter& b);

}  // namespace coterie
