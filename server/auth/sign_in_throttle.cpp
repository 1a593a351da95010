#include "server/auth/sign_in_throttle.hpp"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "server/auth/secret_text.hpp"

namespace coterie {
namespace {

using std::chrono::milliseconds;

// 1, 2, 4 ... 60 seconds.
std::chrono::seconds wait_after(int strikes) {
  const int doublings = std::min(strikes - 1, 6);
  return std::min(FailureCounts::kFirstWait * (1 << doublings), FailureCounts::kLongestWait);
}

constexpr int kMostStrikes = 8;  // so that an attack of a night is forgiven in minutes

}  // namespace

int FailureCounts::strikes_at(const Entry& entry, Timestamp now) {
  if (now <= entry.last) return entry.strikes;
  const auto forgiven = (now - entry.last) / kWindow;
  return forgiven >= entry.strikes ? 0 : entry.strikes - static_cast<int>(forgiven);
}

std::optional<milliseconds> FailureCounts::refused(std::uint64_t key, Timestamp now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  if (now < entry.until) return std::min<milliseconds>(entry.until - now, kLongestWait);
  const bool punished = strikes_at(entry, now) > 0;
  const int failures = now - entry.window < kWindow ? entry.failures : 0;
  const bool full =
      punished ? entry.attempts >= std::max(limit_ / 10, 1) : failures + entry.attempts >= limit_;
  if (full) return kFirstWait;
  return std::nullopt;
}

void FailureCounts::begin(std::uint64_t key, Timestamp now) { ++touch(key, now).attempts; }

void FailureCounts::failed(std::uint64_t key, Timestamp now) {
  Entry& entry = touch(key, now);
  if (entry.attempts > 0) --entry.attempts;
  if (entry.failures == 0 || now - entry.window >= kWindow) {
    entry.failures = 0;
    entry.window = now;
  }
  ++entry.failures;
  entry.last = now;
  if (entry.strikes == 0 && entry.failures < limit_) return;
  entry.strikes = std::min(entry.strikes + 1, kMostStrikes);
  entry.failures = 0;
  entry.until = now + wait_after(entry.strikes);
  punished_.splice(punished_.end(), entry.strikes == 1 ? counted_ : punished_, entry.place);
}

void FailureCounts::ended(std::uint64_t key) {
  const auto found = entries_.find(key);
  if (found != entries_.end() && found->second.attempts > 0) --found->second.attempts;
}

void FailureCounts::clear(std::uint64_t key) {
  if (const auto found = entries_.find(key); found != entries_.end()) forget(found);
}

// The entry of a key, made where there is none, with what time has forgiven, as the one seen last.
FailureCounts::Entry& FailureCounts::touch(std::uint64_t key, Timestamp now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= most_) make_room(now);
    found = entries_.emplace(key, Entry{}).first;
    found->second.place = counted_.insert(counted_.end(), key);
    return found->second;
  }
  Entry& entry = found->second;
  std::list<std::uint64_t>& before = entry.strikes > 0 ? punished_ : counted_;
  const int strikes = strikes_at(entry, now);
  if (strikes < entry.strikes) {
    entry.last += kWindow * (entry.strikes - strikes);
    entry.strikes = strikes;
  }
  std::list<std::uint64_t>& after = entry.strikes > 0 ? punished_ : counted_;
  after.splice(after.end(), before, entry.place);
  return entry;
}

void FailureCounts::make_room(Timestamp now) {
  if (!punished_.empty()) {
    const auto oldest = entries_.find(punished_.front());
    if (counted_.empty() || strikes_at(oldest->second, now) == 0) return forget(oldest);
  }
  if (!counted_.empty()) forget(entries_.find(counted_.front()));
}

void FailureCounts::forget(Entries::iterator entry) {
  (entry->second.strikes > 0 ? punished_ : counted_).erase(entry->second.place);
  entries_.erase(entry);
}

SignInThrottle::SignInThrottle(SignInLimits limits)
    : accounts_(limits.per_account, limits.remembered), addresses_(limits.per_address, limits.remembered) {
  begin_sodium();
  randombytes_buf(hash_key_.data(), hash_key_.size());
}

std::optional<milliseconds> SignInThrottle::refused(std::string_view account, std::string_view address,
                                                    Timestamp now) const {
  return std::max(accounts_.refused(key_of(account), now),
                  addresses_.refused(key_of(throttled_address(address)), now));
}

std::optional<milliseconds> SignInThrottle::begin(std::string_view account, std::string_view address,
                                                  Timestamp now) {
  if (const auto wait = refused(account, address, now)) return wait;
  accounts_.begin(key_of(account), now);
  addresses_.begin(key_of(throttled_address(address)), now);
  return std::nullopt;
}

void SignInThrottle::failed(std::string_view account, std::string_view address, Timestamp now) {
  accounts_.failed(key_of(account), now);
  addresses_.failed(key_of(throttled_address(address)), now);
}

void SignInThrottle::succeeded(std::string_view account, std::string_view address) {
  accounts_.clear(key_of(account));
  addresses_.ended(key_of(throttled_address(address)));
}

void SignInThrottle::dropped(std::string_view account, std::string_view address) {
  accounts_.ended(key_of(account));
  addresses_.ended(key_of(throttled_address(address)));
}

std::uint64_t SignInThrottle::key_of(std::string_view text) const {
  static_assert(std::tuple_size_v<decltype(hash_key_)> == crypto_shorthash_KEYBYTES);
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   hash_key_.data());
  std::uint64_t key = 0;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

std::string throttled_address(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
  if (!is_mapped) std::fill(bytes.begin() + 8, bytes.end(), 0);
  std::array<char, INET6_ADDRSTRLEN> shown{};
  inet_ntop(is_mapped ? AF_INET : AF_INET6, bytes.data() + (is_mapped ? 12 : 0), shown.data(), shown.size());
  return is_mapped ? std::string(shown.data()) : std::string(shown.data()) + "/64";
}

}  // namespace coterie
