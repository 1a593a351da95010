// coterie user: users of a data folder, beside a running server or without one.
#include <cstdio>
#include <memory>
#include <optional>

#include "protocol/json.hpp"
#include "protocol/object_writer.hpp"
#include "server/accounts/account_json.hpp"
#include "server/auth/password_hasher.hpp"
#include "server/cli/account_data.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/read_password.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

constexpr const char* kUserExamples =
    "Examples:\n"
    "  coterie user add ann --role editor --role sales --data /var/lib/coterie\n"
    "  printf '%s' \"$PASSWORD\" | coterie user add root --role admin --password-stdin\n"
    "  coterie user disable ann\n\n"
    "A running server takes a change within a second: a disabled user's connections are closed, and a new\n"
    "password ends what the user is signed in with.";

struct UserFlags {
  AccountFlags accounts;
  std::string name;
  std::string shown;
  std::vector<std::string> roles;
  bool password_from_stdin = false;
  bool no_password = false;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

int told(const UserFlags& flags, const UserChanged& changed, const char* what) {
  if (const auto* error = std::get_if<Error>(&changed)) return report_failure(*error);
  const UserAccount& account = std::get<UserAccount>(changed);
  if (flags.accounts.json) {
    std::string line;
    append_user(line, account);
    std::printf("%s\n", line.c_str());
    return 0;
  }
  std::printf("%s %s (version %llu, roles: %s)\n", printable(account.id.value()).c_str(), what,
              static_cast<unsigned long long>(account.version.value()),
              account.roles.names().empty() ? "none" : printable(joined(account.roles.names())).c_str());
  return 0;
}

int change(const UserFlags& flags, const UserChange& wanted, const char* what) {
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  return told(flags, (*store)->change_user(UserId{flags.name}, wanted, std::nullopt, act_of_command_line()),
              what);
}

Result<std::string> hashed_password(const UserFlags& flags) {
  Result<SecretText> password = read_password(flags.password_from_stdin);
  if (!password) return password.error();
  return PasswordHasher::hash_now(std::move(*password));
}

int add(const UserFlags& flags) {
  auto store = open_accounts(flags.accounts, true);
  if (!store) return report_failure(store.error());
  UserChange wanted;
  wanted.roles = Roles(flags.roles);
  if (!flags.shown.empty()) wanted.name = flags.shown;
  // What would be refused anyway is not worth typing a password for.
  if (Result<void> fine = check_user(UserId{flags.name}, wanted); !fine) return report_failure(fine.error());
  if (!flags.no_password) {
    Result<std::string> hash = hashed_password(flags);
    if (!hash) return report_failure(hash.error());
    wanted.password = std::move(*hash);
  }
  return told(flags, (*store)->add_user(UserId{flags.name}, wanted, act_of_command_line()), "added");
}

int list(const UserFlags& flags) {
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  const Result<std::vector<UserAccount>> users = (*store)->users().all();
  if (!users) return report_failure(users.error());
  if (flags.accounts.json) {
    for (const UserAccount& account : *users) {
      std::string line;
      append_user(line, account);
      std::printf("%s\n", line.c_str());
    }
    return 0;
  }
  if (users->empty()) {
    std::printf("No users yet: coterie user add NAME --role admin\n");
    return 0;
  }
  TextTable table({"user", "name", "roles", "state", "last sign-in", "version"});
  for (const UserAccount& account : *users) {
    table.add({{printable(account.id.value()), Colour::bold},
               {printable(account.profile.name)},
               {printable(joined(account.roles.names()))},
               {account.disabled ? "disabled" : "enabled", account.disabled ? Colour::red : Colour::plain},
               {account.last_login_at ? local_time(*account.last_login_at) : "never", Colour::dim},
               {std::to_string(account.version.value()), Colour::dim}});
  }
  const std::size_t columns = is_terminal(stdout) ? terminal_columns(stdout) : 1000;
  std::printf("%s", table.text(Style::of(stdout), columns).c_str());
  return 0;
}

int set_password(const UserFlags& flags) {
  Result<std::string> hash = hashed_password(flags);
  if (!hash) return report_failure(hash.error());
  UserChange wanted;
  wanted.password = std::move(*hash);
  return change(flags, wanted, "has a new password");
}

int set_roles(const UserFlags& flags) {
  UserChange wanted;
  wanted.roles = Roles(flags.roles);
  return change(flags, wanted, "has new roles");
}

int enable(const UserFlags& flags, bool enabled) {
  UserChange wanted;
  wanted.disabled = !enabled;
  return change(flags, wanted, enabled ? "enabled" : "disabled");
}

}  // namespace

void add_user_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("user", "Add, list and change users");
  command->require_subcommand(1);
  command->footer(kUserExamples);
  auto flags = std::make_shared<UserFlags>();
  const auto sub = [&](const char* name, const char* help, bool of_one, std::function<int()> run) {
    CLI::App* const one = command->add_subcommand(name, help);
    if (of_one) one->add_option("NAME", flags->name, "The user, as it signs in")->required();
    add_account_flags(*one, flags->accounts);
    one->callback([run = std::move(run), &exit_code] { exit_code = run(); });
    return one;
  };
  CLI::App* const adding = sub("add", "Add a user", true, [flags] { return add(*flags); });
  adding->add_option("--role", flags->roles, "A role; repeatable. `admin` administers the server");
  adding->add_option("--name", flags->shown, "How the user is shown to others; else as it signs in");
  auto* const from_stdin = adding->add_flag("--password-stdin", flags->password_from_stdin,
                                            "Read the password from standard input");
  adding
      ->add_flag("--no-password", flags->no_password, "Cannot sign in by password (an outside issuer's user)")
      ->excludes(from_stdin);
  sub("list", "Show all users", false, [flags] { return list(*flags); });
  sub("disable", "Keep a user out, at once", true, [flags] { return enable(*flags, false); });
  sub("enable", "Let a disabled user in again", true, [flags] { return enable(*flags, true); });
  sub("password", "Set a new password; ends what the user is signed in with", true, [flags] {
    return set_password(*flags);
  })->add_flag("--password-stdin", flags->password_from_stdin, "Read the password from standard input");
  sub("role", "Set the roles of a user, in place of those before", true, [flags] {
    return set_roles(*flags);
  })->add_option("--role", flags->roles, "A role; repeatable; none: no roles");
}

}  // namespace coterie
