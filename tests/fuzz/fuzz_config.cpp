// A configuration: refused by a sentence that begins with the file's name, or understood, and then its rules
// and schemas can be asked about any record, and its times and issuers are within their bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/auth_file.hpp"
#include "server/types_file.hpp"

namespace {

using namespace coterie;

void check(bool holds) {
  if (!holds) std::abort();
}

boost::json::value record() {
  return {{"a", "x"}, {"n", 1.5}, {"l", {"2026-01-01", 1, nullptr}}, {"o", {{"a", true}}}};
}

void check_auth(const ConfigFile& file, std::string_view name) {
  const Result<AuthConfiguration> auth = read_auth(file);
  if (!auth) return check(auth.error().message.starts_with(name));
  check(auth->access_token <= std::chrono::hours(8) && auth->access_token <= auth->refresh_token);
  check(auth->sign_ins.per_account > 0 && auth->sign_ins.per_address > 0);
  for (const IssuerKeys& keys : auth->issuers) {
    check(keys.size() > 0 && !keys.issuer().issuer.empty() && !keys.issuer().audience.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr const char* kName = "/nonexistent/coterie.toml";
  const Result<ConfigFile> file = parse_config({reinterpret_cast<const char*>(data), size}, kName);
  if (!file) {
    check(file.error().message.starts_with(kName));
    return 0;
  }
  check_auth(*file, kName);
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
