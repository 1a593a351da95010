// coterie rules: what the configuration says about rights, and what it lets somebody do, and why.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "protocol/access.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/time_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr const char* kExamples =
    "Examples:\n"
    "  coterie rules list\n"
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
};

std::size_t columns() { return is_terminal(stdout) ? terminal_columns(stdout) : 1000; }

int fail(int exit_code, const std::string& message) {
  std::fprintf(stderr, "coterie: %s\n", printable(message).c_str());
  return exit_code;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string line_text(int line) { return line > 0 ? "line " + std::to_string(line) : std::string(); }

// The rules in force by the file; null: it has none, and everyone may everything.
Result<std::shared_ptr<const AccessRules>> rules_of(const CLI::App& app) {
  const Result<std::filesystem::path> path = config_path(app);
  if (!path) return path.error();
  Result<TypesConfiguration> configured = read_configuration(*path);
  if (!configured) return configured.error();
  return std::move(configured->access);
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
    for (const AccessGrant& grant : *access.grants[i]) {
      std::string whom = joined(grant.roles);
      if (grant.where) whom += " where " + to_json_text(*grant.where);
      table.add({{type, Colour::plain},
                 {std::string(to_text(action)), Colour::plain},
                 {printable(whom), Colour::plain},
                 {line_text(grant.line), Colour::dim}});
    }
  }
  for (const FieldRule& field : access.fields) {
    std::string whom;
    if (field.readers) whom += "seen by " + joined(*field.readers);
    if (field.writers)
      whom += (whom.empty() ? "" : "; ") + std::string("changed by ") + joined(*field.writers);
    table.add({{type, Colour::plain},
               {printable(field.path.text()), Colour::plain},
               {printable(whom), Colour::plain},
               {line_text(field.line), Colour::dim}});
  }
}

int list(const CLI::App& app, const std::string& only) {
  const auto rules = rules_of(app);
  if (!rules) return fail(kExitFailed, rules.error().message);
  if (*rules == nullptr) {
    std::fputs("There are no rules: everyone who is signed in may everything.\n", stdout);
    return 0;
  }
  TextTable table({"type", "what", "who", ""});
  for (const auto& [type, access] : (*rules)->all()) {
    if (only.empty() || only == type) add_type(table, type, access);
  }
  std::fputs(table.text(Style::of(stdout), columns()).c_str(), stdout);
  std::fputs("What is not said is denied; who has the role admin may everything.\n", stdout);
  return 0;
}

// ---- check ----

struct Record {
  EntityMeta meta;
  json::object data;
};

std::string text_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<Record> read_record(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream.is_open()) text << stream.rdbuf();
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = "The record " + path + " cannot be read.";
  if (!stream) return error;
  Result<json::value> parsed = parse_json(text.view(), {16 * 1024 * 1024, 64, 100'000});
  if (!parsed || !parsed->is_object()) {
    error.message = "The record " + path + " is no JSON object.";
    return error;
  }
  const json::object& object = parsed->get_object();
  Record record;
  const json::value* data = object.if_contains("data");
  if (data == nullptr || !data->is_object() || !object.contains("entityId")) {
    record.data = object;
    return record;
  }
  record.data = data->get_object();
  record.meta.key = {EntityType{text_at(object, "entityType")}, EntityId{text_at(object, "entityId")}};
  if (const json::value* version = object.if_contains("version"); version != nullptr && version->is_int64())
    record.meta.version = Version{static_cast<std::uint64_t>(version->get_int64())};
  record.meta.created_by = UserId{text_at(object, "createdBy")};
  record.meta.updated_by = UserId{text_at(object, "updatedBy")};
  record.meta.created_at = timestamp_from_text(text_at(object, "createdAt")).value_or(Timestamp{});
  record.meta.updated_at = timestamp_from_text(text_at(object, "updatedAt")).value_or(Timestamp{});
  return record;
}

enum class Answer { yes, no, depends };

struct Verdict {
  Answer answer = Answer::no;
  std::string why;
};

class Checker {
 public:
  Checker(const AccessRules& rules, const UserId& user, const Roles& roles,
          const std::optional<Record>& record)
      : rules_(rules), user_(user), roles_(roles), record_(record) {}

  Verdict judge(const EntityType& type, AccessAction action) const {
    if (roles_.has(kAdminRole)) return {Answer::yes, "the role admin may everything"};
    if (action != AccessAction::read && action != AccessAction::create) {
      const Verdict read = judge_alone(type, AccessAction::read);
      if (read.answer == Answer::no) return {Answer::no, "may not read it: " + read.why};
      Verdict verdict = judge_alone(type, action);
      if (verdict.answer == Answer::yes && read.answer == Answer::depends)
        return {Answer::depends, verdict.why + "; reading it: " + read.why};
      return verdict;
    }
    return judge_alone(type, action);
  }

 private:
  Verdict judge_alone(const EntityType& type, AccessAction action) const {
    const AccessOfType* const access = rules_.find(type);
    if (access == nullptr) return {Answer::no, "no rule names the type, and none names \"*\""};
    const auto grants = rules_.counting(type, action, roles_);
    const bool said = access->grants[static_cast<std::size_t>(action)].has_value();
    const std::string by =
        said || fallback_of(action) == action
            ? std::string()
            : " (nothing is said of it: as " + std::string(to_text(fallback_of(action))) + ')';
    if (grants.empty()) return {Answer::no, "no grant to these roles" + by};
    for (const AccessGrant* grant : grants) {
      if (!grant->where) return {Answer::yes, reason(*grant) + by};
    }
    std::string conditions;
    for (const AccessGrant* grant : grants) {
      const std::string condition = reason(*grant) + " where " + to_json_text(*grant->where);
      if (holds(type, action, *grant)) return {Answer::yes, condition + by};
      conditions += (conditions.empty() ? "" : "; or ") + condition;
    }
    return {record_ ? Answer::no : Answer::depends, conditions + by};
  }
  std::string reason(const AccessGrant& grant) const {
    const Roles held = rules_.with_included(roles_);
    for (const std::string& role : grant.roles) {
      if (role == kEveryone) return line_text(grant.line) + ", everyone";
      if (held.has(role)) return line_text(grant.line) + ", role " + role;
    }
    return line_text(grant.line);
  }
  // By rules of this one grant alone.
  bool holds(const EntityType& type, AccessAction action, const AccessGrant& grant) const {
    if (!record_) return false;
    AccessRules one;
    AccessOfType access;
    access.grants[static_cast<std::size_t>(action)] = {{{std::string(kEveryone)}, grant.where, 0}};
    one.add(type.value(), std::move(access));
    const Roles held = rules_.with_included(roles_);
    return one.bind(type, AccessCaller{user_, held})->to(action).admits(record_->meta, record_->data);
  }

  const AccessRules& rules_;
  const UserId& user_;
  const Roles& roles_;
  const std::optional<Record>& record_;
};

void add_fields(TextTable& table, const AccessRules& rules, const std::string& type, const Roles& roles) {
  const UserId nobody;
  if (roles.has(kAdminRole)) return;
  const auto bound = rules.bind(EntityType{type}, AccessCaller{nobody, roles});
  const AccessOfType* const access = rules.find(EntityType{type});
  for (std::size_t i = 0; access != nullptr && i < access->fields.size(); ++i) {
    const FieldRule& field = access->fields[i];
    const bool hidden = bound->veil && bound->veil->hides(field.path);
    const bool kept = bound->untouchable && bound->untouchable->hides(field.path);
    if (!hidden && !kept) continue;
    table.add({{type, Colour::plain},
               {printable(field.path.text()), Colour::plain},
               {hidden ? "hidden" : "read-only", Colour::plain},
               {line_text(field.line), Colour::dim}});
  }
}

int check(const CLI::App& app, const Question& question) {
  const auto rules = rules_of(app);
  if (!rules) return fail(kExitFailed, rules.error().message);
  if (*rules == nullptr) {
    std::fputs("There are no rules: everyone who is signed in may everything.\n", stdout);
    return 0;
  }
  std::optional<Record> record;
  if (!question.record.empty()) {
    Result<Record> read = read_record(question.record);
    if (!read) return fail(kExitUsage, read.error().message);
    record = std::move(*read);
  }
  std::vector<AccessAction> actions;
  for (const std::string& word : question.actions) {
    const auto action = access_action_from_text(word);
    if (!action)
      return fail(kExitUsage, word +
                                  " is no action; known are read, create, update, delete, restore, lock, "
                                  "steal, presence, signal and export");
    actions.push_back(*action);
  }
  for (std::size_t i = 0; actions.empty() || (question.actions.empty() && i < kAccessActions); ++i)
    actions.push_back(static_cast<AccessAction>(i));
  Words types;
  if (!question.type.empty()) types.push_back(question.type);
  for (const auto& [type, access] : (*rules)->all()) {
    if (question.type.empty()) types.push_back(type);
  }
  if (!question.type.empty() && !is_entity_type(question.type))
    return fail(kExitUsage, question.type + " is no name of a type");
  const UserId user{question.user};
  const Roles roles(question.roles);
  const Checker checker(**rules, user, roles, record);
  TextTable table({"type", "what", "allowed", "why"});
  bool all = true;
  for (const std::string& type : types) {
    for (const AccessAction action : actions) {
      const Verdict verdict = checker.judge(EntityType{type}, action);
      all = all && verdict.answer == Answer::yes;
      const char* const word = verdict.answer == Answer::yes  ? "yes"
                               : verdict.answer == Answer::no ? "no"
                                                              : "where";
      table.add({{type, Colour::plain},
                 {std::string(to_text(action)), Colour::plain},
                 {word, Colour::plain},
                 {printable(verdict.why), Colour::dim}});
    }
    add_fields(table, **rules, type, roles);
  }
  std::fputs(table.text(Style::of(stdout), columns()).c_str(), stdout);
  return all ? 0 : kExitRejected;
}

}  // namespace

void add_rules_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("rules", "Show the rules of rights, and what they let somebody do");
  command->footer(kExamples);
  command->fallthrough();
  command->require_subcommand(1);
  auto question = std::make_shared<Question>();

  CLI::App* const lister = command->add_subcommand("list", "Show all rules");
  lister->fallthrough();
  lister->add_option("TYPE", question->type, "Of this type alone");
  lister->callback([&app, question, &exit_code] { exit_code = list(app, question->type); });

  CLI::App* const checker = command->add_subcommand("check", "Tell who may do what, and why");
  checker->fallthrough();
  checker->add_option("TYPE", question->type, "Of this type alone");
  checker->add_option("--role", question->roles, "A role of the caller; may be repeated")->type_name("ROLE");
  checker->add_option("--user", question->user, "Who $user.id stands for")->type_name("NAME");
  checker->add_option("--record", question->record, "Judge this record")->type_name("FILE");
  checker->add_option("--action", question->actions, "Ask for this action alone; may be repeated")
      ->type_name("ACTION");
  checker->callback([&app, question, &exit_code] { exit_code = check(app, *question); });
}

}  // namespace coterie
