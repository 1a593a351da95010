// coterie types: what is configured, as a table, and whether the file is good.
#include <cstdio>
#include <map>
#include <memory>

#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

constexpr const char* kTypesExamples =
    "Examples:\n"
    "  coterie types\n"
    "  coterie types --check --config /etc/coterie.toml && kill -HUP \"$(pidof coterie)\"\n\n"
    "What may stand in the file is in docs/types.md. Exit code 1: the file is wrong, and the line says "
    "where.";

using Words = std::vector<std::string>;

Words strategies_of(const TypeRules& rules) {
  Words words{std::string(to_text(rules.strategy)) + " where none is named"};
  if (rules.strategies.empty()) return words;
  std::string allowed(to_text(Strategy::reject));
  for (const Strategy strategy : rules.strategies) {
    if (strategy != Strategy::reject) allowed.append(", ").append(to_text(strategy));
  }
  words.push_back("allowed: " + allowed);
  return words;
}

Words groups_of(const std::vector<FieldGroup>& groups) {
  Words words;
  for (const FieldGroup& group : groups) words.push_back(described(group));
  return words;
}

Words clashes_of(const ClashPolicies& policies) {
  Words words;
  for (const auto& [path, policy] : policies.all())
    words.push_back(path + ": " + std::string(to_text(policy)));
  return words;
}

Words history_of(const TypesConfiguration& configured, const EntityType& type) {
  const auto found = configured.retention.find(type);
  if (found == configured.retention.end()) return {"for ever"};
  using namespace std::chrono;
  Words words;
  if (const auto& age = found->second.age) {
    const auto whole_days = duration_cast<hours>(*age).count() / 24;
    words.push_back(whole_days > 0 ? std::to_string(whole_days) + " days"
                                   : std::to_string(duration_cast<seconds>(*age).count()) + " s");
  }
  if (found->second.versions) words.push_back(std::to_string(*found->second.versions) + " versions");
  return words;
}

std::size_t columns() { return is_terminal(stdout) ? terminal_columns(stdout) : 1000; }

// One table for each type: what it says, a line each.
std::string table_of(const TypesConfiguration& configured, const EntityType& type, const TypeRules& rules) {
  TextTable table({type.value(), ""});
  const auto lines = [&](const char* what, const Words& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      table.add({{i == 0 ? what : "", Colour::dim}, {printable(words[i]), Colour::plain}});
    }
  };
  lines("strategy", strategies_of(rules));
  lines("clashes", clashes_of(rules.clashes));
  if (const auto schema = configured.schemas.find(type); schema != configured.schemas.end()) {
    lines("schema", {schema->second});
  }
  lines("unique", groups_of(rules.unique));
  lines("index", groups_of(rules.index));
  if (const auto search = configured.search.find(type); search != configured.search.end()) {
    lines("search", {described(search->second)});
  }
  lines("history", history_of(configured, type));
  return table.text(Style::of(stdout), columns());
}

void print(const TypesConfiguration& configured) {
  std::map<EntityType, const TypeRules*> in_order;
  for (const auto& [type, rules] : configured.types->all()) in_order.emplace(type, &rules);
  std::string out;
  for (const auto& [type, rules] : in_order) out += table_of(configured, type, *rules) + '\n';
  if (!configured.sequences.empty()) {
    TextTable table({"sequence", "format"});
    for (const auto& [name, format] : configured.sequences)
      table.add({{printable(name), Colour::plain}, {printable(format), Colour::plain}});
    out += table.text(Style::of(stdout), columns());
  }
  if (out.empty()) out = "Nothing is configured: every type has the defaults.\n";
  std::fputs(out.c_str(), stdout);
}

int types(const CLI::App& app, bool check) {
  const Result<std::filesystem::path> path = config_path(app);
  const Result<TypesConfiguration> configured =
      path ? read_configuration(*path) : Result<TypesConfiguration>(path.error());
  if (!configured) {
    std::fprintf(stderr, "coterie: %s\n", printable(configured.error().message).c_str());
    return kExitFailed;
  }
  if (path->empty() && check) {
    std::fprintf(stderr, "coterie: there is no coterie.toml here; name one by --config\n");
    return kExitUsage;
  }
  if (!check) {
    print(*configured);
    return 0;
  }
  std::printf("%s is good (types: %zu, sequences: %zu)\n", path->c_str(), configured->types->all().size(),
              configured->sequences.size());
  return 0;
}

}  // namespace

void add_types_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("types", "Show the types that are configured, or check the file");
  command->footer(kTypesExamples);
  command->fallthrough();  // --config stands at the program, and may follow here
  auto check = std::make_shared<bool>(false);
  command->add_flag("--check", *check, "Only tell whether the whole file is good");
  command->callback([&app, check, &exit_code] { exit_code = types(app, *check); });
}

}  // namespace coterie
