// The requests of one session that wait for their answer: no number twice, not too many, none for ever.
//
//   begin ──▶ waiting ── end ──▶ gone (answered)
//                └── sweep, an edit after 10 s ──▶ overdue (answered `unavailable`) ── end ──▶ gone (dropped)
//
// Thread: loop. Law 6.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace coterie {

class InFlight {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Kind { edit, other };  // an edit is answered in time, be its outcome unknown
  struct Request {
    Kind kind;
    Time since;
    bool overdue;
    std::string_view type;
  };

  explicit InFlight(std::size_t most) : most_(most) {}

  // Errors: id_reused (to be sent without the id), rate_limited.
  // `type` is the request's word on the wire, of a text that stays.
  std::optional<Error> begin(RequestId id, Kind kind, Time now, std::string_view type = {});
  // False: it was overdue and has its answer already. One that never began may be answered.
  bool end(RequestId id);
  const Request* find(RequestId id) const;  // null: it is not waiting; valid until the next call
  bool contains(RequestId id) const { return requests_.contains(id); }
  std::size_t size() const { return requests_.size(); }
  // Edits that have waited too long; each is returned once, and counts until its end comes.
  std::vector<RequestId> sweep(Time now);

 private:
  std::size_t most_;
  std::unordered_map<RequestId, Request> requests_;
};

inline constexpr std::chrono::seconds kMostDecisionTime{10};

}  // namespace coterie
