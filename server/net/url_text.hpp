// The text of a URL read strictly: percent-escapes are two hexadecimal digits, and what comes out is UTF-8
// without control characters. What is written otherwise is no name of anything here. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coterie {

// -1: no hexadecimal digit.
int hex_digit(char c);

// Absent: a broken escape, a control character (NUL too), or bytes that are not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

// Everything but letters, digits and -._~ escaped: one step of a path.
std::string percent_encode(std::string_view text);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// `filter=...&limit=20`, '+' for a space. Absent: as above, a part without a name, or a name twice.
std::optional<QueryParameters> parse_query(std::string_view query);

}  // namespace coterie
