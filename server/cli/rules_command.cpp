// coterie rules: the rules of access, in force or in the file; what they let somebody do, and why; their
// versions.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "protocol/access_verdict.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "server/cli/account_data.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/rules_in_force.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr const char* kRulesExamples =
    "Examples:\n"
    "  coterie rules list\n"
    "  coterie rules list --data /var/lib/coterie\n"
    "  coterie rules set new-rules.toml --if-version 3 --data /var/lib/coterie\n"
    "  coterie rules check --role sales Booking\n"
    "  coterie rules check --role customer --user ann Booking --record booking.json --action read\n\n"
    "A record is the JSON of an entity, as `coterie get --json` prints it, or of its data alone. Exit code "
    "0: all "
    "that was\nasked is allowed; 4: some of it is not, or not for every record. How to write rules is in "
    "docs/rights.md.";

using Words = std::vector<std::string>;

struct Question {
  Words roles;
  std::string user = "somebody";
  std::string type;
  std::string record;
  Words actions;
  std::string data;  // empty: by the file
  std::string file;  // that holds new rules
  std::uint64_t if_version = 0;
  std::size_t limit = 50;
};

std::size_t table_columns() { return is_terminal(stdout) ? terminal_columns(stdout) : 1000; }

int rules_failed(int exit_code, const std::string& message) {
  std::fprintf(stderr, "coterie: %s\n", printable(message).c_str());
  return exit_code;
}

std::string in_words(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// ---- list ----

void add_type(TextTable& table, const std::string& type, const AccessOfType& access) {
  for (std::size_t i = 0; i < kAccessActions; ++i) {
    const auto action = static_cast<AccessAction>(i);
    if (!access.grants[i]) continue;
    if (access.grants[i]->empty())
      table.add({{type, Colour::plain},
                 {std::string(to_text(action)), Colour::plain},
                 {"nobody", Colour::dim},
                 {"", Colour::dim}});
    for (std::size_t place = 0; place < access.grants[i]->size(); ++place) {
      const AccessGrant& grant = (*access.grants[i])[place];
      std::string whom = in_words(grant.roles);
      if (grant.where) whom += " where " + to_json_text(*grant.where);
      table.add({{type, Colour::plain},
                 {std::string(to_text(action)), Colour::plain},
                 {printable(whom), Colour::plain},
                 {grant_place(type, action, *access.grants[i], place), Colour::dim}});
    }
  }
  for (const FieldRule& field : access.fields) {
    std::string whom;
    if (field.readers) whom += "seen by " + in_words(*field.readers);
    if (field.writers)
      whom += (whom.empty() ? "" : "; ") + std::string("changed by ") + in_words(*field.writers);
    table.add({{type, Colour::plain},
               {printable(field.path.text()), Colour::plain},
               {printable(whom), Colour::plain},
               {printable(field_place(type, field)), Colour::dim}});
  }
}

constexpr const char* kNone = "There are no rules: everyone who is signed in may everything.\n";

void tell_version(const RulesInForce& found) {
  if (!found.version) {
    std::fputs("These are the rules of the file; --data DIR shows those that are in force there.\n", stdout);
    return;
  }
  std::printf("%s\n", heading_of(*found.version).c_str());
  if (!found.overrides) return;
  std::printf(
      "The file says something else (%s). That comes into force when the file is changed and read anew, or\n"
      "when an administrator sets it.\n",
      heading_of(*found.overrides).c_str());
}

int list(const CLI::App& app, const Question& question) {
  const auto found = rules_in_force(app, question.data);
  if (!found) return rules_failed(kExitFailed, found.error().message);
  const AccessRules* const rules = found->read.rules.get();
  if (rules == nullptr) std::fputs(kNone, stdout);
  TextTable table({"type", "what", "who", ""});
  for (const auto& [type, access] : rules != nullptr ? rules->all() : std::map<std::string, AccessOfType>()) {
    if (question.type.empty() || question.type == type) add_type(table, type, access);
  }
  if (rules != nullptr) {
    std::fputs(table.text(Style::of(stdout), table_columns()).c_str(), stdout);
    std::fputs("What is not said is denied; who has the role admin may everything.\n", stdout);
  }
  tell_version(*found);
  return 0;
}

// ---- history and set ----

int history(const Question& question) {
  auto store = open_accounts({question.data, false}, false);
  if (!store) return report_failure(store.error());
  const auto versions = (*store)->rules().versions(std::nullopt, question.limit);
  if (!versions) return report_failure(versions.error());
  TextTable table({"version", "time", "by", "from", "rules of types"});
  for (const RulesVersion& version : *versions) {
    const Result<RulesRead> read = read_access_source(version.text.source);
    std::string types = !read ? "cannot be read" : "none: everyone may everything";
    if (read && read->rules) {
      types.clear();
      for (const auto& [type, access] : read->rules->all()) types += (types.empty() ? "" : ", ") + type;
    }
    table.add({{std::to_string(version.version.value()), Colour::bold},
               {local_time(version.set_at), Colour::dim},
               {printable(version.set_by.value())},
               {std::string(to_text(version.origin))},
               {printable(types)}});
  }
  if (versions->empty()) std::fputs("No server has run on these data yet.\n", stdout);
  if (!versions->empty()) std::fputs(table.text(Style::of(stdout), table_columns()).c_str(), stdout);
  return 0;
}

int set(const Question& question) {
  const Result<ConfigFile> file = read_config_file(question.file);
  if (!file) return rules_failed(kExitUsage, file.error().message);
  const Result<RulesRead> read = read_access(*file);
  if (!read) return rules_failed(kExitUsage, read.error().message);
  if (read->rules == nullptr)
    return rules_failed(kExitUsage, "The file " + question.file + " has no [access]; nothing was changed.");
  auto store = open_accounts({question.data, false}, false);
  if (!store) return report_failure(store.error());
  const RulesChanged changed = (*store)->set_rules({read->source, read->hash}, RulesOrigin::cli,
                                                   Version{question.if_version}, act_of_command_line());
  if (const auto* error = std::get_if<Error>(&changed)) return report_failure(*error);
  if (const auto* stale = std::get_if<StaleRules>(&changed)) {
    return rules_failed(kExitConflict, "The rules have been changed since: " + heading_of(stale->current) +
                                           ". Look at them, and name that version.");
  }
  std::printf("%s; a running server takes them within a second\n",
              heading_of(std::get<RulesVersion>(changed)).c_str());
  return 0;
}

// ---- check ----

Result<JudgedRecord> read_record(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream.is_open()) text << stream.rdbuf();
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = "The record " + path + " cannot be read.";
  if (!stream) return error;
  Result<json::value> parsed = parse_json(text.view(), {16 * 1024 * 1024, 64, 100'000});
  if (parsed && parsed->is_object()) return judged_record(std::move(parsed->get_object()));
  error.message = "The record " + path + " is no JSON object.";
  return error;
}

void add_verdicts(TextTable& table, const AccessJudge& judge, const std::string& type,
                  const std::vector<AccessAction>& actions, bool& all) {
  for (const AccessAction action : actions) {
    const AccessVerdict verdict = judge.judge(EntityType{type}, action);
    all = all && verdict.allowed == Allowed::yes;
    table.add({{type, Colour::plain},
               {std::string(to_text(action)), Colour::plain},
               {std::string(to_text(verdict.allowed)), Colour::plain},
               {printable(verdict.why), Colour::dim}});
  }
  for (const VeiledField& field : judge.fields(EntityType{type})) {
    table.add({{type, Colour::plain},
               {printable(field.field), Colour::plain},
               {field.hidden ? "hidden" : "read-only", Colour::plain},
               {printable(field.why), Colour::dim}});
  }
}

int check(const CLI::App& app, const Question& question) {
  const auto found = rules_in_force(app, question.data);
  if (!found) return rules_failed(kExitFailed, found.error().message);
  const AccessRules* const rules = found->read.rules.get();
  if (rules == nullptr) {
    std::fputs(kNone, stdout);
    return 0;
  }
  std::optional<JudgedRecord> record;
  if (!question.record.empty()) {
    Result<JudgedRecord> read = read_record(question.record);
    if (!read) return rules_failed(kExitUsage, read.error().message);
    record = std::move(*read);
  }
  std::vector<AccessAction> actions;
  for (const std::string& word : question.actions) {
    const auto action = access_action_from_text(word);
    if (!action)
      return rules_failed(kExitUsage,
                          word +
                              " is no action; known are read, create, update, delete, restore, lock, "
                              "steal, presence, signal and export");
    actions.push_back(*action);
  }
  for (std::size_t i = 0; question.actions.empty() && i < kAccessActions; ++i)
    actions.push_back(static_cast<AccessAction>(i));
  if (!question.type.empty() && !is_entity_type(question.type))
    return rules_failed(kExitUsage, question.type + " is no name of a type");
  Words types;
  if (!question.type.empty()) types.push_back(question.type);
  for (const auto& [type, access] : rules->all()) {
    if (question.type.empty()) types.push_back(type);
  }
  const AccessJudge judge(rules, UserId{question.user}, Roles(question.roles), std::move(record));
  TextTable table({"type", "what", "allowed", "why"});
  bool all = true;
  for (const std::string& type : types) add_verdicts(table, judge, type, actions, all);
  std::fputs(table.text(Style::of(stdout), table_columns()).c_str(), stdout);
  return all ? 0 : kExitRejected;
}

CLI::Option* add_data(CLI::App& command, Question& question, const char* what) {
  return command.add_option("--data", question.data, what)->type_name("DIR")->envname("COTERIE_DATA");
}

void add_versions(CLI::App& command, const std::shared_ptr<Question>& question, int& exit_code) {
  CLI::App* const lister = command.add_subcommand("history", "Show the versions of the rules, newest first");
  add_data(*lister, *question, "The server's data")->required();
  lister->add_option("--limit", question->limit, "At most so many")->capture_default_str();
  lister->callback([question, &exit_code] { exit_code = history(*question); });

  CLI::App* const setter =
      command.add_subcommand("set", "Put [access] and [roles] of a TOML file in force, as the next version");
  setter->add_option("FILE", question->file, "Where they stand")->required();
  add_data(*setter, *question, "The server's data")->required();
  setter->add_option("--if-version", question->if_version, "Only where this version is in force")
      ->type_name("N")
      ->required();
  setter->callback([question, &exit_code] { exit_code = set(*question); });
}

}  // namespace

void add_rules_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("rules", "Show the rules of rights, and what they let somebody do");
  command->footer(kRulesExamples);
  command->fallthrough();
  command->require_subcommand(1);
  auto question = std::make_shared<Question>();

  CLI::App* const lister = command->add_subcommand("list", "Show all rules");
  lister->fallthrough();
  lister->add_option("TYPE", question->type, "Of this type alone");
  add_data(*lister, *question, "Those in force on these data of a server; without it those of the file");
  lister->callback([&app, question, &exit_code] { exit_code = list(app, *question); });

  CLI::App* const checker = command->add_subcommand("check", "Tell who may do what, and why");
  checker->fallthrough();
  checker->add_option("TYPE", question->type, "Of this type alone");
  checker->add_option("--role", question->roles, "A role of the caller; may be repeated")->type_name("ROLE");
  checker->add_option("--user", question->user, "Who $user.id stands for")->type_name("NAME");
  checker->add_option("--record", question->record, "Judge this record")->type_name("FILE");
  checker->add_option("--action", question->actions, "Ask for this action alone; may be repeated")
      ->type_name("ACTION");
  add_data(*checker, *question, "By those in force on these data of a server; without it those of the file");
  checker->callback([&app, question, &exit_code] { exit_code = check(app, *question); });
  add_versions(*command, question, exit_code);
}

}  // namespace coterie
