#include "server/cli/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace coterie {
namespace {

constexpr std::size_t kNear = 2;

std::string nearest(const std::string& given, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = kNear + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(given, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

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
    const std::string found = nearest(given, known);
    if (!found.empty()) return "Did you mean " + found + '?';
  }
  return {};
}

}  // namespace coterie
