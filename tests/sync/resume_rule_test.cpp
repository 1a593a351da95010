#include "server/sync/resume_rule.hpp"

#include <doctest/doctest.h>

using namespace coterie;

namespace {

const ResumeRange kWindow{Epoch{"now"}, Seq{100}, Seq{40}};

Position at(std::uint64_t seq, const char* epoch = "now") { return {Epoch{epoch}, Seq{seq}}; }

}  // namespace

TEST_CASE("Resume: inside the window a subscription goes on from where its client stands [law 3]") {
  for (const std::uint64_t seq : {40, 41, 99, 100}) {
    const ResumeDecision decision = decide_resume({}, at(seq), kWindow);
    CHECK(decision.status == SubscriptionStatus::recovered);
    CHECK(decision.from == Seq{seq});
  }
}

TEST_CASE("Resume: outside of it there is a snapshot, and the reason [law 3]") {
  const auto reason = [](const Position& position) {
    const ResumeDecision decision = decide_resume({}, position, kWindow);
    CHECK(decision.status == SubscriptionStatus::resync);
    return decision.reason;
  };

  CHECK(reason(at(50, "before")) == "epoch");
  CHECK(reason(at(101)) == "epoch");  // ahead of the server
  CHECK(reason(at(39)) == "trimmed");
}

TEST_CASE("Resume: a subscription's own position goes before the hello's, and null asks for a snapshot") {
  Subscribe named;
  named.position = at(70);
  named.position_named = true;
  Subscribe null;
  null.position_named = true;

  CHECK(decide_resume(named, at(90), kWindow).from == Seq{70});
  CHECK(decide_resume(null, at(90), kWindow).status == SubscriptionStatus::fresh);
  CHECK(decide_resume({}, std::nullopt, kWindow).status == SubscriptionStatus::fresh);
}
