// From where a subscription goes on that a hello names: where its client stands, or anew, and why.
// Thread: any; pure. Law 3.
#pragma once

#include <optional>
#include <string>

#include "protocol/messages.hpp"

namespace coterie {

// What the server can replay.
struct ResumeRange {
  Epoch epoch;
  Seq head;
  Seq floor;  // a position before this one is trimmed
  std::string rights =
      {};  // what those of the caller rest on: where others did, it holds what is not its own
};

struct ResumeDecision {
  SubscriptionStatus status{};
  std::string reason;  // of resync
  Seq from;            // of recovered
};

// `request.position`, else the hello's, else none: a new subscription.
ResumeDecision decide_resume(const Subscribe& request, const std::optional<Position>& hello,
                             const ResumeRange& window);

}  // namespace coterie
