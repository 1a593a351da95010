// The form of a signed token (RFC 7515, compact): three parts of strict base64url, of which the first two
// hold JSON objects without a name twice. The gate in front of the library that checks signatures: that one
// lets white space, padding, duplicates, compression and keys inside of the header pass, none of which a good
// issuer writes. What passes here has one reading only; nothing of it may be believed before its signature is
// checked. Thread: any; pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

inline constexpr std::size_t kMostTokenBytes = 8192;

struct TokenForm {
  boost::json::object header;
  boost::json::object claims;
  std::string signature;         // its bytes
  std::string_view signed_text;  // the first two parts; valid as long as the token's text
  std::string_view text;         // all of it; likewise
};

// Error unauthorized: the text has another form. The message says what is wrong and repeats nothing.
Result<TokenForm> read_token(std::string_view text);

// The text of a member: empty where there is none, or where it is something else.
std::string_view string_member(const boost::json::object& object, std::string_view name);

Error unauthorized(std::string message);

}  // namespace coterie
