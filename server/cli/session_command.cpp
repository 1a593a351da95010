// coterie session: what users are signed in with, and ending it.
#include <cstdio>
#include <memory>

#include "server/accounts/account_json.hpp"
#include "server/cli/account_data.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

struct SessionFlags {
  AccountFlags accounts;
  std::string user;
  std::string id;
};

Result<std::vector<SignIn>> living(const SessionFlags& flags, AccountStore& store, Timestamp now) {
  if (flags.user.empty()) return store.sign_ins().living(now);
  return store.sign_ins().living_of(UserId{flags.user}, now);
}

int list(const SessionFlags& flags) {
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  const Result<std::vector<SignIn>> found = living(flags, **store, act_of_command_line().at);
  if (!found) return report_failure(found.error());
  if (found->empty() && !flags.accounts.json) std::printf("Nobody is signed in.\n");
  TextTable table({"session", "user", "since", "last seen", "ends", "address", "user agent"});
  for (const SignIn& one : *found) {
    if (flags.accounts.json) {
      std::string line;
      append_sign_in(line, one, false, false);
      std::printf("%s\n", line.c_str());
      continue;
    }
    table.add({{one.id, Colour::bold},
               {printable(one.user.value())},
               {local_time(one.since)},
               {local_time(one.last_seen)},
               {local_time(one.expires_at), Colour::dim},
               {printable(one.from.address)},
               {printable(one.from.user_agent), Colour::dim}});
  }
  const std::size_t columns = is_terminal(stdout) ? terminal_columns(stdout) : 1000;
  if (!table.empty()) std::printf("%s", table.text(Style::of(stdout), columns).c_str());
  return 0;
}

int end(const SessionFlags& flags) {
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  const Result<bool> ended = (*store)->end_sign_in(flags.id, ActivityKind::session_ended,
                                                   "ended by an administrator", act_of_command_line());
  if (!ended) return report_failure(ended.error());
  if (!*ended) {
    std::fprintf(stderr, "coterie: there is no such session; see `coterie session list`.\n");
    return kExitFailed;
  }
  std::printf("ended\n");
  return 0;
}

}  // namespace

void add_session_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("session", "What users are signed in with, and ending it");
  command->require_subcommand(1);
  auto flags = std::make_shared<SessionFlags>();
  CLI::App* const listing = command->add_subcommand("list", "Show who is signed in, from where, since when");
  listing->add_option("--user", flags->user, "Of this user alone");
  add_account_flags(*listing, flags->accounts);
  listing->callback([flags, &exit_code] { exit_code = list(*flags); });
  CLI::App* const ending =
      command->add_subcommand("end", "End one; its connections are closed within a second");
  ending->add_option("SESSION", flags->id, "As `session list` shows it")->required();
  add_account_flags(*ending, flags->accounts);
  ending->callback([flags, &exit_code] { exit_code = end(*flags); });
}

}  // namespace coterie
