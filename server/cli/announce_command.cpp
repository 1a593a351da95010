// coterie announce: a word to everyone who is connected, and to those who come while it stands.
#include <charconv>
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/notice_text.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct AnnounceFlags {
  ServerFlags server;
  std::string text;
  std::string time = "1h";
  std::uint64_t withdraw = 0;
  bool warning = false;
  bool list = false;
  bool json = false;
};

// "90s", "15m", "1h", "2d" in milliseconds; absent: not a time.
std::optional<std::uint64_t> milliseconds_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || number > 1'000'000) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (unit == "s") return number * 1000;
  if (unit == "m") return number * 60'000;
  if (unit == "h") return number * 3'600'000;
  if (unit == "d") return number * 24 * 3'600'000;
  return std::nullopt;
}

int show_list(const AnnounceFlags& flags, const json::object& answer) {
  const json::array* announcements = array_member(answer, "announcements");
  if (!announcements) return kExitFailed;
  for (const json::value& value : *announcements) {
    const std::string line =
        flags.json ? to_json_text(value) : announcement_text(value.get_object(), Style::of(stdout));
    std::printf("%s\n", line.c_str());
  }
  if (announcements->empty() && !flags.json) std::printf("nothing is announced\n");
  return 0;
}

int told(const AnnounceFlags& flags, const json::object& answer) {
  const std::string type = text_member(answer, "type");
  if (type == "error") {
    std::fprintf(stderr, "coterie: %s\n", printable(text_member(answer, "message")).c_str());
    return kExitFailed;
  }
  if (type == "announcements") return show_list(flags, answer);
  if (flags.json) {
    std::printf("%s\n", to_json_text(answer).c_str());
  } else {
    const std::string number = std::to_string(number_member(answer, "announcementId"));
    const std::string what =
        type == "withdrawn" ? "is withdrawn" : "stands for " + time_left(number_member(answer, "ttlMs"));
    std::printf("announcement %s %s\n", number.c_str(), what.c_str());
  }
  return 0;
}

int announce(const AnnounceFlags& flags) {
  json::object request{{"type", "announcements"}};
  if (flags.withdraw > 0) {
    request = {{"type", "withdraw"}, {"announcementId", flags.withdraw}};
  } else if (!flags.list) {
    if (flags.text.empty()) return usage("say what: coterie announce TEXT (or --list, --withdraw ID).");
    const auto ttl = milliseconds_of(flags.time);
    if (!ttl) return usage("--for takes a time, for example 90s, 15m, 1h or 2d; this is none: " + flags.time);
    request = {{"type", "announce"}, {"text", flags.text}, {"ttlMs", *ttl}};
    if (flags.warning) request["severity"] = "warning";
  }
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const auto answer = connection.ask(request);
  if (!answer) return report(answer.error());
  const int exit_code = told(flags, *answer);
  connection.close();
  return exit_code;
}

}  // namespace

void add_announce_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("announce", "Tell everyone something, for as long as it stands");
  auto flags = std::make_shared<AnnounceFlags>();
  auto* const text = command->add_option("TEXT", flags->text, "What to say");
  add_server_flags(*command, flags->server);
  command->add_option("--for", flags->time, "How long it stands: 90s, 15m, 1h, 2d")->capture_default_str();
  command->add_flag("--warning", flags->warning, "As a warning");
  auto* const list = command->add_flag("--list", flags->list, "Show what is announced now")->excludes(text);
  command->add_option("--withdraw", flags->withdraw, "Take back the one with this number")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{9'007'199'254'740'991}).description(""))
      ->excludes(text)
      ->excludes(list);
  command->add_flag("--json", flags->json, "The answer as lines of JSON");
  command->callback([flags, &exit_code] { exit_code = announce(*flags); });
}

}  // namespace coterie
