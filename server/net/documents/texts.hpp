// The files of this folder, and of protocol/, that the program carries along. Thread: any.
#pragma once

#include <string_view>

namespace coterie {

extern const std::string_view kMessageSchemas;  // protocol/schemas.json
extern const std::string_view kHttpSchemas;     // schemas.json
extern const std::string_view kDocsPage;        // page.html
extern const std::string_view kDocsScript;      // page.js
extern const std::string_view kDocsStyle;       // page.css

}  // namespace coterie
