#include "server/cli/rules_in_force.hpp"

#include "server/cli/account_data.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

Result<RulesRead> rules_of_file(const CLI::App& app) {
  const Result<std::filesystem::path> path = config_path(app);
  if (!path) return path.error();
  Result<TypesConfiguration> configured = read_configuration(*path);
  if (!configured) return configured.error();
  return std::move(configured->access);
}

}  // namespace

Result<RulesInForce> rules_in_force(const CLI::App& app, const std::string& data) {
  Result<RulesRead> of_file = rules_of_file(app);
  if (data.empty()) {
    if (!of_file) return of_file.error();
    return RulesInForce{std::move(*of_file), {}, {}};
  }
  auto store = open_accounts({data, false}, false);
  if (!store) return store.error();
  const Result<RulesVersion> newest = (*store)->rules().newest();
  if (!newest) return newest.error();
  Result<std::optional<RulesVersion>> last = (*store)->rules().last_of_file();
  if (!last) return last.error();
  RulesInForce found;
  found.version = *newest;
  if (*last && (*last)->text.hash != newest->text.hash) found.overrides = std::move(*last);
  // A file that is wrong keeps nobody from seeing what is in force.
  if (of_file && of_file->hash == newest->text.hash) {
    found.read = std::move(*of_file);
    return found;
  }
  Result<RulesRead> kept = read_access_source(newest->text.source);
  if (!kept) return kept.error();
  found.read = std::move(*kept);
  return found;
}

std::string heading_of(const RulesVersion& version) {
  std::string text = "version " + std::to_string(version.version.value());
  if (version.origin == RulesOrigin::file) {
    text += ", of the file";
  } else {
    text += ", by " + printable(version.set_by.value()) + " (";
    text += to_text(version.origin);
    text += ')';
  }
  return text + ", " + local_time(version.set_at);
}

}  // namespace coterie
