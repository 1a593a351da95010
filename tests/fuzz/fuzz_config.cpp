// A configuration: refused by a sentence that begins with the file's name, or understood, and then its rules
// and schemas can be asked about any record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/types_file.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

boost::json::value record() {
  return {{"a", "x"}, {"n", 1.5}, {"l", {"2026-01-01", 1, nullptr}}, {"o", {{"a", true}}}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr const char* kName = "/nonexistent/coterie.toml";
  const Result<ConfigFile> file = parse_config({reinterpret_cast<const char*>(data), size}, kName);
  if (!file) {
    check(file.error().message.starts_with(kName));
    return 0;
  }
  const Result<TypesConfiguration> types = read_types(*file);
  if (!types) {
    check(types.error().message.starts_with(kName));
    return 0;
  }
  static const boost::json::value kRecord = record();
  for (const auto& [type, rules] : types->types->all()) {
    check(rules.allows(Strategy::reject) && rules.allows(rules.strategy));
    for (const FieldGroup& fields : rules.unique) {
      check(group_from_stored_name(stored_name(fields)).value() == fields);
    }
    if (rules.schema) check(rules.schema->accepts(kRecord) == rules.schema->faults(kRecord).empty());
  }
  return 0;
}
