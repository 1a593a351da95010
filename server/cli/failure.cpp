#include "server/cli/failure.hpp"

#include <cstdio>

#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {

int usage(const std::string& sentence) {
  std::fprintf(stderr, "coterie: %s\n", sentence.c_str());
  return kExitUsage;
}

int refused(const boost::json::object& answer) {
  std::fprintf(stderr, "coterie: %s\n", printable(text_member(answer, "message")).c_str());
  return text_member(answer, "type") == "rejected" ? kExitRejected : kExitFailed;
}

int report(const ClientError& error) {
  std::fprintf(stderr, "coterie: %s\n", printable(error.message).c_str());
  switch (error.kind) {
    case ClientError::Kind::bad_url:
      return kExitUsage;
    case ClientError::Kind::unreachable:
    case ClientError::Kind::lost:
    case ClientError::Kind::timeout:
      return kExitUnreachable;
    case ClientError::Kind::refused:
    case ClientError::Kind::nonsense:
      return kExitFailed;
  }
  return kExitFailed;
}

int report(const TransferError& error) {
  std::fprintf(stderr, "coterie: %s\n", printable(error.message).c_str());
  return error.exit_code;
}

}  // namespace coterie
