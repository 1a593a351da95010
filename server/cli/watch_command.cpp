// coterie watch: shows what is there, then each change as it comes, until it is told to stop. A lost
// connection is come back to, and what was missed meanwhile is shown as if nothing had been.
#include <csignal>
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/live_connection.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/event_line.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/record_name.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/state_line.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kShownRecords = 5;
constexpr std::size_t kSnapshotRecords = 500;

volatile std::sig_atomic_t stopped = 0;
void stop_watching(int) { stopped = 1; }

struct WatchFlags {
  std::string name;
  ServerFlags server;
  bool json = false;
  std::uint64_t count = 0;
  double seconds = 0;
};

class Watch {
 public:
  Watch(WatchFlags flags, RecordName record) : flags_(std::move(flags)), record_(std::move(record)) {}
  int run(const ConnectOptions& options);

 private:
  void show(const Messages& messages);
  void show_snapshot(const json::object& snapshot);
  void show_state(const json::object& snapshot);
  void line(const std::string& text);
  void note(const std::string& text);
  bool over() const {
    return stopped != 0 || ended_ || (flags_.count > 0 && events_ >= flags_.count) ||
           (flags_.seconds > 0 && Clock::now() >= until_);
  }

  WatchFlags flags_;
  RecordName record_;
  Style style_ = Style::of(stdout);
  SeenRecords seen_;
  std::uint64_t events_ = 0;
  bool ended_ = false;  // by the server, or because nobody reads what is shown
  int exit_code_ = 0;
  Clock::time_point until_;
};

void Watch::line(const std::string& text) {
  if (std::printf("%s\n", text.c_str()) < 0 || std::fflush(stdout) != 0) ended_ = true;
}

void Watch::note(const std::string& text) { std::fprintf(stderr, "coterie: %s\n", printable(text).c_str()); }

void Watch::show_snapshot(const json::object& snapshot) {
  const json::array* entities = array_member(snapshot, "entities");
  if (!entities) return show_state(snapshot);  // the locks and presence alone
  seen_.clear();
  const std::string more = snapshot.contains("cursor") ? " and more" : "";
  const std::string reason = text_member(snapshot, "reason");
  line(style_.paint(Colour::bold, record_.text()) + ": " + std::to_string(entities->size()) + more +
       (entities->size() == 1 ? " record" : " records") +
       (reason.empty() || reason == "new" ? "" : " (sent anew: " + printable(reason) + ")"));
  std::size_t shown = 0;
  for (const json::value& entity : *entities) {
    if (!entity.is_object()) continue;
    seen_.put(entity.get_object());
    if (shown++ < kShownRecords)
      line("  " + record_line(entity.get_object(), style_, terminal_columns(stdout) - 2));
  }
  show_state(snapshot);
  if (shown > kShownRecords) line(style_.paint(Colour::dim, "  ... waiting for changes"));
}

void Watch::show_state(const json::object& snapshot) {
  for (const std::string& text : state_lines(snapshot, style_, kShownRecords)) line(text);
}

void Watch::show(const Messages& messages) {
  for (const json::object& message : messages) {
    const std::string type = text_member(message, "type");
    const bool moves = type == "enter" || type == "gone";  // into what one may see, or out of it
    if (type == "event" || moves) ++events_;
    if (flags_.json) {
      line(to_json_text(message));
    } else if (type == "event") {
      line(event_line(message, seen_.data(message), style_));
      seen_.apply(message);
    } else if (moves) {
      line(membership_line(message, style_));
      seen_.move(message);
    } else if (type == "snapshot") {
      show_snapshot(message);
    } else {
      line(state_line(message, style_).value_or(push_line(message, style_)));
    }
    if (type == "unsubscribed") {
      ended_ = true;
      exit_code_ = kExitFailed;
    }
    if (over()) return;
  }
}

int Watch::run(const ConnectOptions& options) {
  json::object subscription{{"subscription", 1}, {"entityType", record_.type}, {"limit", kSnapshotRecords}};
  if (!record_.id.empty()) subscription["entityId"] = record_.id;
  bool first = true;
  LiveConnection::Observer observer;
  observer.waiting = [this](const std::string& sentence) { note(sentence); };
  observer.stopped = [this] { return over(); };
  observer.welcomed = [&](const json::object& welcome) {
    if (!first) note("connected again");
    first = false;
    const json::array* states = array_member(welcome, "subscriptions");
    if (!states || states->empty() || !(*states)[0].is_object()) return;
    const json::object& state = (*states)[0].get_object();
    if (text_member(state, "status") != "refused") return;
    note("the server refuses to show " + record_.text() + ": " + text_member(state, "reason"));
    ended_ = true;
    exit_code_ = kExitFailed;
  };
  LiveConnection live(options, {subscription}, observer, std::random_device{}());
  const ClientResult<void> started = live.start();
  if (!started) return report(started.error());
  until_ = Clock::now() +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(flags_.seconds));
  while (!over()) {
    const auto messages = live.next(std::chrono::milliseconds{100});
    if (!messages) return report(messages.error());
    show(*messages);
  }
  live.close();
  // Waiting for a number of changes and not seeing them is a failure that a script wants to know of.
  if (flags_.count > 0 && events_ < flags_.count && stopped == 0 && exit_code_ == 0) return kExitFailed;
  return exit_code_;
}

int watch(const WatchFlags& flags) {
  const auto record = parse_record_name(flags.name);
  if (!record) {
    std::fprintf(stderr, "coterie: %s\n", record.error().message.c_str());
    return kExitUsage;
  }
  const auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  struct sigaction action {};
  action.sa_handler = stop_watching;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return Watch(flags, *record).run(*options);
}

}  // namespace

void add_watch_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("watch", "Show a record, or all of a type, and each change as it comes");
  auto flags = std::make_shared<WatchFlags>();
  command->add_option("TYPE[/ID]", flags->name, "What to watch: Vehicle or Vehicle/1")->required();
  add_server_flags(*command, flags->server);
  command->add_flag("--json", flags->json, "Each message of the server as a line of JSON");
  command->add_option("--count", flags->count, "End after so many changes");
  command->add_option("--for", flags->seconds, "End after so many seconds (1 where --count was not reached)");
  command->footer("Ends on Ctrl-C with 0. Comes back by itself when the connection is lost.");
  command->callback([flags, &exit_code] { exit_code = watch(*flags); });
}

}  // namespace coterie
