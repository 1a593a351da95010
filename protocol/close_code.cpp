#include "protocol/close_code.hpp"

namespace coterie {

std::string_view to_text(CloseCode code) {
  switch (code) {
    case CloseCode::normal:
      return "normal";
    case CloseCode::protocol_error:
      return "protocol error";
    case CloseCode::unsupported_data:
      return "text frames only";
    case CloseCode::bad_utf8:
      return "text is not UTF-8";
    case CloseCode::policy:
      return "against the rules";
    case CloseCode::too_big:
      return "message too big";
    case CloseCode::token_not_accepted:
      return "token not accepted";
    case CloseCode::forbidden:
      return "forbidden";
    case CloseCode::revoked:
      return "access revoked";
    case CloseCode::overloaded:
      return "overloaded";
    case CloseCode::rate_or_cap:
      return "too many messages or connections";
    case CloseCode::replaced:
      return "replaced by a newer connection";
    case CloseCode::no_hello:
      return "no hello in time";
    case CloseCode::no_progress:
      return "no answer and no progress";
    case CloseCode::shutting_down:
      return "shutting down";
    case CloseCode::token_expired:
      return "token expired";
  }
  return "unknown";
}

}  // namespace coterie
