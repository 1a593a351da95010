#include "protocol/conflict_inbox.hpp"

namespace coterie {

std::string_view to_text(ConflictState state) {
  switch (state) {
    case ConflictState::open:
      return "open";
    case ConflictState::decided:
      return "decided";
    case ConflictState::dismissed:
      return "dismissed";
  }
  return "unknown";
}

std::string_view to_text(ResolutionKind kind) {
  switch (kind) {
    case ResolutionKind::use_mine:
      return "use-mine";
    case ResolutionKind::use_theirs:
      return "use-theirs";
    case ResolutionKind::merge:
      return "merge";
    case ResolutionKind::set:
      return "set";
    case ResolutionKind::resent:
      return "resent";
  }
  return "unknown";
}

std::optional<ConflictState> conflict_state_from_text(std::string_view text) {
  for (const auto state : {ConflictState::open, ConflictState::decided, ConflictState::dismissed})
    if (to_text(state) == text) return state;
  return std::nullopt;
}

std::optional<ResolutionKind> resolution_from_text(std::string_view text) {
  for (const auto kind : {ResolutionKind::use_mine, ResolutionKind::use_theirs, ResolutionKind::merge,
                          ResolutionKind::set, ResolutionKind::resent})
    if (to_text(kind) == text) return kind;
  return std::nullopt;
}

}  // namespace coterie
