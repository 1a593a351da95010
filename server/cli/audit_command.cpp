// coterie audit: the activity log, read and verified.
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

#include "protocol/time_text.hpp"
#include "server/accounts/account_json.hpp"
#include "server/cli/account_data.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"

namespace coterie {
namespace {

constexpr const char* kVerifyHelp =
    "Every row holds the hash of the one before it, so an altered row and a hole are found. A log that was\n"
    "replaced whole is found only by a head that was kept elsewhere: note what `audit verify` prints and "
    "give\n"
    "it back later as --head. Exit code 1: something is wrong.";

struct AuditFlags {
  AccountFlags accounts;
  std::string head;
  std::string user;
  std::string kind;
  std::string since;
  std::size_t limit = 50;
};

int audit_usage(const std::string& message) {
  std::fprintf(stderr, "coterie: %s\n", message.c_str());
  return kExitUsage;
}

// "412:9f86d0..."
std::optional<ActivityHead> read_head(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || text.size() != colon + 65) return std::nullopt;
  ActivityHead head;
  const char* const end = text.data() + colon;
  const auto [rest, failed] = std::from_chars(text.data(), end, head.number);
  if (failed != std::errc() || rest != end) return std::nullopt;
  head.hash = text.substr(colon + 1);
  return head;
}

int verify(const AuditFlags& flags) {
  std::optional<ActivityHead> expected;
  if (!flags.head.empty()) {
    expected = read_head(flags.head);
    if (!expected) return audit_usage("--head takes what `audit verify` printed: NUMBER:HASH.");
  }
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  const Result<ActivityVerdict> verdict = (*store)->activity().verify(expected);
  if (!verdict) return report_failure(verdict.error());
  if (!verdict->fault.empty()) {
    std::fprintf(stderr, "coterie: the activity log is not as it was written. %s\n", verdict->fault.c_str());
    return kExitFailed;
  }
  std::printf("%llu rows, all as they were written\nhead %llu:%s\n",
              static_cast<unsigned long long>(verdict->head.number),
              static_cast<unsigned long long>(verdict->head.number), verdict->head.hash.c_str());
  return 0;
}

int list(const AuditFlags& flags) {
  ActivityQuery query;
  query.limit = flags.limit;
  if (!flags.user.empty()) query.user = UserId{flags.user};
  if (!flags.kind.empty()) {
    query.kind = activity_kind_from_text(flags.kind);
    if (!query.kind)
      return audit_usage("--kind takes a kind such as signed_in, sign_in_refused or user_changed.");
  }
  if (!flags.since.empty()) {
    query.since = timestamp_from_text(flags.since);
    if (!query.since) return audit_usage("--since takes a time like 2026-11-23T04:00:00.123Z.");
  }
  auto store = open_accounts(flags.accounts, false);
  if (!store) return report_failure(store.error());
  const Result<std::vector<ActivityRow>> rows = (*store)->activity().read(query);
  if (!rows) return report_failure(rows.error());
  TextTable table({"time", "kind", "user", "subject", "detail", "address"});
  for (const ActivityRow& row : *rows) {
    const Activity& activity = row.activity;
    if (flags.accounts.json) {
      std::string line;
      append_activity(line, row);
      std::printf("%s\n", line.c_str());
      continue;
    }
    table.add({{local_time(activity.at), Colour::dim},
               {std::string(to_text(activity.kind)), Colour::bold},
               {printable(activity.user.value())},
               {printable(activity.subject)},
               {printable(activity.detail)},
               {printable(activity.from.address), Colour::dim}});
  }
  const std::size_t columns = is_terminal(stdout) ? terminal_columns(stdout) : 1000;
  if (!table.empty()) std::printf("%s", table.text(Style::of(stdout), columns).c_str());
  if (rows->empty() && !flags.accounts.json) std::printf("Nothing is noted.\n");
  return 0;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("audit", "The activity log: sign-ins, refusals, administration");
  command->require_subcommand(1);
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* const listing = command->add_subcommand("list", "Show what was done, the newest first");
  listing->add_option("--user", flags->user, "Done by or to this user");
  listing->add_option("--kind", flags->kind, "Of this kind: signed_in, sign_in_refused, user_changed ...");
  listing->add_option("--since", flags->since, "From this time on: 2026-11-23T04:00:00.123Z");
  listing->add_option("--limit", flags->limit, "At most so many")->capture_default_str();
  add_account_flags(*listing, flags->accounts);
  listing->callback([flags, &exit_code] { exit_code = list(*flags); });
  CLI::App* const verifying = command->add_subcommand("verify", "Find an alteration or a hole");
  verifying->footer(kVerifyHelp);
  verifying->add_option("--head", flags->head, "A head noted earlier, which must still be part of the log")
      ->type_name("NUMBER:HASH");
  add_account_flags(*verifying, flags->accounts);
  verifying->callback([flags, &exit_code] { exit_code = verify(*flags); });
}

}  // namespace coterie
