// Measures servers from outside: each is started on one core and loaded from the other; every run prints one
// JSON line. script/bench runs it for the floors, Coterie and the peers in turn and makes the table of
// ratios.
//   deliver  what it costs to bring messages to a room      edits  durable edits and their answers
//   idle     memory of connections at rest, and what connecting costs
//   filtered many filtered rooms of one type against one that matches the same events
//   stall    what readers who stop reading do to the others, and whether they miss anything
//   abuse    what one who means ill does to the others, turn about with and without
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

#include "bench/wire/abuse.hpp"
#include "bench/wire/child.hpp"
#include "bench/wire/client.hpp"
#include "bench/wire/edits.hpp"
#include "bench/wire/filtered.hpp"
#include "bench/wire/peer.hpp"
#include "bench/wire/run.hpp"

namespace {

using bench::Child;
using bench::Peer;

// The figures of one load against a server of its own.
bench::Figures figures_of(const Peer& peer, const std::vector<std::string>& command,
                          const bench::Load& load) {
  const Child server(command, 0);
  return bench::run(peer, server, load);
}

void deliver(const Peer& peer, const std::vector<std::string>& command, const bench::Load& load) {
  bench::Load quiet = load;
  quiet.subscribers = 0;
  const bench::Figures alone = figures_of(peer, command, quiet);
  const bench::Figures full = figures_of(peer, command, load);
  const double delivery = full.cpu_seconds - alone.cpu_seconds;
  fmt::print(
      "{{\"published\":{},\"delivered\":{},\"expected\":{},\"cpuMicrosPerDelivery\":{:.4f},"
      "\"cpuMicrosPerMessageAlone\":{:.3f},\"cpuShare\":{:.3f},\"p50Ms\":{:.3f},\"p99Ms\":{:.3f},"
      "\"wallSeconds\":{:.2f}}}\n",
      full.published, full.delivered, full.expected,
      full.delivered > 0 ? delivery * 1e6 / static_cast<double>(full.delivered) : 0.0,
      alone.cpu_seconds * 1e6 / static_cast<double>(alone.published), full.cpu_seconds / full.wall_seconds,
      full.latency.p50_ms, full.latency.p99_ms, full.wall_seconds);
}

void edits(const Peer& peer, const std::vector<std::string>& command, const bench::EditLoad& load) {
  const Child server(command, 0);
  const bench::EditFigures figures = bench::run_edits(peer, server, load);
  const std::string group =
      figures.mean_group ? fmt::format(",\"meanGroup\":{:.1f}", *figures.mean_group) : std::string();
  fmt::print(
      "{{\"answered\":{},\"editsPerSecond\":{:.0f},\"cpuMicrosPerEdit\":{:.3f},\"p50Ms\":{:.3f},\"p99Ms\":{:."
      "3f}{}}}\n",
      figures.answered, static_cast<double>(figures.answered) / figures.wall_seconds,
      figures.cpu_seconds * 1e6 / static_cast<double>(figures.answered), figures.latency.p50_ms,
      figures.latency.p99_ms, group);
}

// The same load without anybody stalled, and then with.
void stall(const Peer& peer, const std::vector<std::string>& command, const bench::Load& load) {
  bench::Load all_read = load;
  all_read.stalled = 0;
  const bench::Figures without = figures_of(peer, command, all_read);
  const bench::Figures with = figures_of(peer, command, load);
  fmt::print(
      "{{\"published\":{},\"delivered\":{},\"expected\":{},\"p99Ms\":{:.3f},\"p99MsWithoutStalled\":{:.3f},"
      "\"mostMiB\":{:.1f},\"mostMiBWithoutStalled\":{:.1f},\"stalledDelivered\":{},\"stalledExpected\":{},"
      "\"stalledInOrder\":{},\"caughtUpSeconds\":{:.2f}}}\n",
      with.published, with.delivered, with.expected, with.latency.p99_ms, without.latency.p99_ms,
      static_cast<double>(with.most_resident) / (1 << 20),
      static_cast<double>(without.most_resident) / (1 << 20), with.stalled_delivered,
      with.published * load.stalled, with.stalled_in_order, with.stalled_wall_seconds);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

void abuse(const std::vector<std::string>& command, const std::string& plague, const bench::AbuseLoad& load) {
  const Child server(command, 0);
  const bench::AbuseFigures figures = bench::run_abuse(server, bench::plague_of(plague), load);
  const double calm = median(figures.p99_calm_ms);
  const double with = median(figures.p99_with_ms);
  fmt::print(
      "{{\"plague\":\"{}\",\"expected\":{},\"delivered\":{},\"p50CalmMs\":{:.3f},\"p50WithMs\":{:.3f},"
      "\"p99CalmMs\":{:.3f},\"p99WithMs\":{:.3f},\"p99Ratio\":{:.3f},\"p99RatioOfAll\":{:.3f},"
      "\"cpuCalm\":{:.3f},\"cpuWith\":{:.3f},\"refused\":{}}}\n",
      plague, figures.expected, figures.delivered, figures.p50_calm_ms, figures.p50_with_ms, calm, with,
      with / calm, figures.whole_with_ms / figures.whole_calm_ms, figures.cpu_calm, figures.cpu_with,
      figures.refused);
}

// The same edits, told to the readers of as many rooms as there are, and to one.
void filtered(const Peer& peer, const std::vector<std::string>& command, const bench::FilteredLoad& load) {
  const auto cpu_micros = [&](int rooms, bool indexed) {
    bench::FilteredLoad one = load;
    one.rooms = rooms;
    one.indexed = indexed;
    const Child server(command, 0);
    const bench::FilteredFigures figures = bench::run_filtered(peer, server, one);
    if (figures.told != figures.edits)
      throw std::runtime_error(
          fmt::format("{} events of {} edits were told to {} rooms", figures.told, figures.edits, rooms));
    return figures.cpu_seconds * 1e6 / static_cast<double>(figures.edits);
  };
  const double one = cpu_micros(1, true);
  const double by_value = cpu_micros(load.rooms, true);
  const double by_range = cpu_micros(load.rooms, false);
  fmt::print(
      "{{\"rooms\":{},\"cpuMicrosOneRoom\":{:.2f},\"cpuMicrosByValue\":{:.2f},\"cpuMicrosByRange\":{:.2f},"
      "\"byValueToOneRoom\":{:.3f},\"byRangeToOneRoom\":{:.3f}}}\n",
      load.rooms, one, by_value, by_range, by_value / one, by_range / one);
}

void idle(const Peer& peer, const std::vector<std::string>& command, int connections) {
  const Child server(command, 0);
  std::vector<std::unique_ptr<bench::Socket>> sockets;
  // The first hundred warm the allocator up and are not counted.
  const auto open = [&](int count) {
    for (int i = 0; i < count; ++i) {
      sockets.push_back(bench::connect_and_open(peer, server.port()));
      sockets.back()->write(peer.join(1));
    }
    usleep(1'500'000);
  };
  open(100);
  const long before = server.resident_bytes();
  const double cpu_before = server.cpu_seconds();
  open(connections);
  fmt::print("{{\"connections\":{},\"bytesPerConnection\":{:.0f},\"cpuMicrosPerConnect\":{:.1f}}}\n",
             connections, static_cast<double>(server.resident_bytes() - before) / connections,
             (server.cpu_seconds() - cpu_before) * 1e6 / connections);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Measures servers from outside: deliver, edits, idle, filtered, stall, abuse. Behind -- stands the "
      "command "
      "that starts the server."};
  app.require_subcommand(1);
  std::string protocol = "coterie";
  std::vector<std::string> command;
  int runs = 1;
  bench::Load load;
  bench::EditLoad edit_load;
  int connections = 1000;
  const auto common = [&](CLI::App* sub) {
    sub->add_option("--protocol", protocol, "floor, ws, coterie, socketio, nats or sharedb")
        ->capture_default_str();
    sub->add_option("--runs", runs)->capture_default_str();
    sub->add_option("command", command, "the server; it must print `listening on` with its port")->required();
    return sub;
  };
  CLI::App* of_deliver =
      common(app.add_subcommand("deliver", "CPU for each delivery: with the room full, less with it empty"));
  of_deliver->add_option("--subscribers", load.subscribers)
      ->capture_default_str()
      ->check(CLI::Range(1, 2000));
  of_deliver->add_option("--burst", load.burst, "messages released together")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  of_deliver->add_option("--interval-ms", load.interval_ms, "between two bursts")->capture_default_str();
  of_deliver->add_option("--seconds", load.seconds)->capture_default_str()->check(CLI::Range(0.1, 120.0));
  of_deliver->add_option("--message-bytes", load.message_bytes)->capture_default_str();
  CLI::App* of_edits = common(app.add_subcommand("edits", "durable edits: how many, how soon, at what cost"));
  of_edits->add_option("--writers", edit_load.writers)->capture_default_str()->check(CLI::Range(1, 1000));
  of_edits->add_option("--window", edit_load.window, "edits under way for each writer")
      ->capture_default_str();
  of_edits->add_option("--rate", edit_load.rate, "edits a second over all; 0: as many as go")
      ->capture_default_str();
  of_edits->add_option("--seconds", edit_load.seconds)->capture_default_str()->check(CLI::Range(0.1, 120.0));
  CLI::App* of_idle =
      common(app.add_subcommand("idle", "memory of connections at rest, and what connecting costs"));
  of_idle->add_option("--connections", connections)->capture_default_str()->check(CLI::Range(100, 20000));
  bench::FilteredLoad filtered_load;
  CLI::App* of_filtered =
      common(app.add_subcommand("filtered", "CPU for each edit with many filtered rooms, and with one"));
  of_filtered->add_option("--rooms", filtered_load.rooms)->capture_default_str()->check(CLI::Range(2, 1000));
  of_filtered->add_option("--rate", filtered_load.rate, "edits a second")->capture_default_str();
  of_filtered->add_option("--seconds", filtered_load.seconds)->capture_default_str();
  bench::Load stall_load{20, 25, 10, 20, 500, 20, 1};
  CLI::App* of_stall =
      common(app.add_subcommand("stall", "the others' latency while some readers have stopped reading"));
  of_stall->add_option("--subscribers", stall_load.subscribers, "who read")
      ->capture_default_str()
      ->check(CLI::Range(1, 2000));
  of_stall->add_option("--stalled", stall_load.stalled, "who read nothing until the end")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  of_stall->add_option("--burst", stall_load.burst, "messages released every 10 ms")->capture_default_str();
  of_stall->add_option("--seconds", stall_load.seconds)->capture_default_str()->check(CLI::Range(0.1, 120.0));
  bench::AbuseLoad abuse_load;
  std::string plague = "flood";
  CLI::App* of_abuse = common(app.add_subcommand(
      "abuse",
      "the others' latency while one means ill: flood, noise, http or slow; none measures the scatter"));
  of_abuse->add_option("--plague", plague)->capture_default_str();
  of_abuse->add_option("--people", abuse_load.people)->capture_default_str()->check(CLI::Range(1, 500));
  of_abuse->add_option("--rate", abuse_load.rate, "edits a second of all people together")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 5000.0));
  of_abuse->add_option("--rounds", abuse_load.rounds, "calm and not, turn about")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  of_abuse->add_option("--seconds", abuse_load.seconds, "of each half of a round")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 120.0));
  CLI11_PARSE(app, argc, argv);
  try {
    rlimit files{65536, 65536};
    setrlimit(RLIMIT_NOFILE, &files);
    bench::pin_self(1);
    const auto peer = bench::make_peer(protocol);
    for (int i = 0; i < runs; ++i) {
      if (of_deliver->parsed()) deliver(*peer, command, load);
      if (of_edits->parsed()) edits(*peer, command, edit_load);
      if (of_idle->parsed()) idle(*peer, command, connections);
      if (of_filtered->parsed()) filtered(*peer, command, filtered_load);
      if (of_stall->parsed()) stall(*peer, command, stall_load);
      if (of_abuse->parsed()) abuse(command, plague, abuse_load);
      std::fflush(stdout);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-wire: %s\n", error.what());
    return 1;
  }
  return 0;
}
