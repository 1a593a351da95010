// Who has run into which limit, how often, and when last: what an administrator looks at when the figure of
// /metrics grows, which names nobody. Since the start of the process. Thread: loop. Law 6: of users the 1000
// rows that were hit last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/types.hpp"

namespace coterie {

class Metrics;

class LimitHits {
 public:
  static constexpr std::size_t kMostRows = 1000;

  struct Hits {
    std::uint64_t count = 0;
    Timestamp last;
  };
  struct UserRow {
    UserId user;
    std::string limit;
    Hits hits;
  };

  LimitHits(Metrics& metrics, std::function<Timestamp()> now) : metrics_(metrics), now_(std::move(now)) {}

  // Counts it in the metrics too. `limit` is one of the words of coterie_limit_hits_total; the user may not
  // be known yet.
  void note(std::string_view limit, const UserId& user = {});

  const std::map<std::string, Hits, std::less<>>& by_limit() const { return by_limit_; }
  const std::list<UserRow>& by_user() const { return by_user_; }  // the last hit first

 private:
  using Rows = std::list<UserRow>;

  Metrics& metrics_;
  std::function<Timestamp()> now_;
  std::map<std::string, Hits, std::less<>> by_limit_;
  Rows by_user_;
  std::map<std::pair<UserId, std::string>, Rows::iterator> places_;
};

}  // namespace coterie
