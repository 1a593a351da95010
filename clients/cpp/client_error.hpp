// Why a client could not get its answer: nobody there, turned away, cut off, too slow, or something that is
// no answer. The message is a whole sentence that a person can act on; what the server decided (conflict,
// rejected) is no error. Thread: any; values.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace coterie {

struct ClientError {
  enum class Kind {
    bad_url,      // the address cannot be read
    unreachable,  // nobody answers there, or nobody can just now
    refused,      // the server said no: a token, a right, a limit
    lost,         // the connection ended; what was asked may or may not have been done
    timeout,      // no answer in time; the same
    nonsense,     // what came is not the protocol
  };
  Kind kind{};
  std::string message;
  std::optional<std::uint16_t> close_code{};               // of the WebSocket, where the server closed it
  std::optional<std::chrono::milliseconds> retry_least{};  // the server's wish, from its goodbye or its error
  std::optional<std::chrono::milliseconds> retry_most{};
};

template <class T>
using ClientResult = boost::system::result<T, ClientError>;

// For ClientResult<T>::value() on an error: a defect of the caller, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const ClientError& error, const boost::source_location& where);

}  // namespace coterie
