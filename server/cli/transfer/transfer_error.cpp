#include "server/cli/transfer/transfer_error.hpp"

#include <stdexcept>

#include "server/cli/commands.hpp"

namespace coterie {

void throw_exception_from_error(const TransferError& error, const boost::source_location& where) {
  throw std::logic_error(std::string(where.file_name()) +
                         ": a result was taken where there was an error: " + error.message);
}

TransferError transfer_error(std::string message) { return {kExitFailed, std::move(message)}; }
TransferError transfer_error(const Error& error) { return {kExitFailed, error.message}; }
TransferError transfer_error(const ClientError& error) {
  const bool away = error.kind == ClientError::Kind::unreachable || error.kind == ClientError::Kind::lost ||
                    error.kind == ClientError::Kind::timeout;
  if (error.kind == ClientError::Kind::bad_url) return {kExitUsage, error.message};
  return {away ? kExitUnreachable : kExitFailed, error.message};
}

}  // namespace coterie
