// coterie edit: one change of one record, and what to do where somebody else was first.
//   submit -> committed | rejected | conflict -> (theirs | mine | merge: a new mutation on their version) ->
//   submit ...
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/conflict_text.hpp"
#include "server/cli/edit_request.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/value_text.hpp"
#include "server/ops/random.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

enum class Choice { theirs, mine, merge, fail };

struct EditCommandFlags {
  std::string name;
  ServerFlags server;
  EditFlags edit;
  std::string on_conflict;  // empty: ask on a terminal, else fail
  std::string mutation_id;
  bool json = false;
};

class Edit {
 public:
  Edit(EditCommandFlags flags, RecordName record, ConnectOptions options)
      : flags_(std::move(flags)),
        record_(std::move(record)),
        connection_(std::move(options), std::random_device{}()) {}
  int run();

 private:
  int read_base(json::object& operation);
  ClientResult<json::object> submit(const json::object& operation);
  int committed(const json::object& answer);
  int rejected(const json::object& answer);
  Choice choose(const json::object& conflict);
  // The next attempt; nothing where there is none, and exit_code says how it ends.
  std::optional<json::object> decide(const json::object& conflict, json::object operation, int& exit_code);

  EditCommandFlags flags_;
  RecordName record_;
  SteadyConnection connection_;
  Style style_ = Style::of(stdout);
};

// Without --base the edit rests on what stands there now; a restore also on the deletion of what stood there.
int Edit::read_base(json::object& operation) {
  const auto answer =
      connection_.ask({{"type", "get"}, {"entityType", record_.type}, {"entityId", record_.id}});
  if (!answer) return report(answer.error());
  std::uint64_t version = number_member(*answer, "version");
  const bool absent = text_member(*answer, "code") == "not_found";
  if (absent && flags_.edit.restore > 0) {
    const auto past = connection_.ask(
        {{"type", "history"}, {"entityType", record_.type}, {"entityId", record_.id}, {"limit", 1}});
    if (!past) return report(past.error());
    const json::array* events = array_member(*past, "events");
    const json::object* last = events && !events->empty() ? events->front().if_object() : nullptr;
    if (last) version = number_member(*last, "version");
  }
  if (version > 0) {
    operation["baseVersion"] = version;
    return 0;
  }
  const std::string sentence =
      absent ? "there is no " + record_.text() + "; --create makes it" : text_member(*answer, "message");
  std::fprintf(stderr, "coterie: %s\n", printable(sentence).c_str());
  return absent ? kExitRejected : kExitFailed;
}

ClientResult<json::object> Edit::submit(const json::object& operation) {
  std::string id = std::exchange(flags_.mutation_id, {});
  if (id.empty())
    id = uuid_v7(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  json::object request{{"type", "mutate"}, {"mutationId", id}, {"ops", json::array{operation}}};
  if (flags_.on_conflict == "store") request["onConflict"] = "store";
  return connection_.ask(request);
}

int Edit::committed(const json::object& answer) {
  const json::array* results = array_member(answer, "results");
  const json::object* result = results && !results->empty() ? results->front().if_object() : nullptr;
  std::string id = result ? text_member(*result, "entityId") : record_.id;
  std::printf("%s %s is now version %llu\n", style_.paint(Colour::green, "committed:").c_str(),
              printable(record_.type + "/" + id).c_str(),
              static_cast<unsigned long long>(result ? number_member(*result, "version") : 0));
  const json::array* merged = result ? array_member(*result, "merged") : nullptr;
  if (merged && !merged->empty()) {
    std::string fields;
    for (const json::value& field : *merged) fields += (fields.empty() ? "" : ", ") + brief(&field);
    std::printf("merged with what others had changed: %s\n", fields.c_str());
  }
  return 0;
}

int Edit::rejected(const json::object& answer) {
  std::fprintf(stderr, "%s (%s) %s\n", Style::of(stderr).paint(Colour::red, "rejected").c_str(),
               printable(text_member(answer, "code")).c_str(),
               printable(text_member(answer, "message")).c_str());
  if (const json::object* current = object_member(answer, "current")) {
    const json::value* data = current->if_contains("data");
    std::fprintf(stderr, "it stands at version %llu: %s\n",
                 static_cast<unsigned long long>(number_member(*current, "version")), brief(data).c_str());
  }
  return kExitRejected;
}

Choice Edit::choose(const json::object& conflict) {
  const bool mergeable = can_merge(conflict);
  const bool alive = object_member(conflict, "current") != nullptr;
  if (flags_.on_conflict == "theirs") return Choice::theirs;
  if (flags_.on_conflict == "mine") return alive ? Choice::mine : Choice::fail;
  if (flags_.on_conflict == "merge") return mergeable ? Choice::merge : Choice::fail;
  if (flags_.on_conflict == "fail" || flags_.on_conflict == "store" || !alive || !isatty(STDIN_FILENO) ||
      !isatty(STDOUT_FILENO))
    return Choice::fail;
  for (;;) {
    std::printf("Take [t]heirs, keep [m]ine%s, or [q]uit? ",
                mergeable ? ", m[e]rge (theirs where both changed)" : "");
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line) || line == "q" || line == "quit") return Choice::fail;
    if (line == "t" || line == "theirs") return Choice::theirs;
    if (line == "m" || line == "mine") return Choice::mine;
    if (mergeable && (line == "e" || line == "merge")) return Choice::merge;
  }
}

std::optional<json::object> Edit::decide(const json::object& conflict, json::object operation,
                                         int& exit_code) {
  const std::uint64_t current = number_member(conflict, "currentVersion");
  switch (choose(conflict)) {
    case Choice::theirs:
      std::printf("%s stays as they left it, at version %llu\n", record_.text().c_str(),
                  static_cast<unsigned long long>(current));
      exit_code = 0;
      return {};
    case Choice::fail:
      if (const std::uint64_t kept = number_member(conflict, "conflictId")) {
        std::printf("nothing was changed; it waits as conflict %llu: coterie conflicts decide %llu\n",
                    static_cast<unsigned long long>(kept), static_cast<unsigned long long>(kept));
      } else {
        std::printf("nothing was changed%s\n",
                    conflict.contains("notStored") ? ", and the conflict could not be kept" : "");
      }
      exit_code = kExitConflict;
      return {};
    case Choice::mine:
      operation["baseVersion"] = current;
      return operation;
    case Choice::merge: {
      auto merged =
          operation_towards(record_, *object_member(conflict, "current"), *object_member(conflict, "merged"));
      if (!merged) {
        std::printf("nothing of yours is left to write; %s stays as they left it\n", record_.text().c_str());
        exit_code = 0;
        return {};
      }
      (*merged)["baseVersion"] = current;
      return merged;
    }
  }
  return {};
}

int Edit::run() {
  auto made = make_operation(flags_.edit, record_);
  if (!made) return usage(made.error().message);
  json::object operation = std::move(*made);
  const auto opened = connection_.open();
  if (!opened) return report(opened.error());
  if (needs_base(operation)) {
    if (const int failed = read_base(operation)) return failed;
  }
  int exit_code = kExitFailed;
  for (std::optional<json::object> attempt = std::move(operation); attempt;) {
    const auto answer = submit(*attempt);
    if (!answer) return report(answer.error());
    if (flags_.json) std::printf("%s\n", to_json_text(*answer).c_str());
    const std::string type = text_member(*answer, "type");
    if (type == "conflict") {
      if (!flags_.json) std::fputs(conflict_text(*answer, style_, terminal_columns(stdout)).c_str(), stdout);
      attempt = decide(*answer, std::move(*attempt), exit_code);
      continue;
    }
    if (type == "committed") {
      exit_code = flags_.json ? 0 : committed(*answer);
    } else if (type == "rejected") {
      exit_code = flags_.json ? kExitRejected : rejected(*answer);
    } else {
      std::fprintf(stderr, "coterie: %s\n", printable(text_member(*answer, "message")).c_str());
    }
    break;
  }
  connection_.close();
  return exit_code;
}

int edit(const EditCommandFlags& flags) {
  const auto record = parse_record_name(flags.name);
  if (!record) return usage(record.error().message);
  if (record->id.empty() && !flags.edit.create) return usage("name one record: " + record->type + "/ID.");
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  return Edit(flags, *record, std::move(*options)).run();
}

}  // namespace

void add_edit_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("edit", "Change a record, and decide a conflict where there is one");
  auto flags = std::make_shared<EditCommandFlags>();
  EditFlags& edit_flags = flags->edit;
  command->add_option("TYPE/ID", flags->name, "Which record: Vehicle/1")->required();
  command->add_option("FIELD=VALUE", edit_flags.assignments,
                      "What to set; the value is JSON, or text where it is not: Horsepower=200 Origin=Japan");
  add_server_flags(*command, flags->server);
  command->add_option("--base", edit_flags.base,
                      "The version that the change rests on; without it, the newest");
  command->add_option("--strategy", edit_flags.strategy, "Where the base is old")
      ->check(CLI::IsMember({"reject", "merge", "latest-wins"}));
  command->add_option("--unset", edit_flags.unset, "Remove this field")->allow_extra_args(false);
  command->add_option("--increment", edit_flags.increment, "Add to a number: stock=-2")
      ->allow_extra_args(false);
  command->add_option("--guard", edit_flags.guard, R"(Only if this holds: {"status": "new"})");
  command->add_flag("--create", edit_flags.create, "Make the record");
  command->add_flag("--delete", edit_flags.remove, "Delete the record");
  command->add_option("--restore", edit_flags.restore, "Bring back what stood at this version");
  command->add_option("--on-conflict", flags->on_conflict, "Decide without asking; store leaves it to others")
      ->check(CLI::IsMember({"theirs", "mine", "merge", "fail", "store"}));
  command->add_option("--mutation-id", flags->mutation_id,
                      "The id of the mutation: the same once more is done once");
  command->add_flag("--json", flags->json, "Each answer of the server as a line of JSON");
  command->footer("Exit codes: 0 done, 2 asked wrongly, 3 conflict left alone, 4 rejected, 5 no server.");
  command->callback([flags, &exit_code] { exit_code = edit(*flags); });
}

// The same as `edit --restore`, under the name that one looks for.
void add_restore_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("restore", "Bring back what a record held at an earlier version, deleted or not");
  auto flags = std::make_shared<EditCommandFlags>();
  command->add_option("TYPE/ID", flags->name, "Which record: Vehicle/1")->required();
  command->add_option("--to", flags->edit.restore, "The version that is to stand again")->required();
  add_server_flags(*command, flags->server);
  command->add_option("--base", flags->edit.base,
                      "The version that the change rests on; without it, the newest");
  command->add_option("--on-conflict", flags->on_conflict, "Decide without asking")
      ->check(CLI::IsMember({"theirs", "mine", "merge", "fail"}));
  command->add_flag("--json", flags->json, "Each answer of the server as a line of JSON");
  command->callback([flags, &exit_code] { exit_code = edit(*flags); });
}

}  // namespace coterie
