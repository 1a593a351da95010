// A password from a person or a program: never from the command line, where everybody on the machine sees it.
// Thread: main.
#pragma once

#include "protocol/error.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {

// From standard input: all of it but one newline at the end. Without a terminal's echo, asked for twice,
// where a person types it. Error bad_request: too short or too long, or the two differ.
Result<SecretText> read_password(bool from_stdin);

}  // namespace coterie
