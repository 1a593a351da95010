#include "protocol/outcome.hpp"

namespace coterie {

std::string_view to_text(RejectedCode code) {
  switch (code) {
    case RejectedCode::guard_failed:
      return "guard_failed";
    case RejectedCode::locked:
      return "locked";
    case RejectedCode::fenced:
      return "fenced";
    case RejectedCode::exists:
      return "exists";
    case RejectedCode::not_found:
      return "not_found";
    case RejectedCode::forbidden:
      return "forbidden";
    case RejectedCode::invalid:
      return "invalid";
    case RejectedCode::unique:
      return "unique";
    case RejectedCode::mutation_reused:
      return "mutation_reused";
    case RejectedCode::mutation_expired:
      return "mutation_expired";
    case RejectedCode::decided:
      return "decided";
  }
  return "unknown";
}

}  // namespace coterie
