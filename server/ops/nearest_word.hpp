// What somebody may have meant by a word that is not known. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coterie {

// How many letters must be put in, left out or replaced to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known word that is at most two letters away; empty: none is.
std::string nearest_word(std::string_view given, const std::vector<std::string>& known);

}  // namespace coterie
