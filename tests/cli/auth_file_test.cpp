// What coterie.toml says of signing in: all of it understood, every mistake told with its line.
#include "server/auth_file.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

// A configuration with the files of keys that lie beside it.
class Folder {
 public:
  Folder() {
    write("app.secret", "J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF\n");
    write("app.pem",
          "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
          "-----END PUBLIC KEY-----\n");
    write("keys.json", R"({"keys":[{"kid":"a","kty":"OKP","crv":"Ed25519","use":"sig",)"
                       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  }
  void write(const char* name, std::string_view content) {
    std::ofstream(directory_.path() / name) << content;
  }

  Result<AuthConfiguration> read(std::string_view text) {
    const auto file = parse_config(text, directory_.path() / "a.toml");
    REQUIRE_MESSAGE(file.has_value(), file.error().message);
    return read_auth(*file);
  }
  AuthConfiguration good(std::string_view text) {
    auto made = read(text);
    REQUIRE_MESSAGE(made.has_value(), made.error().message);
    return std::move(*made);
  }
  // Without the folder's name.
  std::string refused(std::string_view text) {
    const auto made = read(text);
    REQUIRE(made.has_error());
    std::string message = made.error().message;
    const std::string folder = directory_.path().string() + "/";
    for (std::size_t at = message.find(folder); at != message.npos; at = message.find(folder))
      message.erase(at, folder.size());
    return message;
  }
  // The refusal of one more line in an issuer that is good.
  std::string refused_in_issuer(const std::string& line,
                                const std::string& file = "secret = \"app.secret\"") {
    return refused("[auth.issuers.app]\nissuer = \"i\"\naudience = \"a\"\n" + file + "\n" + line);
  }

 private:
  testing::TemporaryDirectory directory_;
};

bool says(const std::string& message, std::string_view part) { return message.find(part) != message.npos; }

}  // namespace

TEST_CASE("Auth file: nothing said, the defaults hold and nobody else is trusted") {
  Folder folder;
  const AuthConfiguration made = folder.good("[types.Car]");

  CHECK(made.access_token == 15min);
  CHECK(made.refresh_token == 30 * 24h);
  CHECK_FALSE(made.idle.has_value());
  CHECK(made.sign_ins.per_account == 10);
  CHECK(made.sign_ins.per_address == 30);
  CHECK(made.issuers.empty());
}

TEST_CASE("Auth file: everything that may be said is understood") {
  Folder folder;
  const AuthConfiguration made = folder.good(R"(
[auth]
access_token = "8h"
refresh_token = "7d"
idle = "90m"
sign_ins_per_account = 5
sign_ins_per_address = 100
[auth.issuers.keycloak]
issuer = "https://id.example.com/realms/rental"
audience = "coterie"
algorithm = ["RS256", "EdDSA"]
jwks = "keys.json"
typ = ["JWT", ""]
user_claim = "preferred_username"
name_claim = "given_name"
roles_claim = "realm_access.roles"
user_prefix = "kc:"
default_roles = ["member"]
[auth.issuers.keycloak.roles]
rental-lead = ["editor", "approver"]
boss = "admin"
[auth.issuers.own]
issuer = "rental"
audience = "coterie"
algorithm = "HS256"
secret = "app.secret"
[auth.issuers.third]
issuer = "third"
audience = "coterie"
algorithm = "EdDSA"
key = "app.pem"
)");

  CHECK(made.access_token == 8h);
  CHECK(made.refresh_token == 7 * 24h);
  CHECK(made.idle == 90min);
  CHECK(made.sign_ins.per_account == 5);
  CHECK(made.sign_ins.per_address == 100);
  REQUIRE(made.issuers.size() == 3);
  const auto named = [&](const char* name) -> const OutsideIssuer& {
    for (const IssuerKeys& keys : made.issuers) {
      if (keys.issuer().name == name) return keys.issuer();
    }
    throw std::runtime_error("no such issuer");
  };
  const OutsideIssuer& keycloak = named("keycloak");
  CHECK(keycloak.issuer == "https://id.example.com/realms/rental");
  CHECK(keycloak.algorithms == std::vector{JwsAlgorithm::rs256, JwsAlgorithm::eddsa});
  CHECK(keycloak.types == std::vector<std::string>{"JWT", ""});
  CHECK(keycloak.claims.user == "preferred_username");
  CHECK(keycloak.claims.name == "given_name");
  CHECK(keycloak.claims.roles == "realm_access.roles");
  CHECK(keycloak.claims.user_prefix == "kc:");
  CHECK(keycloak.claims.default_roles == std::vector<std::string>{"member"});
  REQUIRE(keycloak.claims.role_table.has_value());
  CHECK(keycloak.claims.role_table->at("rental-lead") == std::vector<std::string>{"editor", "approver"});
  CHECK(keycloak.claims.role_table->at("boss") == std::vector<std::string>{"admin"});
  CHECK(named("own").source == KeySource::secret);
  CHECK_FALSE(named("own").claims.role_table.has_value());
  CHECK(named("own").types == std::vector<std::string>{"at+jwt", "JWT"});
  CHECK(named("third").algorithms == std::vector{JwsAlgorithm::eddsa});
  CHECK(made.warnings.size() == 1);  // others may read app.secret
}

TEST_CASE("Auth file: a mistake has its line, and the word that was meant") {
  Folder folder;

  CHECK(folder.refused("[auth]\n\nacces_token = \"15m\"") ==
        "a.toml:3: auth.acces_token: This key is not known; did you mean access_token?");
  CHECK(says(folder.refused("[auth.issuers.app]\nisuer = \"i\""), "a.toml:2: auth.issuers.app.isuer: "));
  CHECK(says(folder.refused_in_issuer("algorithm = \"HS265\""),
             "a.toml:5: auth.issuers.app.algorithm: This algorithm is not known; did you mean HS256?"));
  CHECK(says(folder.refused_in_issuer("algorithm = \"none\""), "not known"));
}

TEST_CASE("Auth file: times and numbers have bounds") {
  Folder folder;
  for (const char* line :
       {"access_token = \"9h\"", "access_token = \"30s\"", "access_token = \"\"", "access_token = 900",
        "access_token = \"soon\"", "refresh_token = \"366d\"", "refresh_token = \"\"", "idle = \"1s\"",
        "idle = 5", "sign_ins_per_account = 0", "sign_ins_per_account = -1", "sign_ins_per_address = 10001",
        "sign_ins_per_address = 1.5", "sign_ins_per_address = \"5\"", "issuers = 1"}) {
    CAPTURE(line);
    CHECK(folder.refused(std::string("[auth]\n") + line).starts_with("a.toml:2: auth."));
  }
  CHECK(says(folder.refused("[auth]\naccess_token = \"8h\"\nrefresh_token = \"1h\""),
             "a.toml:3: auth.refresh_token"));
  CHECK_FALSE(folder.good("[auth]\nidle = \"\"").idle.has_value());
}

TEST_CASE("Auth file: an issuer needs its name, its audience, its algorithm and one file of keys") {
  Folder folder;
  const std::string whole = "algorithm = \"HS256\"\n";

  CHECK(says(folder.refused("[auth.issuers.app]\naudience = \"a\"\nsecret = \"app.secret\"\n" + whole),
             "needs `issuer`"));
  CHECK(says(folder.refused("[auth.issuers.app]\nissuer = \"i\"\nsecret = \"app.secret\"\n" + whole),
             "needs `audience`"));
  CHECK(says(folder.refused_in_issuer(""), "needs `algorithm`"));
  CHECK(says(folder.refused_in_issuer(whole, ""), "needs one of `secret`, `key` and `jwks`"));
  CHECK(
      says(folder.refused_in_issuer(whole + "key = \"app.pem\""), "needs one of `secret`, `key` and `jwks`"));
  CHECK(says(folder.refused_in_issuer(whole, "secret = \"\""), "names no file"));
  CHECK(says(folder.refused_in_issuer("algorithm = []"), "names no algorithm"));
  CHECK(says(folder.refused_in_issuer("algorithm = [\"HS256\", \"HS256\"]"), "twice"));
  CHECK(says(folder.refused_in_issuer("algorithm = [\"HS256\", \"RS256\"]"), "only the keys of a JWKS"));
  CHECK(says(folder.refused_in_issuer(whole + "typ = []"), "names no type"));
  CHECK(says(folder.refused_in_issuer(whole + "user_claim = \"\""), "names no claim"));
  CHECK(says(folder.refused_in_issuer(whole + "user_prefix = \"a\\nb\""), "printable"));
  CHECK(says(folder.refused_in_issuer(whole + "default_roles = [\"\"]"), "auth.issuers.app.default_roles: "));
  CHECK(says(folder.refused_in_issuer(whole + "roles = {x = \"a\\tb\"}"), "auth.issuers.app.roles.x: "));
  CHECK(says(folder.refused_in_issuer(whole + "roles = [\"a\"]"), "This must be a table."));
  CHECK(says(folder.refused("[auth.issuers]\napp = 1"), "a.toml:2: auth.issuers.app: This must be a table."));
}

TEST_CASE("Auth file: two issuers of one name, or one called as we are, are refused [law 8]") {
  Folder folder;
  const auto issuer = [](const std::string& name, const std::string& iss) {
    return "[auth.issuers." + name + "]\nissuer = \"" + iss +
           "\"\naudience = \"a\"\nalgorithm = \"HS256\"\n" + "secret = \"app.secret\"\n";
  };

  CHECK(says(folder.refused(issuer("b", "coterie")),
             "a.toml:2: auth.issuers.b.issuer: This is the issuer of our own"));
  CHECK(says(folder.refused(issuer("b", "same") + issuer("c", "same")), "is called the same"));
  CHECK(folder.good(issuer("b", "one") + issuer("c", "two")).issuers.size() == 2);
  std::string many;
  for (int i = 0; i < 17; ++i) many += issuer("i" + std::to_string(i), "iss" + std::to_string(i));
  CHECK(says(folder.refused(many), "auth.issuers: This table may hold 16 at most."));
}

TEST_CASE("Auth file: a key that cannot be used stops the start, with the line that names it") {
  Folder folder;
  folder.write("weak.secret", "0123456789");

  CHECK(folder.refused_in_issuer("algorithm = \"HS256\"", "secret = \"missing\"")
            .starts_with("a.toml:4: auth.issuers.app.secret: missing: This file cannot be read"));
  CHECK(says(folder.refused_in_issuer("algorithm = \"HS256\"", "secret = \"weak.secret\""), "too short"));
  CHECK_FALSE(
      says(folder.refused_in_issuer("algorithm = \"HS256\"", "secret = \"weak.secret\""), "0123456789"));
  CHECK(says(folder.refused_in_issuer("algorithm = \"RS256\"", "key = \"app.pem\""), "no RSA key"));
  CHECK(
      says(folder.refused_in_issuer("algorithm = \"ES256\"", "jwks = \"keys.json\""), "None of these keys"));
  CHECK(says(folder.refused_in_issuer("algorithm = \"HS256\"", "secret = \"app.pem\""), "PEM"));
}
