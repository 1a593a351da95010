// The three-way merge: what you changed and what they changed since the same base, path by path.
// Two paths clash where one equals the other or is its prefix, unless both made them the same.
// Thread: any. Law 5.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/change.hpp"

namespace coterie {

// `combined`: both changed it, and the type's policy made one value of the two (see settle.hpp).
enum class FieldVerdict { yours, theirs, same, clash, combined };
std::string_view to_text(FieldVerdict verdict);

struct Merge {
  std::vector<std::pair<FieldPath, FieldVerdict>> fields;  // every path that either side changed, sorted
  boost::json::object merged;                              // theirs where it clashes
  std::vector<FieldPath> theirs;      // the paths taken from them, alone or combined with yours
  std::vector<FieldPath> overridden;  // the paths where a policy let yours take the place of theirs
  bool clashes = false;
};

// `yours` is the base with your change, `current` is what stands now.
Merge merge(const boost::json::object& base, const boost::json::object& current,
            const boost::json::object& yours);

}  // namespace coterie
