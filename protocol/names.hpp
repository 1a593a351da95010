// Which texts may name things. Checked once, where they enter; inside, a name is known to be good.
// Control characters are those of Unicode's category Cc: U+0000 to U+001F and U+007F to U+009F.
// Printable leaves out, besides them, what is not seen or turns the text around it: line and paragraph
// separators, zero-width and directional marks, the byte order mark. Thread: any.
#pragma once

#include <string_view>

namespace coterie {

bool is_entity_type(std::string_view text);  // [A-Za-z][A-Za-z0-9_]{0,63}
bool is_entity_id(std::string_view text);    // a letter or digit, then up to 127 of A-Za-z0-9._:~-
bool is_mutation_id(std::string_view text);  // 1 to 64 characters, printable ASCII without space
bool is_label(std::string_view text);  // 1 to 64 characters, printable: clientId, user and sequence names
bool is_reader_name(std::string_view text);  // a letter or digit, then up to 63 of A-Za-z0-9._:~-
bool is_member_name(
    std::string_view text);  // of `data`: not empty, no '.', no control character, no '$' first

}  // namespace coterie
