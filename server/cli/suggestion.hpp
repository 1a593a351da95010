// What somebody may have meant by a flag or a command that does not exist.
// Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace coterie {

// "Did you mean --listen?" for the first argument that was not understood; empty: nothing is near.
std::string suggestion(const CLI::App& app);

}  // namespace coterie
