// A dotted path into a document (`address.city`): through objects only, an array is named as a whole.
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"

namespace coterie {

class FieldPath {
 public:
  FieldPath() = default;  // the document itself: no step at all; where a walk begins, never in a change
  // Errors: bad_name (an empty step, a control character, a leading '$'), too_large (deeper than kMaxDepth).
  static Result<FieldPath> parse(std::string_view text);

  // The path one step further down. `name` is a member name of a document (see names.hpp), known to be good.
  FieldPath child(std::string_view name) const;

  const std::string& text() const { return text_; }
  const std::vector<std::string>& steps() const { return steps_; }

  // Whether the one is the other, or a parent of it: such two paths never stand side by side in a change.
  bool overlaps(const FieldPath& other) const;

  friend bool operator==(const FieldPath& a, const FieldPath& b) { return a.text_ == b.text_; }
  friend auto operator<=>(const FieldPath& a, const FieldPath& b) { return a.text_ <=> b.text_; }

 private:
  std::string text_;
  std::vector<std::string> steps_;
};

// The value at a path, or null pointer where there is none (or where the way leads through anything but
// objects).
const boost::json::value* find(const boost::json::object& document, const FieldPath& path);

}  // namespace coterie
