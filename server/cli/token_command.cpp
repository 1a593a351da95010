// coterie token: what a token says and whether it is accepted, and one to try a sign-in of one's own with.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "protocol/time_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_table.hpp"
#include "server/ops/duration_text.hpp"
#include "server/token_tool.hpp"

namespace coterie {
namespace {

constexpr const char* kTokenExamples =
    "Examples:\n"
    "  coterie token make rental --user ann --role editor | coterie token check\n"
    "  COTERIE_TOKEN=$(coterie token make rental --user ann) coterie watch Booking\n\n"
    "Issuers stand in coterie.toml, [auth.issuers.NAME]; docs/sign-in.md says how.";

constexpr std::size_t kMostInput = 64 * 1024;

struct TokenFlags {
  std::string token;
  std::string data;
  std::string issuer;
  std::string lasts = "15m";
  TrialClaims claims;
};

Timestamp now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

int failed(const Error& error) {
  std::fprintf(stderr, "coterie: %s\n", printable(error.message).c_str());
  return kExitFailed;
}

Result<AuthConfiguration> configured_by(const CLI::App& app) {
  const Result<std::filesystem::path> path = config_path(app);
  if (!path) return path.error();
  return read_auth_configuration(*path);
}

// From standard input, where a token is not seen by whoever lists the processes; without the line end.
std::string read_input() {
  std::string text;
  for (char c = 0; text.size() < kMostInput && std::cin.get(c);) text += c;
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

void print(const TokenReport& report) {
  const Style style = Style::of(stdout);
  std::string out;
  if (!report.lines.empty()) {
    TextTable table({"", "in the token", "expected"});
    for (const TokenReport::Line& line : report.lines) {
      table.add({{line.what, Colour::dim},
                 {printable(line.said), Colour::plain},
                 {printable(line.expected), Colour::dim}});
    }
    out += table.text(style, is_terminal(stdout) ? terminal_columns(stdout) : 1000);
    out += "\nclaims: " + printable(report.claims) + '\n';
  }
  if (!report.verified) {
    out += "refused: " + printable(report.refusal) + '\n';
  } else {
    const VerifiedToken& token = *report.verified;
    out += "accepted: " + printable(token.user.id.value());
    if (token.user.name != token.user.id.value()) out += " (" + printable(token.user.name) + ')';
    out += token.own() ? ", our own" : ", of the issuer " + printable(token.issuer);
    out += ", until " + to_text(token.expires_at) + "; roles:";
    for (const std::string& role : token.roles.names()) out += ' ' + printable(role);
    out += token.roles.names().empty() ? " none\n" : "\n";
  }
  std::fputs(out.c_str(), stdout);
}

int check(const CLI::App& app, const TokenFlags& flags) {
  Result<AuthConfiguration> configured = configured_by(app);
  if (!configured) return failed(configured.error());
  const std::string text = flags.token.empty() || flags.token == "-" ? read_input() : flags.token;
  const Result<TokenReport> report = report_on_token(text, *std::move(configured), flags.data, now());
  if (!report) return failed(report.error());
  print(*report);
  return report->verified ? 0 : kExitFailed;
}

int make(const CLI::App& app, TokenFlags& flags) {
  const auto lasts = duration_from_text(flags.lasts);
  if (!lasts || *lasts < std::chrono::seconds(1)) {
    std::fprintf(stderr, "coterie: --for takes a number and a unit: 15m\n");
    return kExitUsage;
  }
  flags.claims.lasts = std::chrono::floor<std::chrono::seconds>(*lasts);
  const Result<AuthConfiguration> configured = configured_by(app);
  if (!configured) return failed(configured.error());
  const Result<std::string> token = make_trial_token(*configured, flags.issuer, flags.claims, now());
  if (!token) return failed(token.error());
  std::printf("%s\n", token->c_str());
  return 0;
}

}  // namespace

void add_token_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("token", "Check a token, or make one to try an outside issuer");
  command->footer(kTokenExamples);
  command->fallthrough();  // --config stands at the program, and may follow here
  command->require_subcommand(1);
  auto flags = std::make_shared<TokenFlags>();

  CLI::App* const checking =
      command->add_subcommand("check", "Show what a token says and whether it is accepted");
  checking->fallthrough();
  checking->add_option("token", flags->token, "The token; without it, or as -, from standard input")
      ->envname("COTERIE_TOKEN");
  checking->add_option("--data", flags->data, "The data directory, whose keys check tokens of our own")
      ->type_name("DIR")
      ->envname("COTERIE_DATA");
  checking->callback([&app, flags, &exit_code] { exit_code = check(app, *flags); });

  CLI::App* const making =
      command->add_subcommand("make", "Sign a token with the secret of an outside issuer");
  making->fallthrough();
  making->add_option("issuer", flags->issuer, "NAME of [auth.issuers.NAME]")->required();
  making->add_option("--user", flags->claims.user, "Who it is for")->required();
  making->add_option("--name", flags->claims.name, "How they are shown");
  making->add_option("--role", flags->claims.roles, "A role, as the issuer calls it; may be repeated");
  making->add_option("--for", flags->lasts, "How long it is good")->type_name("TIME")->capture_default_str();
  making->callback([&app, flags, &exit_code] { exit_code = make(app, *flags); });
}

}  // namespace coterie
