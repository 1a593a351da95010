// The time of one session's token: warned of its end once, and cut some time after it, so that a client that
// is about to refresh loses nothing. Thread: loop; plain code. Law 8.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "server/net/net_state.hpp"

namespace coterie {

class TokenClock {
 public:
  using Milliseconds = std::chrono::milliseconds;
  enum class Due { nothing, warning, end };

  explicit TokenClock(Milliseconds grace) : grace_(grace) {}

  // `lives`: absent, the token does not expire. Begins anew with each token.
  void begin(std::optional<Milliseconds> lives, SteadyTime now) {
    ends_.reset();
    warned_ = false;
    if (!lives) return;
    ends_ = now + *lives;
    warn_ = *ends_ - std::min<Milliseconds>(kWarning, *lives / 3);
  }

  // What is to be done now. A warning is due once.
  Due look(SteadyTime now) {
    if (!ends_) return Due::nothing;
    if (now >= *ends_ + grace_) return Due::end;
    if (warned_ || now < warn_) return Due::nothing;
    warned_ = true;
    return Due::warning;
  }

  // When to look again.
  SteadyTime next() const {
    if (!ends_) return SteadyTime::max();
    return warned_ ? *ends_ + grace_ : warn_;
  }
  Milliseconds left(SteadyTime now) const {
    if (!ends_ || now >= *ends_) return Milliseconds(0);
    return std::chrono::floor<Milliseconds>(*ends_ - now);
  }
  const std::optional<SteadyTime>& ends() const { return ends_; }

 private:
  // Five minutes before, or a third of a shorter life: when the client is to refresh.
  static constexpr Milliseconds kWarning{300'000};

  Milliseconds grace_;
  std::optional<SteadyTime> ends_;
  SteadyTime warn_{};
  bool warned_ = false;
};

}  // namespace coterie
