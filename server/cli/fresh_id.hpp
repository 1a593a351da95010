// A new UUIDv7 for a mutation: the time in front, so that ids of one client sort as they were made.
// Thread: any.
#pragma once

#include <string>

namespace coterie {

std::string fresh_id();

}  // namespace coterie
