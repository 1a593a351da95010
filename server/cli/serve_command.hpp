// What `coterie serve` was asked for, in words: flags, environment and configuration file, before they are
// judged. Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "protocol/error.hpp"
#include "server/application.hpp"

namespace coterie {

struct ServeFlags {
  std::string listen = "127.0.0.1:8787";
  std::string app = "auto";
  std::string log_level = "info";
  std::string log_format = "logfmt";
  std::vector<std::string> sequences;  // NAME=FORMAT
  double resume_hours = 24;
  double answer_hours = 168;
  double reader_hours = 720;
  std::uint64_t slow_ms = 100;
  std::uint64_t request_ms = 10'000;
  std::uint64_t hello_ms = 10'000;
  std::uint64_t heartbeat_ms = 30'000;
  std::uint64_t silence_ms = 60'000;
  std::uint64_t shutdown_ms = 10'000;
  ApplicationOptions options;  // the flags that need no judging write here
  // Of the caps that --dev lifts: where each is named, it holds all the same.
  std::vector<std::pair<const CLI::Option*, std::size_t NetLimits::*>> caps;
  const CLI::Option* in_flight = nullptr;
};

// Adds the flags of `serve` to its command, each with its default and the name of its environment variable.
void add_serve_flags(CLI::App& command, ServeFlags& flags);

// --sequence NAME=FORMAT, each. Error bad_request: one is wrong.
Result<void> read_sequences(const std::vector<std::string>& texts, NumberFormats& numbers);

// All but the sequences. Error bad_request: a flag's value is wrong; the message names the flag and shows a
// good value.
Result<ApplicationOptions> read_serve_flags(const ServeFlags& flags);

}  // namespace coterie
