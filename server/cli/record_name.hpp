// What a command is about, as it is written on a command line: TYPE or TYPE/ID.
// Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

struct RecordName {
  std::string type;
  std::string id;  // empty: the type as a whole
  std::string text() const { return id.empty() ? type : type + "/" + id; }
};

// Error bad_name: not a type, or not an id; the message shows good ones.
Result<RecordName> parse_record_name(std::string_view text);

}  // namespace coterie
