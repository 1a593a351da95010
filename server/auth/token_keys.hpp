// The server's own signing keys: secrets for HS256, made at the first start and kept in a file that nobody
// else may read. Two are live, so that they can be changed without signing anybody out: the current one signs
// and verifies, the previous one verifies. Thread: loop. Law 8.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "server/auth/jws_key.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {

class TokenKeys {
 public:
  // The file token-keys.json of this directory; made where it is missing. Error bad_request, with the file's
  // name: others may read it, it is damaged, a key is short or known from examples; unavailable: it cannot be
  // written.
  static Result<TokenKeys> load_or_make(const std::filesystem::path& directory);

  // The same, but never made. Error not_found: there is no file.
  static Result<TokenKeys> load(const std::filesystem::path& directory);
  // None: every token of our own is refused, and none may be made.
  static TokenKeys none() { return TokenKeys({}); }

  // A new key signs from now on, the one before it still verifies, any older is gone: tokens of its are
  // refused. Nothing is changed where the file cannot be written.
  Result<void> rotate();

  const std::string& current_id() const { return keys_.front().id; }
  const JwsKey& current() const { return keys_.front().key; }
  const JwsKey* find(std::string_view id) const;      // null: no such key is live
  std::uint64_t changes() const { return changes_; }  // counts rotations: what was verified before is void

 private:
  struct Key {
    std::string id;
    SecretText secret;
    JwsKey key;
  };
  explicit TokenKeys(std::filesystem::path file) : file_(std::move(file)) {}
  static Result<Key> key_of(std::string id, std::string secret);
  Result<void> read();
  Result<void> write(const std::vector<const Key*>& keys) const;

  std::filesystem::path file_;
  std::vector<Key> keys_;  // the current one first
  std::uint64_t changes_ = 0;
};

}  // namespace coterie
