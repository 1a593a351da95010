#include "server/token_tool.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "server/auth/token_issuer.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNow{1'900'000'000s};

class Folder {
 public:
  const std::filesystem::path& path() const { return directory_.path(); }
  AuthConfiguration configured() const {
    std::ofstream(path() / "app.secret") << "J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF";
    std::ofstream(path() / "app.pem")
        << "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
           "-----END PUBLIC KEY-----\n";
    const auto file = parse_config(R"(
[auth.issuers.rental]
issuer = "https://rental.example"
audience = "coterie"
algorithm = "HS256"
secret = "app.secret"
user_claim = "user.id"
roles_claim = "realm_access.roles"
roles = {lead = "editor"}
[auth.issuers.other]
issuer = "other"
audience = "coterie"
algorithm = "EdDSA"
key = "app.pem"
)",
                                   path() / "a.toml");
    return read_auth(file.value()).value();
  }
  TokenReport report(std::string_view token, bool with_data = false, Timestamp now = kNow) const {
    return report_on_token(token, configured(), with_data ? path() : std::filesystem::path(), now).value();
  }

 private:
  testing::TemporaryDirectory directory_;
};

const TokenReport::Line& line(const TokenReport& report, std::string_view what) {
  for (const TokenReport::Line& one : report.lines) {
    if (one.what == what) return one;
  }
  throw std::runtime_error("no such line");
}

}  // namespace

TEST_CASE("Token tool: what is made for an issuer is accepted, and says who") {
  const Folder folder;
  const TrialClaims claims{"ann", "Ann Bo", {"lead", "cook"}, 10min};

  const std::string token = make_trial_token(folder.configured(), "rental", claims, kNow).value();
  const TokenReport report = folder.report(token);

  REQUIRE(report.verified.has_value());
  CHECK(report.verified->user.id == UserId{"ann"});
  CHECK(report.verified->user.name == "Ann Bo");
  CHECK(report.verified->roles == Roles({"editor"}));
  CHECK(report.verified->expires_at == kNow + 10min);
  CHECK(line(report, "alg").said == "HS256");
  CHECK(line(report, "iss").said == "https://rental.example");
  CHECK(report.claims.find(R"("user":{"id":"ann"})") != std::string::npos);
}

TEST_CASE("Token tool: beside what a token says stands what its issuer has to say") {
  const Folder folder;
  const std::string token = make_trial_token(folder.configured(), "rental", {"ann"}, kNow).value();

  const TokenReport late = folder.report(token, false, kNow + 1h);

  CHECK(late.refusal == "The token has expired.");
  CHECK(line(late, "exp").said == "2030-03-17T18:01:40.000Z");
  CHECK(line(late, "exp").expected == "after 2030-03-17T18:46:40.000Z");
  CHECK(line(late, "aud").expected == "coterie");
  CHECK(line(late, "alg").expected == "HS256");
  CHECK(line(late, "typ").expected == "at+jwt or JWT");
}

TEST_CASE("Token tool: of an unknown issuer it names those that are known") {
  const Folder folder;
  AuthConfiguration configured = folder.configured();
  const std::string token = make_trial_token(configured, "rental", {"ann"}, kNow).value();
  configured.issuers.erase(configured.issuers.begin(), configured.issuers.end());

  const TokenReport report = report_on_token(token, std::move(configured), {}, kNow).value();

  CHECK(report.refusal == "The token's issuer is not known here.");
  CHECK(line(report, "iss").expected == "coterie");
  CHECK(folder.report("no token at all").lines.empty());
  CHECK_FALSE(folder.report("no token at all").refusal.empty());
}

TEST_CASE(
    "Token tool: our own tokens are checked with the keys of the data directory, which are never made") {
  const Folder folder;
  CHECK(report_on_token("a.b.c", {}, folder.path(), kNow).value().verified.has_value() == false);
  const TokenKeys keys = TokenKeys::load_or_make(folder.path()).value();
  const std::string token = issue_access_token(keys, {{UserId{"ann"}, "Ann"}, "family"}, kNow, 15min);

  CHECK(folder.report(token, true).verified.has_value());
  CHECK_FALSE(folder.report(token, false).verified.has_value());
  const Folder empty;
  const Result<TokenReport> without = report_on_token(token, {}, empty.path(), kNow);
  REQUIRE(without.has_error());
  CHECK(without.error().message.find("There is no such file") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(empty.path() / "token-keys.json"));
}

TEST_CASE("Token tool: only an issuer with a secret can be tried, and a name nearly right is told") {
  const Folder folder;
  const auto refusal = [&](const char* name) {
    return make_trial_token(folder.configured(), name, {"ann"}, kNow).error().message;
  };

  CHECK(refusal("rentl").find("the nearest is rental.") != std::string::npos);
  CHECK(refusal("other").find("private key") != std::string::npos);
  CHECK(make_trial_token({}, "rental", {"ann"}, kNow).error().message.find("docs/sign-in.md") !=
        std::string::npos);
}
