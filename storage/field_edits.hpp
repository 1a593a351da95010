// An operation's changes of single fields, done to a document: what is set, unset, counted up, appended,
// removed and stamped, and the event's account of it. Only decide includes this. Thread: sequencer; pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/change.hpp"
#include "protocol/mutation.hpp"

namespace coterie {

// An event's account of a change, each ready as the JSON that DataSyncEvent says.
struct EventTexts {
  std::string set;
  std::string unset;
  std::string old;
};

// Why a field cannot be changed so.
struct FieldFault {
  std::string field;
  std::string message;
};

// No field changed: the operation only checks.
bool only_checks(const Operation& op);

// `set` and `unset`: what may clash with the changes of others.
std::optional<FieldFault> apply_assignments(boost::json::object& document, const Operation& op);
// `increment`, `append`, `remove`: they rest on what is there, whatever it is, and never clash.
std::optional<FieldFault> apply_adjustments(boost::json::object& document, const Operation& op);
std::optional<FieldFault> apply_stamps(boost::json::object& document, const Operation& op, const UserId& user,
                                       Timestamp now);

// The places an operation may change, with what stood there before: seen once before it, and told once after
// it, so that no document is kept twice. Where a parent is missing, the place is the highest one that will
// appear.
class TouchedFields {
 public:
  // Fault: a path leads through something that is not an object.
  std::optional<FieldFault> look(const boost::json::object& before, const Operation& op);
  // Absent: everything is as it was.
  std::optional<EventTexts> tell(const boost::json::object& after) const;

 private:
  struct Place {
    const FieldPath* path;
    std::size_t steps;  // of path: the first so many lead to the place
    std::optional<boost::json::value> old;
  };
  std::optional<FieldFault> add(const boost::json::object& before, const FieldPath& path);
  static std::string_view text_of(const Place& place);
  std::vector<Place> places_;
};

// The same account of a change that was found by comparing two documents.
std::optional<EventTexts> tell(const Change& change);

}  // namespace coterie
