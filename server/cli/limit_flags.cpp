#include "server/cli/limit_flags.hpp"

#include <chrono>

namespace coterie {
namespace {

constexpr std::size_t kMib = 1024 * 1024;

// Adds flags of one group, each with its default, its range and its environment variable.
class LimitGroup {
 public:
  LimitGroup(CLI::App& command, const char* group) : command_(command), group_(group) {}

  void bytes(const char* name, auto& value, const char* help, const char* environment, std::size_t least,
             std::size_t most) {
    add(command_.add_option(name, value, help)
            ->transform(quiet(CLI::AsSizeValue(false)))
            ->check(quiet(CLI::Range(least, most))),
        "BYTES", environment);
  }
  CLI::Option* number(const char* name, auto& value, const char* help, const char* type,
                      const char* environment, auto least, auto most) {
    return add(command_.add_option(name, value, help)->check(quiet(CLI::Range(least, most))), type,
               environment);
  }

 private:
  // What a check asks stands in the words of the help.
  static CLI::Validator quiet(CLI::Validator check) {
    check.description("");
    return check;
  }
  CLI::Option* add(CLI::Option* option, const char* type, const char* environment) {
    return option->capture_default_str()->group(group_)->type_name(type)->envname(environment);
  }

  CLI::App& command_;
  const char* group_;
};

void add_size_flags(LimitGroup group, ServeFlags& flags) {
  ApplicationOptions& to = flags.options;
  group.bytes("--message-bytes", to.limits.message_bytes, "Most bytes of a message", "COTERIE_MESSAGE_BYTES",
              1024, 16 * kMib);
  group.bytes("--body-bytes", to.limits.body_bytes, "Most bytes of an HTTP body", "COTERIE_BODY_BYTES", 1024,
              64 * kMib);
  group.bytes("--entity-bytes", to.limits.entity_bytes, "Most bytes of one record", "COTERIE_ENTITY_BYTES",
              1024, 16 * kMib);
  group.bytes("--transaction-bytes", to.limits.transaction_bytes, "Most bytes that one mutation changes",
              "COTERIE_TRANSACTION_BYTES", 1024, 64 * kMib);
  group.number("--operations", to.limits.operations, "Most operations of one mutation", "N",
               "COTERIE_OPERATIONS", 1, 10'000);
  group.number("--subscriptions", to.limits.subscriptions, "Most subscriptions of one session", "N",
               "COTERIE_SUBSCRIPTIONS", 1, 10'000);
  flags.in_flight = group.number("--in-flight", to.limits.in_flight, "Most requests of one session that wait",
                                 "N", "COTERIE_IN_FLIGHT", 1, 10'000);
  group.number("--locks", to.limits.locks, "Most locks of one session", "N", "COTERIE_LOCKS", 1, 10'000);
  group.number("--resume-events", to.limits.resume_events, "Events that a client may catch up on", "N",
               "COTERIE_RESUME_EVENTS", 1000, 100'000'000);
  group.number("--resume-hours", flags.resume_hours, "Hours that a client may have been away", "H",
               "COTERIE_RESUME_HOURS", 0.01, 8760.0);
  group.number("--answers", to.limits.answers_count, "Committed answers kept for those who ask again", "N",
               "COTERIE_ANSWERS", 1000, 1'000'000'000);
  group.number("--answer-hours", flags.answer_hours, "Hours that a committed answer is kept", "H",
               "COTERIE_ANSWER_HOURS", 0.01, 8760.0);
  group.number("--conflicts", to.limits.conflicts, "Conflicts that may wait to be decided", "N",
               "COTERIE_CONFLICTS", std::uint64_t{0}, std::uint64_t{1'000'000});
  group.number("--reader-hours", flags.reader_hours,
               "Hours that a named reader may lag and still hold its changes back", "H",
               "COTERIE_READER_HOURS", 0.01, 87600.0);
  group.number("--readers", to.readers, "Threads that answer questions", "N", "COTERIE_READERS", 1, 10);
  group.bytes("--free-disk-bytes", to.least_free_bytes,
              "Free bytes of the disk below which nothing is written", "COTERIE_FREE_DISK_BYTES", 0,
              std::size_t{1} << 50);
}

void add_connection_flags(LimitGroup group, ServeFlags& flags) {
  NetLimits& to = flags.options.net;
  group.number("--connections", to.connections, "Most connections at once", "N", "COTERIE_CONNECTIONS", 1,
               1'000'000);
  // --dev lifts these four where they are not named.
  const auto cap = [&](const char* name, std::size_t NetLimits::*value, const char* help,
                       const char* environment) {
    flags.caps.emplace_back(group.number(name, to.*value, help, "N", environment, 0, 1'000'000), value);
  };
  cap("--connections-per-address", &NetLimits::connections_per_address,
      "Of them, most from one address; 0: no cap", "COTERIE_CONNECTIONS_PER_ADDRESS");
  cap("--connections-per-user", &NetLimits::connections_per_user, "Most sessions of one user; 0: no cap",
      "COTERIE_CONNECTIONS_PER_USER");
  cap("--requests-per-user", &NetLimits::requests_per_user,
      "Most HTTP requests of one user under way; 0: no cap", "COTERIE_REQUESTS_PER_USER");
  cap("--messages-per-s", &NetLimits::messages_per_s,
      "Messages and HTTP requests of one user a second; 0: no rate", "COTERIE_MESSAGES_PER_S");
  group.number("--messages-burst", to.messages_burst, "Of them, most at once", "N", "COTERIE_MESSAGES_BURST",
               1, 1'000'000);
  group.bytes("--outbox-bytes", to.outbox_bytes,
              "Bytes that wait for one session before it catches up from the log", "COTERIE_OUTBOX_BYTES",
              1024, 256 * kMib);
  group.number("--fragments", to.fragments, "Most fragments of one message", "N", "COTERIE_FRAGMENTS", 1,
               1'000'000);
  group.number("--control-frames-per-s", to.control_frames_per_s, "Control frames of one connection a second",
               "N", "COTERIE_CONTROL_FRAMES_PER_S", 1, 100'000);
  group.number("--control-frames-burst", to.control_frames_burst, "Of them, most at once", "N",
               "COTERIE_CONTROL_FRAMES_BURST", 1, 100'000);
  group.bytes("--header-bytes", to.header_bytes, "Most bytes of the headers of a request",
              "COTERIE_HEADER_BYTES", 1024, kMib);
  group.number("--headers", to.headers, "Most headers of a request", "N", "COTERIE_HEADERS", 10, 1000);
  group.bytes("--target-bytes", to.target_bytes, "Most bytes of a request's path and query",
              "COTERIE_TARGET_BYTES", 256, kMib);
}

void add_time_flags(LimitGroup group, ServeFlags& flags) {
  group.number("--request-ms", flags.request_ms, "Until a request, or a handshake, has come whole", "MS",
               "COTERIE_REQUEST_MS", 100, 600'000);
  group.number("--hello-ms", flags.hello_ms, "From the opening of a WebSocket to its hello", "MS",
               "COTERIE_HELLO_MS", 100, 600'000);
  group.number("--heartbeat-ms", flags.heartbeat_ms, "A ping where nothing was said for so long", "MS",
               "COTERIE_HEARTBEAT_MS", 100, 600'000);
  group.number("--silence-ms", flags.silence_ms, "A peer that says and takes nothing for so long is cut",
               "MS", "COTERIE_SILENCE_MS", 200, 3'600'000);
  group.number("--shutdown-ms", flags.shutdown_ms, "Most milliseconds that stopping takes", "MS",
               "COTERIE_SHUTDOWN_MS", 100, 600'000);
}

std::chrono::milliseconds from_hours(double value) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(value * 3'600'000));
}

}  // namespace

void add_limit_flags(CLI::App& command, ServeFlags& flags) {
  add_size_flags({command, "Limits of what is kept and said (bytes also as 64KiB or 1MB)"}, flags);
  add_connection_flags({command, "Limits of connections"}, flags);
  add_time_flags({command, "Limits of time"}, flags);
}

void take_limit_flags(const ServeFlags& flags, ApplicationOptions& options) {
  using std::chrono::milliseconds;
  options.limits.resume_age = from_hours(flags.resume_hours);
  options.limits.answers_age = from_hours(flags.answer_hours);
  options.reader_age = from_hours(flags.reader_hours);
  options.limits.heartbeat = milliseconds(flags.heartbeat_ms);
  options.net.request_time = milliseconds(flags.request_ms);
  options.net.hello_time = milliseconds(flags.hello_ms);
  options.net.silence = milliseconds(flags.silence_ms);
  options.shutdown = milliseconds(flags.shutdown_ms);
  if (!options.dev) return;
  // What is named holds; what is not is lifted here, so that it need not be later.
  options.keeps_caps = true;
  for (const auto& [option, cap] : flags.caps) {
    if (option->count() == 0) options.net.*cap = 0;
  }
  if (flags.in_flight->count() == 0) options.limits.in_flight = kInFlightOfDev;
}

}  // namespace coterie
