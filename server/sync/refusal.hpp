// An Error in one line, as the services of this folder make them.
// Thread: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "protocol/error.hpp"

namespace coterie {

inline Error refusal(ErrorCode code, std::string message, std::string member = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = std::move(member);
  return error;
}

// One after which the same request may succeed.
inline Error refusal_for_now(ErrorCode code, std::string message,
                             std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
  Error error = refusal(code, std::move(message));
  error.retry = true;
  error.retry_after = retry_after;
  return error;
}

}  // namespace coterie
