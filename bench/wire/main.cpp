// Measures delivery: starts a server on one core, loads it from the other, and prints one JSON line for each
// run. script/bench runs it for the floors, Coterie and the peers in turn and makes the table of ratios.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "bench/wire/child.hpp"
#include "bench/wire/peer.hpp"
#include "bench/wire/run.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Measures what a server spends to deliver messages to a room: once with the subscribers, once without; "
      "the "
      "difference is the delivery."};
  std::string protocol = "coterie";
  std::vector<std::string> command;
  bench::Load load;
  int runs = 1;
  app.add_option("--protocol", protocol, "floor, ws, coterie, socketio or nats")->capture_default_str();
  app.add_option("--subscribers", load.subscribers)->capture_default_str()->check(CLI::Range(1, 2000));
  app.add_option("--burst", load.burst, "messages released together")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--interval-ms", load.interval_ms, "between two bursts")->capture_default_str();
  app.add_option("--seconds", load.seconds)->capture_default_str()->check(CLI::Range(0.1, 120.0));
  app.add_option("--message-bytes", load.message_bytes)->capture_default_str();
  app.add_option("--runs", runs)->capture_default_str();
  app.add_option("command", command, "the server, behind --; it must print `listening on` with its port")
      ->required();
  CLI11_PARSE(app, argc, argv);
  try {
    bench::pin_self(1);
    const auto peer = bench::make_peer(protocol);
    for (int i = 0; i < runs; ++i) {
      bench::Load quiet = load;
      quiet.subscribers = 0;
      bench::Figures alone;
      bench::Figures full;
      {
        const bench::Child server(command, 0);
        alone = bench::run(*peer, server, quiet);
      }
      {
        const bench::Child server(command, 0);
        full = bench::run(*peer, server, load);
      }
      const double delivery = full.cpu_seconds - alone.cpu_seconds;
      fmt::print(
          "{{\"protocol\":\"{}\",\"subscribers\":{},\"burst\":{},\"published\":{},\"delivered\":{},"
          "\"expected\":{},"
          "\"cpuMicrosPerDelivery\":{:.4f},\"cpuMicrosPerMessageAlone\":{:.3f},\"cpuShare\":{:.3f},\"p50Ms\":"
          "{:.3f},"
          "\"p99Ms\":{:.3f},\"wallSeconds\":{:.2f}}}\n",
          protocol, load.subscribers, load.burst, full.published, full.delivered, full.expected,
          full.delivered > 0 ? delivery * 1e6 / static_cast<double>(full.delivered) : 0.0,
          alone.cpu_seconds * 1e6 / static_cast<double>(alone.published),
          full.cpu_seconds / full.wall_seconds, full.p50_ms, full.p99_ms, full.wall_seconds);
      std::fflush(stdout);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-wire: %s\n", error.what());
    return 1;
  }
  return 0;
}
