#include "server/cli/suggestion.hpp"

#include <vector>

#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

std::string suggestion(const CLI::App& app) {
  const std::vector<CLI::App*> asked = app.get_subcommands();  // the one that was named
  std::vector<std::string> known = flags_of(app);
  if (asked.empty()) {
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(command->get_name());
    }
  } else {
    const std::vector<std::string> more = flags_of(*asked.front());
    known.insert(known.end(), more.begin(), more.end());
  }
  for (std::string given : app.remaining(true)) {
    given = given.substr(0, given.find('='));
    const std::string found = nearest_word(given, known);
    if (!found.empty()) return "Did you mean " + found + '?';
  }
  return {};
}

}  // namespace coterie
