// base64url without padding (RFC 4648 section 5): for texts that clients pass on without looking inside.
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coterie {

std::string to_base64url(std::string_view bytes);
// Strict: nothing but what to_base64url writes, so that one content has one text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace coterie
