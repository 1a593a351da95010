#include "server/auth/token_keys.hpp"

#include <boost/json/array.hpp>
#include <optional>
#include <utility>

#include "protocol/base64url.hpp"
#include "protocol/json.hpp"
#include "server/auth/private_file.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostSecretBytes = 4096;
constexpr std::size_t kLiveKeys = 2;
constexpr std::size_t kIdCharacters = 16;  // of base64url: 96 bits, which never meet

Error refusal(const std::filesystem::path& file, std::string_view what) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = file.string() + ": ";
  error.message.append(what);
  return error;
}

bool is_key_id(std::string_view text) { return !text.empty() && text.size() <= 64 && from_base64url(text); }

}  // namespace

Result<TokenKeys::Key> TokenKeys::key_of(std::string id, std::string secret) {
  SecretText kept(std::move(secret));
  Result<JwsKey> key = JwsKey::from_secret(kept.view());
  if (!key) return key.error();
  return Key{std::move(id), std::move(kept), *std::move(key)};
}

Result<TokenKeys> TokenKeys::load(const std::filesystem::path& directory) {
  TokenKeys made(directory / "token-keys.json");
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(made.file_, ignored))) {
    Error error = refusal(made.file_, "There is no such file; a server makes it at its first start.");
    error.code = ErrorCode::not_found;
    return error;
  }
  if (Result<void> read = made.read(); !read) return read.error();
  return made;
}

Result<TokenKeys> TokenKeys::load_or_make(const std::filesystem::path& directory) {
  Result<TokenKeys> loaded = load(directory);
  if (loaded || loaded.error().code != ErrorCode::not_found) return loaded;
  TokenKeys made(directory / "token-keys.json");
  if (Result<void> rotated = made.rotate(); !rotated) return rotated.error();
  return made;
}

Result<void> TokenKeys::rotate() {
  const std::optional<std::string> secret = from_base64url(new_secret());
  Result<Key> fresh = key_of(new_secret().substr(0, kIdCharacters), secret.value());
  if (!fresh) return fresh.error();

  std::vector<const Key*> kept{&*fresh};
  if (!keys_.empty()) kept.push_back(&keys_.front());
  if (Result<void> written = write(kept); !written) return written.error();
  keys_.insert(keys_.begin(), *std::move(fresh));
  if (keys_.size() > kLiveKeys) keys_.erase(keys_.begin() + kLiveKeys, keys_.end());
  ++changes_;
  return {};
}

const JwsKey* TokenKeys::find(std::string_view id) const {
  for (const Key& key : keys_) {
    if (key.id == id) return &key.key;
  }
  return nullptr;
}

Result<void> TokenKeys::read() {
  Result<PrivateFile> file = read_private_file(file_, kMostSecretBytes);
  if (!file) return refusal(file_, "The signing keys cannot be read.");
  if (file->others_may_read) {
    return refusal(
        file_,
        "Others than you may read or change these signing keys, with which anybody signs in as anyone. "
        "Set the mode to 0600; where somebody may have seen them, remove the file, and everybody signs "
        "in anew.");
  }
  const Error damaged =
      refusal(file_, "The signing keys are damaged; remove the file, and everybody signs in anew.");
  const Result<json::value> value = parse_json(file->content, {kMostSecretBytes, 4, 40});
  wipe(file->content);
  const json::value* const list =
      value && value->is_object() ? value->get_object().if_contains("keys") : nullptr;
  if (list == nullptr || !list->is_array()) return damaged;
  for (const json::value& item : list->get_array()) {
    if (!item.is_object()) return damaged;
    const std::string_view id = string_member(item.get_object(), "kid");
    std::optional<std::string> secret = from_base64url(string_member(item.get_object(), "k"));
    if (!is_key_id(id) || !secret || find(id) != nullptr) return damaged;
    Result<Key> key = key_of(std::string(id), *std::move(secret));
    if (!key) return refusal(file_, key.error().message);
    keys_.push_back(*std::move(key));
  }
  if (keys_.empty() || keys_.size() > kLiveKeys) return damaged;
  return {};
}

Result<void> TokenKeys::write(const std::vector<const Key*>& keys) const {
  json::array list;
  for (const Key* key : keys) list.push_back({{"kid", key->id}, {"k", to_base64url(key->secret.view())}});
  std::string text = to_json_text(json::object{{"keys", std::move(list)}}) + '\n';
  Result<void> written = write_private_file(file_, text);
  wipe(text);
  return written;
}

}  // namespace coterie
