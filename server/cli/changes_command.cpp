// coterie changes: every change, as a line of JSON, from where the named reader left off; and says that it
// has come so far once the lines are out. coterie readers: who reads so, and how far behind they are.
#include <poll.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/text_table.hpp"
#include "server/cli/transfer/progress.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kChangesPage = 500;
constexpr int kLookMs = 250;  // how often a follower at the end asks again

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

struct ChangesFlags {
  std::string reader;
  std::string type;
  ServerFlags server;
  bool follow = false;
  bool from_now = false;
  bool start_anew = false;
};

struct ReadersFlags {
  ServerFlags server;
  std::string forget;
};

class ChangesRun {
 public:
  ChangesRun(const ChangesFlags& flags, SteadyConnection& connection)
      : flags_(flags), connection_(connection) {}

  int run() {
    while (interrupted == 0) {
      json::object request{{"type", "changes"}, {"reader", flags_.reader}, {"limit", kChangesPage}};
      if (!flags_.type.empty()) request["entityType"] = flags_.type;
      if (flags_.from_now) request["from"] = "now";
      const auto answer = connection_.ask(request);
      if (!answer) return report(answer.error());
      if (text_member(*answer, "type") != "changes") return refused(*answer);
      if (const std::string reason = text_member(*answer, "resync"); !reason.empty()) {
        if (!flags_.start_anew) return broken_off(reason);
        std::fprintf(stderr, "coterie: starting anew from now on (%s)\n", printable(reason).c_str());
      } else if (!print(*answer)) {
        std::fprintf(stderr, "coterie: standard output cannot be written; nothing more was acknowledged\n");
        return kExitFailed;
      }
      if (const int failed = acknowledge(*answer)) return failed;
      const json::object* lag = object_member(*answer, "lag");
      if (lag && number_member(*lag, "events") > 0) continue;
      if (!flags_.follow) return 0;
      (void)::poll(nullptr, 0, kLookMs);
    }
    return 0;
  }

 private:
  int broken_off(const std::string& reason) const {
    std::fprintf(
        stderr,
        "coterie: the changes since this reader was here last cannot be told (%s): load the records anew "
        "(coterie export), then go on with --start-anew.\n",
        printable(reason).c_str());
    return kExitConflict;
  }

  bool print(const json::object& answer) const {
    const json::array* events = array_member(answer, "events");
    if (!events) return true;
    for (const json::value& event : *events) {
      if (std::printf("%s\n", to_json_text(event).c_str()) < 0) return false;
    }
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  }

  // Only what moves the reader is said. 0: done.
  int acknowledge(const json::object& answer) {
    const json::object* position = object_member(answer, "position");
    if (!position || *position == acknowledged_) return 0;
    const auto done =
        connection_.ask({{"type", "acknowledge"}, {"reader", flags_.reader}, {"position", *position}});
    if (!done) return report(done.error());
    if (text_member(*done, "type") != "ok") return refused(*done);
    acknowledged_ = *position;
    return 0;
  }

  const ChangesFlags& flags_;
  SteadyConnection& connection_;
  json::object acknowledged_;
};

int changes(const ChangesFlags& flags) {
  if (!is_reader_name(flags.reader)) return usage("--reader takes a name like bookkeeping.");
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  connection.waiting = [](const std::string& sentence) {
    std::fprintf(stderr, "coterie: %s\n", printable(sentence).c_str());
  };
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const int exit_code = ChangesRun(flags, connection).run();
  connection.close();
  return exit_code;
}

void print_readers(const json::array& readers) {
  if (readers.empty()) {
    std::printf("no readers\n");
    return;
  }
  TextTable table({"reader", "seq", "events behind", "ms behind", "last seen", ""});
  for (const json::value& value : readers) {
    const json::object* reader = value.if_object();
    const json::object* position = reader ? object_member(*reader, "position") : nullptr;
    const json::object* lag = reader ? object_member(*reader, "lag") : nullptr;
    if (!position || !lag) continue;
    const std::string resync = text_member(*reader, "resync");
    table.add({{printable(text_member(*reader, "reader")), Colour::cyan},
               {std::to_string(number_member(*position, "seq"))},
               {grouped(number_member(*lag, "events"))},
               {grouped(number_member(*lag, "ms"))},
               {printable(text_member(*reader, "seenAt")), Colour::dim},
               {resync.empty() ? "" : "cut loose: " + printable(resync), Colour::red}});
  }
  std::fputs(table.text(Style::of(stdout), terminal_columns(stdout)).c_str(), stdout);
}

int readers(const ReadersFlags& flags) {
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const bool forget = !flags.forget.empty();
  const json::object request = forget ? json::object{{"type", "forgetReader"}, {"reader", flags.forget}}
                                      : json::object{{"type", "readers"}};
  const auto answer = connection.ask(request);
  connection.close();
  if (!answer) return report(answer.error());
  if (text_member(*answer, "type") == "ok") return 0;
  const json::array* list = array_member(*answer, "readers");
  if (!list) return refused(*answer);
  print_readers(*list);
  return 0;
}

}  // namespace

void add_changes_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "changes", "Print every change since a named reader was here last, and acknowledge it");
  auto flags = std::make_shared<ChangesFlags>();
  command->add_option("--reader", flags->reader, "The name that the server remembers the place under")
      ->required();
  command->add_option("--type", flags->type, "Only changes of this type");
  add_server_flags(*command, flags->server);
  command->add_flag("--follow", flags->follow, "Go on with what comes, until Ctrl-C");
  command->add_flag("--from-now", flags->from_now,
                    "A new reader begins with what comes, not at the beginning");
  command->add_flag("--start-anew", flags->start_anew,
                    "Where the log does not reach back any more: go on from now");
  command->footer("Exit codes: 0 done, 2 asked wrongly, 3 the changes cannot be told any more, 5 no server.");
  command->callback([flags, &exit_code] { exit_code = changes(*flags); });
}

void add_readers_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("readers", "List the named readers and how far behind they are");
  auto flags = std::make_shared<ReadersFlags>();
  add_server_flags(*command, flags->server);
  command->add_option("--forget", flags->forget, "Forget this one");
  command->callback([flags, &exit_code] { exit_code = readers(*flags); });
}

}  // namespace coterie
