// Tokens that have been verified, so that each request over HTTP does not pay for a signature again: found by
// a keyed hash of their text, the one used longest ago goes when it is full. Only good tokens get in, so that
// nobody fills it with bad ones. Thread: one. Law 6.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <map>
#include <string_view>

#include "server/auth/verified_token.hpp"

namespace coterie {

class TokenCache {
 public:
  explicit TokenCache(std::size_t most);

  // Null: not there, or over. Valid until the next call.
  const VerifiedToken* find(std::string_view token, Timestamp now);
  void keep(std::string_view token, const VerifiedToken& verified);
  void clear();
  std::size_t size() const { return entries_.size(); }

 private:
  using Hash = std::array<unsigned char, 32>;
  struct Entry {
    Hash hash;
    VerifiedToken verified;
  };
  Hash hash_of(std::string_view token) const;

  std::size_t most_;
  Hash key_;                  // so that what collides cannot be computed outside
  std::list<Entry> entries_;  // the one used last stands first
  std::map<Hash, std::list<Entry>::iterator> by_hash_;
};

}  // namespace coterie
