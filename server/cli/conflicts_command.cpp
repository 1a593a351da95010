// coterie conflicts: the inbox of conflicts that were kept to be decided: list, show, decide, assign.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/conflict_choice.hpp"
#include "server/cli/conflict_text.hpp"
#include "server/cli/edit_request.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/record_name.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/text_table.hpp"
#include "server/cli/value_text.hpp"
#include "server/ops/random.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct ConflictsFlags {
  ServerFlags server;
  std::string record;
  std::string state = "open";
  std::string assignee;
  std::size_t limit = 20;
  std::uint64_t id = 0;
  std::string use;
  std::vector<std::string> set;
  std::vector<std::string> unset;
  std::string mutation_id;
  bool nobody = false;
  bool json = false;
};
using Flags = std::shared_ptr<ConflictsFlags>;

// Opens a connection, runs the command on it, and closes it.
template <class Run>
int connected(const ConflictsFlags& flags, Run run) {
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const int exit_code = run(connection);
  connection.close();
  return exit_code;
}

// ---- list ----

std::string names_of(const json::object* fields) {
  std::string names;
  if (!fields) return names;
  for (const auto& field : *fields) {
    names += (names.empty() ? "" : ", ") + printable(field.key()) + (field.value() == "clash" ? "!" : "");
  }
  return names;
}

std::string minute_of(const std::string& timestamp) {
  if (timestamp.size() < 16) return printable(timestamp);
  return printable(timestamp.substr(0, 10) + " " + timestamp.substr(11, 5));
}

std::string standing_of(const json::object& entry) {
  const std::string state = text_member(entry, "state");
  if (state != "open") {
    return state + " by " + text_member(entry, "decidedBy") + " (" + text_member(entry, "resolution") + ")";
  }
  const std::string assignee = text_member(entry, "assignee");
  return assignee.empty() ? state : state + ", for " + assignee;
}

void print_conflicts(const json::array& conflicts) {
  TextTable table({"id", "record", "of", "change", "since", "fields", "state"});
  for (const json::value& value : conflicts) {
    const json::object& entry = value.get_object();
    table.add({{std::to_string(number_member(entry, "conflictId")), Colour::cyan},
               {printable(text_member(entry, "entityType") + "/" + text_member(entry, "entityId"))},
               {printable(text_member(entry, "userId")), Colour::yellow},
               {printable(text_member(entry, "op"))},
               {minute_of(text_member(entry, "storedAt")), Colour::dim},
               {names_of(object_member(entry, "fields"))},
               {printable(standing_of(entry))}});
  }
  std::fputs(table.text(Style::of(stdout), terminal_columns(stdout)).c_str(), stdout);
}

int list(const ConflictsFlags& flags, SteadyConnection& connection) {
  json::object request{{"type", "conflicts"}, {"limit", flags.limit}};
  if (flags.state != "all") request["state"] = flags.state;
  if (!flags.assignee.empty()) request["assignee"] = flags.assignee;
  if (!flags.record.empty()) {
    const auto record = parse_record_name(flags.record);
    if (!record) return usage(record.error().message);
    request["entityType"] = record->type;
    if (!record->id.empty()) request["entityId"] = record->id;
  }
  const auto answer = connection.ask(request);
  if (!answer) return report(answer.error());
  const json::array* conflicts = array_member(*answer, "conflicts");
  if (!conflicts) return refused(*answer);
  if (flags.json) {
    for (const json::value& entry : *conflicts) std::printf("%s\n", to_json_text(entry).c_str());
    return 0;
  }
  if (!conflicts->empty()) print_conflicts(*conflicts);
  std::printf("%llu shown, %llu open in all%s\n", static_cast<unsigned long long>(conflicts->size()),
              static_cast<unsigned long long>(number_member(*answer, "open")),
              answer->contains("cursor") ? "; --limit shows more" : "");
  return 0;
}

// ---- show ----

void print_conflict(const json::object& shown) {
  const Style style = Style::of(stdout);
  std::printf("conflict %llu: %s of %s at %s, %s\n",
              static_cast<unsigned long long>(number_member(shown, "conflictId")),
              printable(text_member(shown, "op")).c_str(), printable(text_member(shown, "userId")).c_str(),
              printable(text_member(shown, "storedAt")).c_str(), printable(standing_of(shown)).c_str());
  std::fputs(conflict_text(shown, style, terminal_columns(stdout)).c_str(), stdout);
}

ClientResult<json::object> fetch(SteadyConnection& connection, std::uint64_t id) {
  return connection.ask({{"type", "conflict"}, {"conflictId", id}});
}

int show(const ConflictsFlags& flags, SteadyConnection& connection) {
  const auto shown = fetch(connection, flags.id);
  if (!shown) return report(shown.error());
  if (text_member(*shown, "type") != "storedConflict") return refused(*shown);
  if (flags.json) {
    std::printf("%s\n", to_json_text(*shown).c_str());
  } else {
    print_conflict(*shown);
  }
  return 0;
}

// ---- decide ----

// By the flags, or by asking; nothing: it is left alone.
std::optional<json::value> resolution_of(const ConflictsFlags& flags, const json::object& conflict) {
  if (!flags.use.empty()) return json::value(flags.use == "merge" ? flags.use : "use-" + flags.use);
  if (!flags.set.empty() || !flags.unset.empty()) {
    json::object set;
    for (const std::string& text : flags.set) {
      auto assignment = parse_assignment(text).value();  // checked before
      set[assignment.first] = std::move(assignment.second);
    }
    json::object resolution;
    if (!set.empty()) resolution["set"] = std::move(set);
    if (!flags.unset.empty()) resolution["unset"] = json::array(flags.unset.begin(), flags.unset.end());
    return resolution;
  }
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    std::fprintf(stderr, "coterie: say how: --use mine, theirs or merge, or --set FIELD=VALUE\n");
    return std::nullopt;
  }
  return choose_resolution(conflict, [](const std::string& question) -> std::optional<std::string> {
    std::printf("%s", question.c_str());
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  });
}

int told(const ConflictsFlags& flags, const json::object& answer) {
  if (flags.json) std::printf("%s\n", to_json_text(answer).c_str());
  if (text_member(answer, "type") != "committed") return refused(answer);
  if (flags.json) return 0;
  const json::array* results = array_member(answer, "results");
  if (!results || results->empty()) {
    std::printf("conflict %llu is dismissed; the record stays as it is\n",
                static_cast<unsigned long long>(flags.id));
    return 0;
  }
  for (const json::value& value : *results) {
    const json::object& result = value.get_object();
    std::printf("decided: %s is now version %llu\n",
                printable(text_member(result, "entityType") + "/" + text_member(result, "entityId")).c_str(),
                static_cast<unsigned long long>(number_member(result, "version")));
  }
  return 0;
}

int decide(const ConflictsFlags& flags, SteadyConnection& connection) {
  for (const std::string& text : flags.set) {
    const auto assignment = parse_assignment(text);
    if (!assignment) return usage(assignment.error().message);
  }
  const auto shown = fetch(connection, flags.id);
  if (!shown) return report(shown.error());
  if (text_member(*shown, "type") != "storedConflict") return refused(*shown);
  if (!flags.json) print_conflict(*shown);
  if (text_member(*shown, "state") != "open") {
    std::fprintf(stderr, "coterie: it was decided before\n");
    return kExitRejected;
  }
  const auto resolution = resolution_of(flags, *shown);
  if (!resolution) {
    std::printf("nothing was decided\n");
    return kExitConflict;
  }
  std::string mutation = flags.mutation_id;
  if (mutation.empty())
    mutation = uuid_v7(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  json::object request{
      {"type", "decide"}, {"conflictId", flags.id}, {"mutationId", mutation}, {"resolution", *resolution}};
  const std::uint64_t looked_at = number_member(*shown, "currentVersion");
  if (looked_at > 0) request["baseVersion"] = looked_at;
  const auto answer = connection.ask(request);
  if (!answer) return report(answer.error());
  if (text_member(*answer, "type") != "conflict") return told(flags, *answer);
  if (flags.json) {
    std::printf("%s\n", to_json_text(*answer).c_str());
  } else {
    std::printf("the record has changed meanwhile; nothing was decided\n");
    std::fputs(conflict_text(*answer, Style::of(stdout), terminal_columns(stdout)).c_str(), stdout);
  }
  return kExitConflict;
}

// ---- assign ----

int assign(const ConflictsFlags& flags, SteadyConnection& connection) {
  json::object request{{"type", "assign"}, {"conflictId", flags.id}, {"assignee", nullptr}};
  if (!flags.nobody) request["assignee"] = flags.assignee;
  const auto answer = connection.ask(request);
  if (!answer) return report(answer.error());
  if (text_member(*answer, "type") != "assigned") return refused(*answer);
  std::printf("conflict %llu is %s\n", static_cast<unsigned long long>(flags.id),
              flags.nobody ? "nobody's" : ("for " + printable(flags.assignee) + " to decide").c_str());
  return 0;
}

CLI::App* add(CLI::App& conflicts, const char* name, const char* help, const Flags& flags, int& exit_code,
              int (*run)(const ConflictsFlags&, SteadyConnection&)) {
  CLI::App* const command = conflicts.add_subcommand(name, help);
  add_server_flags(*command, flags->server);
  command->callback([flags, &exit_code, run] {
    exit_code = connected(*flags, [&](SteadyConnection& connection) { return run(*flags, connection); });
  });
  return command;
}

CLI::App* add_with_id(CLI::App& conflicts, const char* name, const char* help, const Flags& flags,
                      int& exit_code, int (*run)(const ConflictsFlags&, SteadyConnection&)) {
  CLI::App* const command = add(conflicts, name, help, flags, exit_code, run);
  command->add_option("ID", flags->id, "The number of the conflict")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{9'007'199'254'740'991}).description(""));
  return command;
}

}  // namespace

void add_conflicts_command(CLI::App& app, int& exit_code) {
  CLI::App* const conflicts = app.add_subcommand("conflicts", "Conflicts that were kept to be decided later");
  conflicts->require_subcommand(1);
  const auto flags = std::make_shared<ConflictsFlags>();

  CLI::App* const listing = add(*conflicts, "list", "Show those that wait", flags, exit_code, list);
  listing->add_option("TYPE[/ID]", flags->record, "Only those of a type, or of one record");
  listing->add_option("--state", flags->state, "open, decided, dismissed or all")
      ->check(CLI::IsMember({"open", "decided", "dismissed", "all"}))
      ->capture_default_str();
  listing->add_option("--assignee", flags->assignee, "Only those for this user to decide");
  listing->add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 500).description(""))
      ->capture_default_str();
  listing->add_flag("--json", flags->json, "Each as a line of JSON");

  CLI::App* const showing =
      add_with_id(*conflicts, "show", "Show one against the record as it stands", flags, exit_code, show);
  showing->add_flag("--json", flags->json, "As a line of JSON");

  CLI::App* const deciding = add_with_id(
      *conflicts, "decide", "Decide one; asks field by field on a terminal", flags, exit_code, decide);
  auto* const use = deciding->add_option("--use", flags->use, "Decide without asking: mine is the author's")
                        ->check(CLI::IsMember({"mine", "theirs", "merge"}));
  deciding->add_option("--set", flags->set, "Write this instead: price=11.5")
      ->allow_extra_args(false)
      ->excludes(use);
  deciding->add_option("--unset", flags->unset, "Remove this field")->allow_extra_args(false)->excludes(use);
  deciding->add_option("--mutation-id", flags->mutation_id,
                       "The id of the decision: the same once more is done once");
  deciding->add_flag("--json", flags->json, "The answer of the server as a line of JSON");
  deciding->footer("Exit codes: 0 done, 2 asked wrongly, 3 left undecided, 4 rejected, 5 no server.");

  CLI::App* const assigning =
      add_with_id(*conflicts, "assign", "Say who is to decide one", flags, exit_code, assign);
  auto* const user = assigning->add_option("USER", flags->assignee, "Who");
  auto* const nobody = assigning->add_flag("--nobody", flags->nobody, "Nobody in particular")->excludes(user);
  assigning->callback([flags, &exit_code, user, nobody] {
    if (user->count() == 0 && nobody->count() == 0) throw CLI::RequiredError("USER");
    exit_code = connected(*flags, [&](SteadyConnection& connection) { return assign(*flags, connection); });
  });
}

}  // namespace coterie
