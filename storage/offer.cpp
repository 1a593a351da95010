#include "storage/offer.hpp"

#include <utility>

#include "storage/field_edits.hpp"
#include "storage/stale.hpp"

namespace coterie {

Offer make_offer(const Operation& op, const boost::json::object& base, const boost::json::object& current,
                 const ClashPolicies& policies) {
  Offer offer;
  const Proposal yours = op.kind == OperationKind::update ? propose(op, base, false) : Proposal{std::nullopt};
  offer.merge = settle(base, current, yours ? *yours : base, policies);
  offer.mergeable = yours.has_value();
  if (!yours) return offer;
  boost::json::object adjusted = offer.merge.merged;
  if (!apply_adjustments(adjusted, op)) offer.merge.merged = std::move(adjusted);
  return offer;
}

}  // namespace coterie
