// What somebody may have meant by a flag or a command that does not exist.
// Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace coterie {

// How many letters must be put in, left out or replaced to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// "Did you mean --listen?" for the first argument that was not understood; empty: nothing is near.
std::string suggestion(const CLI::App& app);

}  // namespace coterie
