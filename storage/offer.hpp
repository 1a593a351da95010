// What is offered to whoever decides a conflict: the change as it was meant, joined with what stands there
// now, and settled where its type settles what clashes. Thread: any; pure. Law 5.
#pragma once

#include <boost/json/object.hpp>

#include "protocol/merge.hpp"
#include "protocol/mutation.hpp"
#include "protocol/settle.hpp"

namespace coterie {

struct Offer {
  Merge merge;             // theirs where it still clashes
  bool mergeable = false;  // false: there is nothing of yours in it (a delete, a change that cannot be done)
};
Offer make_offer(const Operation& op, const boost::json::object& base, const boost::json::object& current,
                 const ClashPolicies& policies);

}  // namespace coterie
