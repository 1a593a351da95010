// What an edit did to a document: paths set, paths unset, and what stood there before. The same form serves
// the log, the events, the merge and the history, so that there is one way to write a difference and one to
// apply it. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/field_path.hpp"

namespace coterie {

struct FieldValue {
  FieldPath path;
  boost::json::value value;
};

// No path equals another or is a prefix of one.
struct Change {
  std::vector<FieldValue> set;
  std::vector<FieldPath> unset;
  std::vector<FieldValue> old;  // of the paths in set and unset, where something stood
  bool empty() const { return set.empty() && unset.empty(); }
};

// Sets `path`, making missing parents. Error bad_request: the way leads through something that is not an
// object; the document is then as it was.
Result<void> set_field(boost::json::object& document, const FieldPath& path, boost::json::value value);
// Removes `path`; nothing happens where it is absent. Parents stay.
void unset_field(boost::json::object& document, const FieldPath& path);

// Does the change to the document, or on an error (bad_request, as above) nothing. Its `old` is not read.
Result<void> apply(boost::json::object& document, const Change& change);
// Takes the change back: the document as it stood before, as `old` remembers it. Exact for what difference()
// made: it names a new object as a whole, so that no parent was made on the way that `old` would not know of.
Result<void> revert(boost::json::object& document, const Change& change);

// The smallest change that leads from one document to the other: members are compared through objects, arrays
// as a whole. A missing object that appears is set as a whole. A member whose name holds a '.' cannot occur
// (see names.hpp).
Change difference(const boost::json::object& before, const boost::json::object& after);

}  // namespace coterie
