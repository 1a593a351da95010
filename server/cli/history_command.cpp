// coterie history and coterie blame: what happened to a record, a type or everything, newest last; and for
// each field of a record who changed it last.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/event_line.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/record_name.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/text_table.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kHistoryPage = 500;

struct HistoryFlags {
  std::string name;
  ServerFlags server;
  std::string user;
  std::string since;
  std::string until;
  std::size_t limit = 20;
  bool json = false;
};

struct BlameFlags {
  std::string name;
  ServerFlags server;
  bool json = false;
};

// "2026-11-23" and "2026-11-23T04:00:00Z" as the protocol writes times.
std::string full_time(const std::string& text) {
  if (text.size() == 10) return text + "T00:00:00.000Z";
  if (text.size() == 20 && text.back() == 'Z') return text.substr(0, 19) + ".000Z";
  return text;
}

json::object request_of(const HistoryFlags& flags, const RecordName& record) {
  json::object request{{"type", "history"}};
  if (!record.type.empty()) request["entityType"] = record.type;
  if (!record.id.empty()) request["entityId"] = record.id;
  if (!flags.user.empty()) request["userId"] = flags.user;
  if (!flags.since.empty()) request["since"] = full_time(flags.since);
  if (!flags.until.empty()) request["until"] = full_time(flags.until);
  return request;
}

// The event's `old` is laid out by dotted paths; a line shows from what to what, so it needs a document.
json::object before_of(const json::object& event) {
  json::object before;
  if (const json::object* old = object_member(event, "old")) {
    for (const auto& member : *old) {
      const auto path = FieldPath::parse(member.key());
      if (path) (void)set_field(before, *path, member.value());
    }
  }
  return before;
}

void print_event(const json::object& event, const HistoryFlags& flags, const Style& style) {
  if (flags.json) {
    std::printf("%s\n", to_json_text(event).c_str());
    return;
  }
  const json::object before = before_of(event);
  const std::string day = printable(text_member(event, "timestamp").substr(0, 10));
  std::printf("%s %s\n", style.paint(Colour::dim, day).c_str(), event_line(event, &before, style).c_str());
}

// The newest that were asked for, the oldest of them first.
int show_history(SteadyConnection& connection, const HistoryFlags& flags, json::object request) {
  json::array events;  // newest first
  bool more = true;
  while (more && (flags.limit == 0 || events.size() < flags.limit)) {
    request["limit"] = flags.limit == 0 ? kHistoryPage : std::min(kHistoryPage, flags.limit - events.size());
    auto answer = connection.ask(request);
    if (!answer) return report(answer.error());
    json::value* page = answer->if_contains("events");
    if (text_member(*answer, "type") != "events" || !page || !page->is_array()) return refused(*answer);
    for (json::value& event : page->get_array()) {
      if (event.is_object()) events.push_back(std::move(event));
    }
    const json::value* next = answer->if_contains("next");
    more = next != nullptr;
    if (next) request["before"] = *next;
  }
  const Style style = Style::of(stdout);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    print_event(event->get_object(), flags, style);
  }
  if (!flags.json && more) std::printf("and earlier ones; --limit 0 shows all\n");
  return 0;
}

int history(const HistoryFlags& flags) {
  RecordName record;
  if (!flags.name.empty()) {
    const auto parsed = parse_record_name(flags.name);
    if (!parsed) return usage(parsed.error().message);
    record = *parsed;
  }
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const int exit_code = show_history(connection, flags, request_of(flags, record));
  connection.close();
  return exit_code;
}

void print_blame(const json::object& answer) {
  TextTable table({"field", "v", "by", "when", "cause"});
  if (const json::object* fields = object_member(answer, "fields")) {
    for (const auto& member : *fields) {
      const json::object* field = member.value().if_object();
      if (!field) continue;
      table.add({{printable(member.key()), Colour::bold},
                 {std::to_string(number_member(*field, "version")), Colour::dim},
                 {printable(text_member(*field, "userId")), Colour::yellow},
                 {printable(text_member(*field, "timestamp"))},
                 {printable(text_member(*field, "cause")), Colour::dim}});
    }
  }
  if (const json::array* unknown = array_member(answer, "unknown")) {
    for (const json::value& path : *unknown) {
      if (path.is_string())
        table.add({{printable(path.get_string()), Colour::bold}, {"-"}, {"not kept any more"}, {""}, {""}});
    }
  }
  std::fputs(table.text(Style::of(stdout), terminal_columns(stdout)).c_str(), stdout);
}

int blame(const BlameFlags& flags) {
  const auto record = parse_record_name(flags.name);
  if (!record) return usage(record.error().message);
  if (record->id.empty()) return usage("name one record: " + record->type + "/ID.");
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const auto answer =
      connection.ask({{"type", "blame"}, {"entityType", record->type}, {"entityId", record->id}});
  connection.close();
  if (!answer) return report(answer.error());
  if (text_member(*answer, "type") != "blame") return refused(*answer);
  if (flags.json) {
    std::printf("%s\n", to_json_text(*answer).c_str());
  } else {
    print_blame(*answer);
  }
  return 0;
}

}  // namespace

void add_history_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("history", "Show what happened to a record, a type or everything");
  auto flags = std::make_shared<HistoryFlags>();
  command->add_option("TYPE[/ID]", flags->name, "Vehicle/1, or Vehicle; without it everything");
  add_server_flags(*command, flags->server);
  command->add_option("--by", flags->user, "Only what this user did");
  command->add_option("--since", flags->since, "Only from then on: 2026-11-23, or 2026-11-23T04:00:00Z");
  command->add_option("--until", flags->until, "Only up to then");
  command->add_option("--limit", flags->limit, "The newest so many; 0 for all")->capture_default_str();
  command->add_flag("--json", flags->json, "Each change as a line of JSON, with the old values");
  command->callback([flags, &exit_code] { exit_code = history(*flags); });
}

void add_blame_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("blame", "Show for each field of a record who changed it last");
  auto flags = std::make_shared<BlameFlags>();
  command->add_option("TYPE/ID", flags->name, "Which record: Vehicle/1")->required();
  add_server_flags(*command, flags->server);
  command->add_flag("--json", flags->json, "The answer of the server as a line of JSON");
  command->callback([flags, &exit_code] { exit_code = blame(*flags); });
}

}  // namespace coterie
