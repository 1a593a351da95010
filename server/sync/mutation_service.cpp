#include "server/sync/mutation_service.hpp"

#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/subscription_service.hpp"

namespace coterie {
namespace {

std::string_view outcome_word(const MutationOutcome& outcome) {
  if (std::holds_alternative<CommittedAnswer>(outcome)) return "committed";
  if (std::holds_alternative<Repeated>(outcome)) return "repeated";
  if (std::holds_alternative<Conflict>(outcome)) return "conflict";
  if (const auto* rejected = std::get_if<Rejected>(&outcome)) return to_text(rejected->code);
  return to_text(std::get<Error>(outcome).code);
}

// Whether the conflict is in the inbox, or why it is not: "yes", "no", "limit", "too_large".
std::string_view stored_word(const Conflict& conflict) {
  if (!conflict.not_stored.empty()) return conflict.not_stored;
  return conflict.conflict_id ? "yes" : "no";
}

// To the type that a requester is answered with: the same alternatives, among others.
Answer to_answer(MutationOutcome outcome) {
  return std::visit([](auto&& alternative) { return Answer{std::move(alternative)}; }, std::move(outcome));
}

}  // namespace

MutationService::MutationService(Sequencer& sequencer, Hub& hub, RequesterTable& requesters, RoomState& state,
                                 Metrics& metrics, Log& log, Now now)
    : sequencer_(sequencer),
      hub_(hub),
      requesters_(requesters),
      state_(state),
      metrics_(metrics),
      log_(log),
      now_(std::move(now)) {
  hub_.when_turned([this](const TurnReport& report) { turned(report); });
}

void MutationService::mutate(Requester& requester, RequestId id, Mutation mutation) {
  const Ticket ticket{requester.number(), id};
  if (sequencer_.submit(Submission{ticket, requester.author(), std::move(mutation)})) return;
  Error error =
      refusal_for_now(ErrorCode::overloaded, "Too many edits wait to be decided; send it again shortly.",
                      std::chrono::milliseconds(250));
  metrics_.edit(to_text(error.code));
  requester.answer(id, std::move(error));
}

void MutationService::group_done(GroupOutcome outcome, SubscriptionService& subscriptions) {
  if (!outcome.decided.empty()) metrics_.group(outcome.decided.size(), outcome.commit_time);
  for (Decided& decided : outcome.decided) answer(std::move(decided));
  const std::vector<RoomWord> words = state_.locks.group_done(outcome);
  hub_.publish(outcome.events, outcome.watched, words, outcome.committed_at);
  if (done_) done_(outcome);
  for (SnapshotTaken& snapshot : outcome.snapshots) subscriptions.snapshot_taken(std::move(snapshot));
  subscriptions.published();
}

void MutationService::answer(Decided decided) {
  Requester* requester = requesters_.find(decided.ticket.requester);
  metrics_.edit(outcome_word(decided.outcome));
  note(requester, decided.outcome);
  if (requester) requester->answer(decided.ticket.request, to_answer(std::move(decided.outcome)));
}

void MutationService::note(const Requester* requester, const MutationOutcome& outcome) {
  const std::string_view user = requester ? std::string_view(requester->author().user.value()) : "";
  const std::string_view session = requester ? std::string_view(requester->author().session.value()) : "";
  if (const auto* conflict = std::get_if<Conflict>(&outcome)) {
    log_.info("conflict", {{"user", user},
                           {"session", session},
                           {"mutation", std::string_view(conflict->mutation_id.value())},
                           {"type", std::string_view(conflict->key.type.value())},
                           {"id", std::string_view(conflict->key.id.value())},
                           {"base", static_cast<std::int64_t>(conflict->base_version.value())},
                           {"current", static_cast<std::int64_t>(conflict->current_version.value())},
                           {"stored", stored_word(*conflict)}});
  } else if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
    log_.info("rejected", {{"user", user},
                           {"session", session},
                           {"mutation", std::string_view(rejected->mutation_id.value())},
                           {"code", to_text(rejected->code)},
                           {"op", static_cast<std::int64_t>(rejected->op_index)}});
  } else if (const auto* error = std::get_if<Error>(&outcome)) {
    log_.warn("undecided", {{"user", user}, {"session", session}, {"code", to_text(error->code)}});
  }
}

void MutationService::turned(const TurnReport& report) {
  if (report.committed_at && report.deliveries > 0) {
    metrics_.delivered(report.deliveries,
                       std::chrono::duration_cast<std::chrono::microseconds>(now_() - *report.committed_at));
  }
  for (std::size_t i = 0; i < report.ring_stretches; ++i) metrics_.caught_up("ring");
  for (std::size_t i = 0; i < report.log_stretches; ++i) metrics_.caught_up("log");
  metrics_.rooms(report.rooms);
  metrics_.subscriptions(report.memberships);
}

}  // namespace coterie
