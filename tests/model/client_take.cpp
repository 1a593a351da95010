// What the client does with what it is told.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "tests/model/answer_check.hpp"
#include "tests/model/breach.hpp"
#include "tests/model/client.hpp"
#include "tests/model/server.hpp"
#include "tests/model/session.hpp"

namespace coterie::model {
namespace {

namespace json = boost::json;

std::string word(const json::object& message, std::string_view member) {
  return std::string(message.at(member).as_string());
}
std::uint64_t number_of(const json::value& value) { return value.to_number<std::uint64_t>(); }
Seq seq_of(const json::object& message) { return Seq{number_of(message.at("position").at("seq"))}; }

}  // namespace

void Client::read(const Oracle& oracle) {
  if (state_ == State::offline) return;
  if (const auto code = line_->closed()) {
    if (*code == CloseCode::replaced) resume_.reset();
    snap();
    return;
  }
  const FramePtr frame = line_->read();
  if (!frame) return;
  try {
    take_frame(*frame, oracle);
  } catch (const Breach& breach) {
    std::string told = std::string(breach.what()) + "\n" + label_;
    for (const std::string& line : recent_) told += "\n  " + line;
    throw Breach(told);
  }
  if (dice_.one_in(20)) compare(oracle);
}

void Client::take_frame(const Frame& frame, const Oracle& oracle) {
  frame_.emplace(position_.seq);
  std::string_view rest = frame.payload();
  while (true) {
    const std::size_t end = rest.find('\n');
    const std::string_view text = rest.substr(0, end);
    note("hears", text);
    take(json::parse(text).as_object(), text, oracle);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  frame_->finish(position_.seq, wanting(), oracle);
  frame_.reset();
}

void Client::take(const json::object& message, std::string_view text, const Oracle& oracle) {
  if (message.contains("id")) return take_answer(message, text, oracle);
  take_push(message, text, oracle);
}

std::vector<Wanting> Client::wanting() const {
  std::vector<Wanting> rooms;
  for (const auto& [number, sub] : subs_) {
    if (sub.joined) rooms.push_back({number, sub.replica.room(), sub.from, sub.leaving});
  }
  return rooms;
}

void Client::move_to(Seq seq) { position_.seq = std::max(position_.seq, seq); }

void Client::end(std::uint64_t number) {
  const auto found = subs_.find(number);
  if (found == subs_.end()) return;
  if (found->second.joined) frame_->left({number, found->second.replica.room(), found->second.from, true});
  subs_.erase(found);
}

// ---- pushes ----

void Client::take_push(const json::object& message, std::string_view text, const Oracle& oracle) {
  const std::string type = word(message, "type");
  if (type == "event") return take_event(message, text, oracle);
  if (type == "enter" || type == "gone") return take_membership(message, text, oracle);
  if (type == "snapshot" && !message.contains("entities")) return move_to(seq_of(message));
  if (type == "snapshot") return take_page(message, number_of(message.at("subscription")), true, oracle);
  if (type == "unsubscribed") {
    const std::string code = word(message, "code");
    require(code == "overloaded" || code == "unavailable", "a room was ended: " + std::string(text));
    return end(number_of(message.at("subscription")));
  }
  if (type == "ping") {
    move_to(Seq{number_of(message.at("seq"))});
    line_->request("{\"type\":\"pong\"}");
    return;
  }
  require(type == "notification" || type == "error", "an unknown push: " + std::string(text));
}

void Client::take_event(const json::object& message, std::string_view text, const Oracle& oracle) {
  const EntityKey key{EntityType{word(message, "entityType")}, EntityId{word(message, "entityId")}};
  const Seq seq{number_of(message.at("seq"))};
  if (const std::uint64_t number = frame_->take_late(seq, text)) {
    Sub& sub = subs_.at(number);
    if (!sub.leaving && !sub.watch_only) sub.replica.take_event(message, true);
    return;
  }
  frame_->event(seq, key, text, oracle);
  require(word(message, "sessionId") != session_id_ || !fresh_.contains(word(message, "mutationId")),
          "an event before the answer to what made it: " + std::string(text));
  for (auto& [number, sub] : subs_) {
    const bool applies = sub.joined && !sub.leaving && !sub.watch_only && sub.from < seq;
    if (applies && sub.replica.covers(key)) sub.replica.take_event(message);
  }
  move_to(seq);
}

void Client::take_membership(const json::object& message, std::string_view text, const Oracle& oracle) {
  const EntityKey key{EntityType{word(message, "entityType")}, EntityId{word(message, "entityId")}};
  const Seq seq{number_of(message.at("seq"))};
  const Membership membership = word(message, "type") == "enter" ? Membership::enters : Membership::leaves;
  std::vector<SubscriptionId> numbers;
  for (const json::value& number : message.at("subscriptions").as_array())
    numbers.emplace_back(number_of(number));
  const bool again = frame_->take_late(seq, text) != 0;
  if (!again) {
    frame_->membership(membership, numbers, seq, key, text, oracle);
    move_to(seq);
  }
  for (const SubscriptionId number : numbers) {
    const auto found = subs_.find(number.value());
    require(found != subs_.end() && found->second.joined, "an enter or a gone of a room that is not held");
    Sub& sub = found->second;
    if (sub.leaving || sub.watch_only) continue;
    if (membership == Membership::enters) {
      sub.replica.take_enter(message, again);
    } else {
      sub.replica.take_gone(key.id.value(), again);
    }
  }
}

// ---- answers ----

void Client::take_answer(const json::object& message, std::string_view text, const Oracle& oracle) {
  const auto found = pending_.find(number_of(message.at("id")));
  require(found != pending_.end(), "an answer that nobody waits for: " + std::string(text));
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  const std::string type = word(message, "type");
  if (type == "error") return take_error(message, pending);
  const auto fits = [&](Kind kind) {
    require(pending.kind == kind, "an answer to something else: " + std::string(text));
  };
  if (type == "welcome") {
    fits(Kind::hello);
    take_welcome(message);
  } else if (type == "subscribed") {
    fits(Kind::subscribe);
    take_page(message, pending.subscription, !pending.message.contains("cursor"), oracle);
  } else if (type == "unsubscribed") {
    fits(Kind::unsubscribe);
    end(pending.subscription);
  } else if (type == "pong") {
    fits(Kind::ping);
    move_to(Seq{number_of(message.at("seq"))});
  } else if (type == "entity") {
    fits(Kind::get);
    check_entity(pending.message, message, oracle);
  } else if (type == "entities") {
    fits(Kind::list);
    check_list(pending.message, message, oracle);
  } else if (type == "events") {
    fits(Kind::history);
    check_history(pending.message, message, oracle);
  } else {
    fits(Kind::mutate);
    take_decision(message, text, pending);
  }
}

void Client::take_welcome(const json::object& message) {
  state_ = State::online;
  resume_ = word(message, "resume");
  session_id_ = word(message, "sessionId");
  position_ = {Epoch{std::string(message.at("position").at("epoch").as_string())}, seq_of(message)};
  frame_.emplace(position_.seq);
  const json::array& states = message.at("subscriptions").as_array();
  require(states.size() == subs_.size(), "a welcome does not tell of every subscription");
  for (const json::value& one : states) {
    Sub& sub = subs_.at(number_of(one.at("subscription")));
    std::string status(one.at("status").as_string());
    if (status == "resync") status = std::string(one.at("reason").as_string());
    const bool trimmed = *sub.promised == "recovered" && status == "trimmed";
    require(status == *sub.promised || trimmed,
            "a subscription was to be " + *sub.promised + " and is " + status);
    sub.joined = status == "recovered";
    if (sub.joined) continue;
    sub.watch_only = false;
    sub.replica.drop_cursor();
  }
}

void Client::take_page(const json::object& message, std::uint64_t number, bool first, const Oracle& oracle) {
  const auto found = subs_.find(number);
  require(found != subs_.end(), "a page of a room that is not held");
  Sub& sub = found->second;
  const Seq seq = seq_of(message);
  const bool past = seq < position_.seq;
  require(!past || !sub.replica.room().filter.empty(), "a snapshot of the past");
  if (past) frame_->late_page(number, sub.replica.room(), seq, position_.seq);
  move_to(seq);
  sub.paging = false;
  const bool asked_again = first && sub.joined;
  if (!sub.joined) sub.from = position_.seq;  // up to there it is told after the page
  sub.joined = true;
  if (asked_again) sub.watch_only = false;
  if (!sub.watch_only && !sub.leaving) sub.replica.take_page(message, first, seq, oracle);
}

void Client::take_decision(const json::object& message, std::string_view text, const Pending& pending) {
  const std::uint64_t id = number_of(message.at("id"));
  const std::string* expected = server_->expected(session_->number(), RequestId{id});
  require(expected != nullptr, "law 2: an answer to what was not decided: " + std::string(text));
  require(*expected == text, "another answer than what was decided: " + std::string(text));
  Attempt& attempt = *pending.attempt;
  fresh_.erase(attempt.id);
  const bool committed = word(message, "type") == "committed";
  if (!committed) return;
  json::object answer = message;
  answer.erase("id");
  require(!attempt.committed || *attempt.committed == answer,
          "law 4: a repeat has another answer: " + std::string(text));
  attempt.committed = std::move(answer);
}

void Client::take_error(const json::object& message, const Pending& pending) {
  const std::string code = word(message, "code");
  const std::string text = json::serialize(message) + " for " + json::serialize(pending.message);
  require(pending.kind != Kind::hello, "a hello was refused: " + text);
  const bool later = message.at("retry").as_bool();
  if (pending.kind == Kind::mutate) {
    fresh_.erase(pending.attempt->id);
    if (later && !pending.attempt->tampered && !pending.attempt->committed)
      unknown_.push_back(pending.attempt);
    require(later || code == "bad_request" || code == "base_version_required",
            "an unexpected error: " + text);
    return;
  }
  require(later || code == "not_found" || code == "limit" || code == "rate_limited",
          "an unexpected error: " + text);
  const auto found = subs_.find(pending.subscription);
  if (found == subs_.end()) return;
  Sub& sub = found->second;
  sub.paging = false;
  if (pending.kind == Kind::unsubscribe) {
    sub.leaving = false;
    if (sub.refused) return end(pending.subscription);
    sub.watch_only = true;  // what came meanwhile was not applied: the next page begins anew
    sub.replica.drop_cursor();
  } else if (sub.request == number_of(message.at("id"))) {
    sub.refused = true;
    if (!sub.leaving) end(pending.subscription);
  }
}

}  // namespace coterie::model
