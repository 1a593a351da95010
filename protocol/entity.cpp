#include "protocol/entity.hpp"

namespace coterie {

std::string_view to_text(EventOperation operation) {
  switch (operation) {
    case EventOperation::create:
      return "CREATE";
    case EventOperation::update:
      return "UPDATE";
    case EventOperation::remove:
      return "DELETE";
  }
  return "unknown";
}

std::string_view to_text(Cause cause) {
  switch (cause) {
    case Cause::user:
      return "user";
    case Cause::merge:
      return "merge";
    case Cause::restore:
      return "restore";
    case Cause::sync:
      return "sync";
    case Cause::system:
      return "system";
  }
  return "unknown";
}

std::optional<EventOperation> event_operation_from_text(std::string_view text) {
  for (const auto operation : {EventOperation::create, EventOperation::update, EventOperation::remove})
    if (to_text(operation) == text) return operation;
  return std::nullopt;
}

std::optional<Cause> cause_from_text(std::string_view text) {
  for (const auto cause : {Cause::user, Cause::merge, Cause::restore, Cause::sync, Cause::system})
    if (to_text(cause) == text) return cause;
  return std::nullopt;
}

}  // namespace coterie
