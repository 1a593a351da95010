// Why an import or an export ended early: a sentence, and the exit code that belongs to it.
// Thread: any.
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "clients/cpp/client_error.hpp"
#include "protocol/error.hpp"

namespace coterie {

struct TransferError {
  int exit_code = 1;
  std::string message;
};
template <class T>
using TransferResult = boost::system::result<T, TransferError>;
[[noreturn]] void throw_exception_from_error(const TransferError& error, const boost::source_location& where);

TransferError transfer_error(std::string message);
TransferError transfer_error(const Error& error);
TransferError transfer_error(const ClientError& error);

}  // namespace coterie
