// The messages whose lines stand in protocol/vectors/server.json, by the names of their cases.
#pragma once

#include <map>
#include <string>

namespace coterie::testing {

// What the encoder makes of each.
std::map<std::string, std::string> server_lines();

}  // namespace coterie::testing
