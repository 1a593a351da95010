// A token, as it is or as somebody who has the secret of an outside issuer could make it: refused in words
// that repeat nothing, or it has one form only and becomes a user that can be one here.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "protocol/base64url.hpp"
#include "protocol/names.hpp"
#include "server/auth/token_verifier.hpp"

namespace {

using namespace coterie;

constexpr std::string_view kSecret = "J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF";
constexpr Timestamp kNow{std::chrono::seconds(1'900'000'000)};

void check(bool holds) {
  if (!holds) std::abort();
}

// Knows one issuer; its own keys are gone from the disk once they are read.
class World {
 public:
  World() {
    std::vector<IssuerKeys> all;
    all.push_back(IssuerKeys::load(issuer()).value());
    verifier_.set_issuers(std::move(all));
    std::filesystem::remove_all(path_);
  }
  Result<VerifiedToken> verify(std::string_view token) { return verifier_.verify(token, kNow); }

 private:
  static std::filesystem::path directory() {
    std::string path = (std::filesystem::temp_directory_path() / "coterie-fuzz-XXXXXX").string();
    check(mkdtemp(path.data()) != nullptr);
    return path;
  }
  OutsideIssuer issuer() const {
    OutsideIssuer made;
    made.name = "app";
    made.issuer = "https://id.example.com";
    made.audience = "coterie";
    made.algorithms = {JwsAlgorithm::hs256};
    made.source = KeySource::secret;
    made.file = path_ / "app.secret";
    made.claims.roles = "realm_access.roles";
    std::ofstream(made.file) << kSecret;
    return made;
  }

  std::filesystem::path path_ = directory();
  TokenKeys keys_ = TokenKeys::load_or_make(path_).value();
  TokenVerifier verifier_{keys_};
};

void check_token(World& world, std::string_view token) {
  const Result<TokenForm> form = read_token(token);
  const Result<VerifiedToken> verified = world.verify(token);
  if (form) {
    check(std::string(form->signed_text) + '.' + to_base64url(form->signature) == token);
  } else {
    check(!verified);
  }
  if (!verified) {
    check(verified.error().code == ErrorCode::unauthorized && !verified.error().message.empty());
    return;
  }
  check(string_member(form->header, "alg") == "HS256");
  check(verified->issuer == "app" && is_label(verified->user.id.value()) && is_label(verified->user.name));
  check(verified->expires_at + kTokenLeeway > kNow);
  check(verified->roles.names().size() <= 64 && !verified->roles.has(kAdminRole));
  const Result<VerifiedToken> again = world.verify(token);  // from the cache
  check(again && again->user.id == verified->user.id && again->roles == verified->roles);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_token(world, text);

  // A header and claims, signed.
  const std::size_t end = text.find('\n');
  if (end == text.npos) return 0;
  std::string token = to_base64url(text.substr(0, end));
  token += '.';
  token += to_base64url(text.substr(end + 1));
  const std::string mac = hmac_sha256(kSecret, token);
  token += '.';
  token += to_base64url(mac);
  check_token(world, token);
  return 0;
}
