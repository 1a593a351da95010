#include "server/auth/token_cache.hpp"

#include <sodium.h>

#include "server/auth/secret_text.hpp"

namespace coterie {

TokenCache::TokenCache(std::size_t most) : most_(most) {
  begin_sodium();
  randombytes_buf(key_.data(), key_.size());
}

TokenCache::Hash TokenCache::hash_of(std::string_view token) const {
  Hash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), key_.data(), key_.size());
  return hash;
}

const VerifiedToken* TokenCache::find(std::string_view token, Timestamp now) {
  const auto found = by_hash_.find(hash_of(token));
  if (found == by_hash_.end()) return nullptr;
  const auto entry = found->second;
  if (now >= entry->verified.expires_at + kTokenLeeway) {
    by_hash_.erase(found);
    entries_.erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->verified;
}

void TokenCache::keep(std::string_view token, const VerifiedToken& verified) {
  if (most_ == 0) return;
  const Hash hash = hash_of(token);
  if (by_hash_.contains(hash)) return;
  if (entries_.size() == most_) {
    by_hash_.erase(entries_.back().hash);
    entries_.pop_back();
  }
  entries_.push_front({hash, verified});
  by_hash_.emplace(hash, entries_.begin());
}

void TokenCache::clear() {
  by_hash_.clear();
  entries_.clear();
}

}  // namespace coterie
