// Randomness from the kernel: secrets that cannot be guessed, ids that never meet.
// Thread: any.
#pragma once

#include <string>

#include "protocol/types.hpp"

namespace coterie {

// 256 random bits as base64url: a session's secret.
std::string random_secret();

// A UUID of version 7 (RFC 9562): its first 48 bits are the time, so that ids made later sort later.
std::string uuid_v7(Timestamp now);

}  // namespace coterie
