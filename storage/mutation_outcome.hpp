// How a mutation ended: one of these, always. A repeat is answered with the text of its first answer.
// Thread: any; values. Law 4.
#pragma once

#include <string>
#include <variant>

#include "protocol/outcome.hpp"

namespace coterie {

struct CommittedAnswer {
  Seq seq;
  std::string body;  // encode_body(Committed): the answer as it is stored and sent
};
struct Repeated {
  std::string body;
};
// Error: not decided, nothing kept (overloaded, unavailable).
using MutationOutcome = std::variant<CommittedAnswer, Repeated, Conflict, Rejected, Error>;

}  // namespace coterie
