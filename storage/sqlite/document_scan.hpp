// Looks into a document's stored text without parsing it: what a filter or a sort asks of most rows is one
// field. Leans on the text being what write_json wrote: compact, valid, each scalar and name in its one
// canonical form, so that equal values are equal texts. Any member name works, however odd, because names are
// compared in that form. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

#include "protocol/field_path.hpp"

namespace coterie {

// A path in the form that find_raw takes: the steps as JSON strings, joined by newlines.
std::string raw_path(const FieldPath& path);

// The text of the value at the path; empty where there is none, or where the way leads through anything but
// objects.
std::string_view find_raw(std::string_view document, std::string_view raw_path);

// Whether the array, given as text, holds this scalar, given as text.
bool array_holds(std::string_view array, std::string_view scalar);

// The text that a JSON string stands for. `scratch` holds it where it had to be decoded.
std::string_view decode_string(std::string_view raw, std::string& scratch);

}  // namespace coterie
