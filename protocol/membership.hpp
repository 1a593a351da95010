// What a change did to the membership of one record in one filtered room, and the two messages that tell it.
// They name the reader's own subscriptions, so no two readers are sent the same bytes; what is the same for
// all (the tail) is encoded once. Thread: any; values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/entity.hpp"

namespace coterie {

enum class Membership { stays, enters, leaves };  // stays: its event is told, a DELETE included

struct Enter {
  std::vector<SubscriptionId> subscriptions;
  Seq seq;
  Entity entity;
};
struct Gone {
  std::vector<SubscriptionId> subscriptions;
  Seq seq;
  EntityKey key;
};

// {"type":"enter","subscriptions":[ + "3,5" + tail
std::string enter_tail(Seq seq, const Entity& entity);
std::string gone_tail(Seq seq, const EntityKey& key);
std::string_view membership_head(Membership membership);  // of enters and leaves

}  // namespace coterie
