// How often somebody may try to sign in. Failures are counted by account and by address; whoever has had too
// many waits, each time twice as long. An attempt counts from its beginning, so that many at once gain
// nothing.
//
//     fresh --- failures within a minute reach the limit ---> punished: a wait after each failure, 1 s to 60
//     s,
//       ^                                                        |      and few attempts at once
//       +--- a minute without failure for each step; success, of an account ---+
//
// Memory is bounded: who was counted longest ago makes room, who is punished only when nobody else is left.
// So whoever makes up names pushes out made-up names. Thread: loop. Law 6.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/types.hpp"

namespace coterie {

struct SignInLimits {
  int per_account = 10;  // failures within a minute; after so many there is a wait
  int per_address = 30;
  std::size_t remembered = 20'000;  // accounts, and as many addresses
};

// The failures of many keys, each a number (see SignInThrottle).
class FailureCounts {
 public:
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::chrono::seconds kFirstWait{1};
  static constexpr std::chrono::seconds kLongestWait{60};

  FailureCounts(int limit, std::size_t most) : limit_(limit), most_(most) {}

  std::optional<std::chrono::milliseconds> refused(std::uint64_t key, Timestamp now) const;
  void begin(std::uint64_t key, Timestamp now);
  void failed(std::uint64_t key, Timestamp now);
  void ended(std::uint64_t key);  // an attempt that says nothing
  void clear(std::uint64_t key);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    int attempts = 0;    // under way
    int failures = 0;    // since `window`
    int strikes = 0;     // failures beyond the limit; more than 0: punished
    Timestamp window{};  // the first of `failures`
    Timestamp last{};    // failure
    Timestamp until{};   // no attempt before
    std::list<std::uint64_t>::iterator place{};
  };
  using Entries = std::map<std::uint64_t, Entry>;
  static int strikes_at(const Entry& entry, Timestamp now);
  Entry& touch(std::uint64_t key, Timestamp now);
  void make_room(Timestamp now);
  void forget(Entries::iterator entry);

  int limit_;
  std::size_t most_;
  Entries entries_;
  std::list<std::uint64_t> counted_;  // the one seen last stands last; likewise:
  std::list<std::uint64_t> punished_;
};

class SignInThrottle {
 public:
  explicit SignInThrottle(SignInLimits limits = {});

  // Before each attempt: how long to wait, or nothing, and then the attempt is under way until one of the
  // three below is called for it, with the same account and address.
  std::optional<std::chrono::milliseconds> begin(std::string_view account, std::string_view address,
                                                 Timestamp now);
  void failed(std::string_view account, std::string_view address, Timestamp now);
  void succeeded(std::string_view account, std::string_view address);  // clears the account, not the address
  void dropped(std::string_view account, std::string_view address);    // not tried: overloaded, no memory

  // How long the next attempt would wait; begins none.
  std::optional<std::chrono::milliseconds> refused(std::string_view account, std::string_view address,
                                                   Timestamp now) const;

  std::size_t remembered() const { return accounts_.size() + addresses_.size(); }

 private:
  std::uint64_t key_of(std::string_view text) const;

  std::array<unsigned char, 16> hash_key_{};  // so that nobody can choose names that collide with another's
  FailureCounts accounts_;
  FailureCounts addresses_;
};

// An IPv4 address as it is, also where it stands in an IPv6 one; of other IPv6 addresses the first 64 bits,
// because whoever has one has all of them. Any other text as it is.
std::string throttled_address(std::string_view address);

}  // namespace coterie
