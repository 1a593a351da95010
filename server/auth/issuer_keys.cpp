// The keys of an outside issuer, out of its file.
#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/request_error.hpp"
#include "server/auth/outside_issuer.hpp"
#include "server/auth/private_file.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostKeyBytes = 1024 * 1024;
constexpr std::size_t kMostKeys = 64;

bool fits(const json::object& jwk, JwsAlgorithm algorithm) {
  const std::string_view kind = string_member(jwk, "kty");
  const std::string_view curve = string_member(jwk, "crv");
  switch (algorithm) {
    case JwsAlgorithm::hs256:
      return kind == "oct";
    case JwsAlgorithm::rs256:
    case JwsAlgorithm::ps256:
      return kind == "RSA";
    case JwsAlgorithm::es256:
      return kind == "EC" && curve == "P-256";
    case JwsAlgorithm::eddsa:
      return kind == "OKP" && curve == "Ed25519";
  }
  return false;
}

// `use` and `key_ops` say so, where they say anything (RFC 7517 sections 4.2 and 4.3).
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use") && string_member(jwk, "use") != "sig") return false;
  const json::value* const operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  if (!operations->is_array()) return false;
  for (const json::value& operation : operations->get_array()) {
    if (operation.is_string() && operation.get_string() == "verify") return true;
  }
  return false;
}

// Which of the allowed algorithms is this key's. None: the key is for something else and is left out.
std::vector<JwsAlgorithm> algorithms_of(const json::object& jwk, const std::vector<JwsAlgorithm>& allowed) {
  std::vector<JwsAlgorithm> made;
  if (!is_for_signatures(jwk)) return made;
  for (const JwsAlgorithm algorithm : allowed) {
    const bool named = !jwk.contains("alg") || string_member(jwk, "alg") == to_text(algorithm);
    if (named && fits(jwk, algorithm)) made.push_back(algorithm);
  }
  return made;
}

}  // namespace

Error IssuerKeys::refusal(std::string_view what) const {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = issuer_.file.string() + ": ";
  error.message.append(what);
  return error;
}

Result<IssuerKeys> IssuerKeys::load(OutsideIssuer issuer) {
  IssuerKeys made(std::move(issuer));
  Result<PrivateFile> file = read_private_file(made.issuer_.file, kMostKeyBytes);
  if (!file) {
    Error error = file.error();
    error.code = ErrorCode::bad_request;
    return error;
  }
  if (made.issuer_.source == KeySource::jwks) {
    if (Result<void> read = made.read_jwks(file->content); !read) return read.error();
    return made;
  }
  if (made.issuer_.algorithms.size() != 1) return made.refusal("A file with one key has one algorithm.");
  if (made.issuer_.source == KeySource::secret) {
    if (file->others_may_read) {
      made.warning_ = made.issuer_.file.string() +
                      ": Others than the server may read this secret, with which anybody signs tokens.";
    }
    if (Result<void> read = made.read_secret(std::move(file->content)); !read) return read.error();
    return made;
  }
  Result<JwsKey> key = JwsKey::from_pem(made.issuer_.algorithms.front(), file->content);
  if (!key) return made.refusal(key.error().message);
  made.keys_.emplace("", *std::move(key));
  return made;
}

// The bytes as they are; an editor's line end after them is none of them.
Result<void> IssuerKeys::read_secret(std::string content) {
  if (issuer_.algorithms.front() != JwsAlgorithm::hs256) return refusal("A secret is for HS256.");
  const SecretText kept(std::move(content));
  std::string_view secret = kept.view();
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.remove_suffix(1);
  Result<JwsKey> key = JwsKey::from_secret(secret);
  if (!key) return refusal(key.error().message);
  keys_.emplace("", *std::move(key));
  return {};
}

Result<void> IssuerKeys::read_jwks(std::string_view content) {
  const Result<json::value> value = parse_json(content, {kMostKeyBytes, 8, 5000});
  const json::value* const list =
      value && value->is_object() ? value->get_object().if_contains("keys") : nullptr;
  if (list == nullptr || !list->is_array())
    return refusal("This is no JWKS: an object with the list `keys`.");
  if (list->get_array().size() > kMostKeys) return refusal("A JWKS may hold 64 keys at most.");
  for (const json::value& item : list->get_array()) {
    if (!item.is_object()) return refusal("A key of a JWKS is an object.");
    const json::object& jwk = item.get_object();
    const std::vector<JwsAlgorithm> algorithms = algorithms_of(jwk, issuer_.algorithms);
    if (algorithms.empty()) continue;
    const std::string id(string_member(jwk, "kid"));
    const std::string named = id.empty() ? "A key without `kid`: " : "The key " + coterie::quoted(id) + ": ";
    if (algorithms.size() > 1) return refusal(named + "It does not say for which algorithm it is (`alg`).");
    Result<JwsKey> key = JwsKey::from_jwk(algorithms.front(), jwk);
    if (!key) return refusal(named + key.error().message);
    if (!keys_.emplace(id, *std::move(key)).second) return refusal(named + "Another one is called the same.");
  }
  if (keys_.empty()) return refusal("None of these keys signs with an algorithm of this issuer.");
  if (keys_.size() > 1 && keys_.contains("")) return refusal("Of several keys each needs a `kid`.");
  by_id_ = !keys_.contains("");
  return {};
}

// `kid` is a word to look up, nothing else. Where there is one key, a token need not name it.
const JwsKey* IssuerKeys::find(std::string_view id) const {
  if (!by_id_ || (id.empty() && keys_.size() == 1)) return &keys_.begin()->second;
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace coterie
