#include "protocol/mutation.hpp"

namespace coterie {

std::string_view to_text(OperationKind kind) {
  switch (kind) {
    case OperationKind::create:
      return "create";
    case OperationKind::update:
      return "update";
    case OperationKind::remove:
      return "delete";
    case OperationKind::restore:
      return "restore";
  }
  return "unknown";
}

std::string_view to_text(Strategy strategy) {
  switch (strategy) {
    case Strategy::reject:
      return "reject";
    case Strategy::merge:
      return "merge";
    case Strategy::latest_wins:
      return "latest-wins";
  }
  return "unknown";
}

std::optional<OperationKind> operation_kind_from_text(std::string_view text) {
  for (const auto kind :
       {OperationKind::create, OperationKind::update, OperationKind::remove, OperationKind::restore})
    if (to_text(kind) == text) return kind;
  return std::nullopt;
}

std::optional<Strategy> strategy_from_text(std::string_view text) {
  for (const auto strategy : {Strategy::reject, Strategy::merge, Strategy::latest_wins})
    if (to_text(strategy) == text) return strategy;
  return std::nullopt;
}

}  // namespace coterie
