// What a run leaves behind: a table for the terminal, a JSON file for programs, one HTML file with plots for
// people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/load/run.hpp"

namespace load {

// uPlot's script and style; empty where the build did not find it.
extern const std::string_view kPlotScript;
extern const std::string_view kPlotStyle;

struct Report {
  std::string profile;
  std::string command;  // as it was typed
  std::uint64_t seed = 0;
  std::vector<Band> bands;
};

std::string to_table(const Report& report);
std::string to_json(const Report& report);
std::string to_html(const Report& report);

}  // namespace load
