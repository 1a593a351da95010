// Whether a text is a date, a time, an address ...: the formats of JSON Schema that this server checks.
// Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

namespace coterie {

bool is_known_format(std::string_view format);
std::string known_formats();  // "date, date-time, ...": for whoever named another
// An unknown format is one that nothing fits.
bool has_format(std::string_view format, std::string_view text);

}  // namespace coterie
