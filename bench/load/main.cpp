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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Loads a Coterie server with simulated users, and checks while it loads, as a client would: every "
      "event once and in "
      "order, no acknowledged edit lost, every stale edit answered with its conflict, versions without "
      "holes.\n"
      "The server must run with --dev, on this machine.\n\nProfiles:" +
      known_profiles()};
  std::string url = "http://127.0.0.1:8787";
  std::vector<std::size_t> users{50};
  std::string profile_name = "office";
  std::string out = "coterie-load";
  double seconds = 30;
  double think = 0;
  std::uint64_t seed = std::random_device{}();
  bool no_files = false;
  app.add_option("--url", url, "the server")->capture_default_str();
  app.add_option("--users", users, "how many; several, like 10,25,50,100, run one after the other")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--seconds", seconds, "for each number of users")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 3600.0));
  app.add_option("--profile", profile_name, "office, hot, wide, storm or release")->capture_default_str();
  app.add_option("--think", think, "most seconds between two acts of a user, instead of the profile's");
  app.add_option("--seed", seed, "repeats the choices of an earlier run");
  app.add_option("--out", out, "the report: OUT.json and OUT.html")->capture_default_str();
  app.add_flag("--no-report", no_files, "write no files");
  CLI11_PARSE(app, argc, argv);

  try {
    auto profile = load::find_profile(profile_name);
    if (!profile) {
      fmt::print(stderr, "coterie-load: there is no profile {}; known:{}\n", profile_name, known_profiles());
      return 2;
    }
    if (think > 0) {
      profile->think_most = think;
      profile->think_least = think / 4;
    }
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    load::Report report;
    report.profile = profile->name;
    report.seed = seed;
    for (int i = 0; i < argc; ++i)
      report.command += (i > 0 ? " " : "") + std::string(i == 0 ? "coterie-load" : argv[i]);
    bool breached = false;
    for (std::size_t i = 0; i < users.size(); ++i) {
      load::BandOptions options{load::address_of(url), *profile, users[i], seconds, seed + i};
      report.bands.push_back(load::run_band(options));
      breached = breached || report.bands.back().breaches > 0;
    }
    std::fputs(to_table(report).c_str(), stdout);
    if (!no_files) {
      write_file(out + ".json", to_json(report) + "\n");
      write_file(out + ".html", to_html(report));
      fmt::print("\nreport: {}.html and {}.json (seed {})\n", out, out, seed);
    }
    return breached ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "coterie-load: {}\n", error.what());
    return 2;
  }
}
