// A refusal after which the same request may succeed.
// Thread: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "protocol/refusal.hpp"

namespace coterie {

inline Error refusal_for_now(ErrorCode code, std::string message,
                             std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
  Error error = refusal(code, std::move(message));
  error.retry = true;
  error.retry_after = retry_after;
  return error;
}

}  // namespace coterie
