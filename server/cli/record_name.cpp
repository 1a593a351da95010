#include "server/cli/record_name.hpp"

#include "protocol/names.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

Error bad_name(std::string message) {
  Error error;
  error.code = ErrorCode::bad_name;
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<RecordName> parse_record_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  RecordName name{std::string(text.substr(0, slash)), {}};
  if (!is_entity_type(name.type)) {
    return bad_name("\"" + printable(name.type) +
                    "\" is not a type: a letter, then letters, digits and _, like Vehicle or Vehicle/1.");
  }
  if (slash == std::string_view::npos) return name;
  name.id = text.substr(slash + 1);
  if (!is_entity_id(name.id)) {
    return bad_name("\"" + printable(name.id) +
                    "\" is not an id: a letter or digit, then those or any of . _ : ~ -, like Vehicle/1.");
  }
  return name;
}

}  // namespace coterie
