// What a request is told when it was not decided: a code in words, a sentence, and whether to try again.
// A refusal of a mutation (`rejected`, `conflict`) is not an error; it is an answer (see outcome.hpp).
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace coterie {

// Each code stands with its cause and its cure in docs/errors.md; to_text gives the word on the wire.
enum class ErrorCode {
  bad_json,
  bad_number,
  bad_request,
  bad_name,
  too_large,
  unauthorized,
  forbidden,
  not_found,
  limit,
  rate_limited,
  overloaded,
  unavailable,
  base_version_required,
  not_holder,
  id_reused,
};

std::string_view to_text(ErrorCode code);
std::optional<ErrorCode> error_code_from_text(std::string_view text);

struct Error {
  ErrorCode code{};
  std::string message{};  // one sentence that says what to do
  std::string member{};   // the member of the request at fault, dotted; empty: none in particular
  bool retry = false;     // the same request may succeed later
  std::optional<std::chrono::milliseconds> retry_after{};
  boost::json::object details{};
};

// "not_found: There is no such record." For tests and logs.
std::ostream& operator<<(std::ostream& out, const Error& error);

template <class T>
using Result = boost::system::result<T, Error>;

// For Result<T>::value() on an error: a defect of the caller, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace coterie
