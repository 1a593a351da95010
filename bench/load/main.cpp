// coterie-load: simulated users that subscribe, think, edit, collide, drop and resume, and that hold the
// server to its promises while they do. Exit: 0 no breach, 1 a breach, 2 wrong use.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <random>

#include "bench/load/report.hpp"

namespace {

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::string known_profiles() {
  std::string out;
  for (const load::Profile& profile : load::profiles())
    out += fmt::format("\n  {:<8} {}", profile.name, profile.about);
  return out;
}

struct Options {
  std::string url = "http://127.0.0.1:8787";
  std::vector<std::size_t> users{50};
  std::string profile = "office";
  std::string out = "coterie-load";
  double seconds = 30;
  double think = 0;
  double memory_growth = 0;
  std::size_t fill_mib = 0;
  std::uint64_t seed = std::random_device{}();
  bool no_files = false;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--url", options.url, "the server")->capture_default_str();
  app.add_option("--users", options.users, "how many; several, like 10,25,50,100, run one after the other")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--seconds", options.seconds, "for each number of users")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 24 * 3600.0));
  app.add_option("--profile", options.profile, "office, hot, wide, storm, release or desk")
      ->capture_default_str();
  app.add_option("--think", options.think,
                 "most seconds between two acts of a user, instead of the profile's");
  app.add_option(
         "--memory-growth", options.memory_growth,
         "percent that the server's resident memory may grow after the first third of a run (of a long "
         "one: after five minutes); more is a breach. 0: it is only told")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1000.0));
  app.add_option(
         "--fill", options.fill_mib,
         "MiB that are written before the users come in, so that the server's caches are full and do not "
         "count as growth")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  app.add_option("--seed", options.seed, "repeats the choices of an earlier run");
  app.add_option("--out", options.out, "the report: OUT.json and OUT.html")->capture_default_str();
  app.add_flag("--no-report", options.no_files, "write no files");
}

// Every simulated user needs a descriptor.
void raise_descriptors() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

// Runs the bands; whether none of them saw a breach.
bool run(const Options& options, const load::Profile& profile, load::Report& report) {
  bool kept = true;
  for (std::size_t i = 0; i < options.users.size(); ++i) {
    load::BandOptions band;
    band.address = load::address_of(options.url);
    band.profile = profile;
    band.users = options.users[i];
    band.seconds = options.seconds;
    band.seed = options.seed + i;
    band.memory_growth = options.memory_growth;
    band.fill_mib = i == 0 ? options.fill_mib : 0;  // the caches stay full
    report.bands.push_back(load::run_band(band));
    kept = kept && report.bands.back().breaches == 0;
  }
  return kept;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Loads a Coterie server with simulated users, and checks while it loads, as a client would: every "
      "event "
      "once and in order, no acknowledged edit lost, every stale edit answered with its conflict, versions "
      "without holes, no field with two holders, everybody's picture of lists, locks and presence the same "
      "at "
      "rest.\n"
      "The server must run with --dev, on this machine.\n\nProfiles:" +
      known_profiles()};
  Options options;
  describe(app, options);
  CLI11_PARSE(app, argc, argv);

  try {
    auto profile = load::find_profile(options.profile);
    if (!profile) {
      fmt::print(stderr, "coterie-load: there is no profile {}; known:{}\n", options.profile,
                 known_profiles());
      return 2;
    }
    if (options.think > 0) {
      profile->think_most = options.think;
      profile->think_least = options.think / 4;
    }
    raise_descriptors();

    load::Report report;
    report.profile = profile->name;
    report.seed = options.seed;
    for (int i = 0; i < argc; ++i)
      report.command += (i > 0 ? " " : "") + std::string(i == 0 ? "coterie-load" : argv[i]);
    const bool kept = run(options, *profile, report);
    std::fputs(to_table(report).c_str(), stdout);
    if (!options.no_files) {
      write_file(options.out + ".json", to_json(report) + "\n");
      write_file(options.out + ".html", to_html(report));
      fmt::print("\nreport: {}.html and {}.json (seed {})\n", options.out, options.out, options.seed);
    }
    return kept ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "coterie-load: {}\n", error.what());
    return 2;
  }
}
