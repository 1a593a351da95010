// The other half of a client: what the server says, and what a client may rely on. Every "must" here is a
// promise of the protocol; a breach says which one, by whom it was seen, and on what.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "bench/load/client.hpp"

namespace load {

namespace json = boost::json;

bool Client::push(const std::string& type, const json::object&) {
  if (type != "notification" && type != "announcement") return false;
  world_.stats.count(type);
  return true;
}

void Client::message(const json::object& m) {
  const std::string type = text_of(m, "type");
  if (type == "event") return event(m);
  if (type == "ping") {
    move_position(number_of(m, "seq"), "ping");
    return connection_->send(R"({"type":"pong"})");
  }
  if (type == "snapshot") return snapshot(m);
  if (type == "goodbye") return world_.stats.count(type);
  if (m.contains("id")) return answered(m, type);
  if (!push(type, m)) breach("was pushed an unknown message: " + json::serialize(m).substr(0, 200));
}

void Client::answered(const json::object& m, const std::string& type) {
  const auto found = waiting_.find(number_of(m, "id"));
  if (found == waiting_.end()) {
    return breach("was answered what was not asked, or twice: " + json::serialize(m).substr(0, 200));
  }
  const Waiting asked = std::move(found->second);
  waiting_.erase(found);
  const double now = now_seconds();
  if (type == "error") world_.stats.outcome(now, "error " + text_of(m, "code"));
  if (asked.then) asked.then({m, type, (now - asked.since) * 1e6});
}

void Client::welcome(const json::object& m) {
  const json::object& position = m.at("position").as_object();
  const bool same_session = text_of(m, "sessionId") == session_;
  here_ = true;
  if (went_away_) missed_before_ = now_seconds();
  ++world_.here;
  resume_ = text_of(m, "resume");
  session_ = text_of(m, "sessionId");
  if (ever_here_) {
    resumed(m);
    came_back(same_session);
  } else {
    seq_ = number_of(position, "seq");
    ever_here_ = true;
    ++world_.came;
    join_rooms();
  }
  epoch_ = text_of(position, "epoch");
  // What was under way when the line broke is unknown: the same edit again gets the same answer.
  for (const auto& [mutation, edit] : unknown_) {
    send_edit(edit);
    world_.stats.count("edits sent again");
  }
  think();
}

void Client::resumed(const json::object& m) {
  for (const json::value& one : m.at("subscriptions").as_array()) {
    const std::string status = text_of(one.as_object(), "status");
    Room& room = rooms_.at(number_of(one.as_object(), "subscription"));
    world_.stats.count("resume " + status);
    if (status == "resync") {
      // Versions start anew from the snapshot.
      known_.clear();
      deleted_.clear();
      seq_ = 0;
      room.whole = false;
    } else if (status != (room.whole ? "recovered" : "new")) {
      breach("a resume ended as " + status);
    }
  }
}

void Client::move_position(std::uint64_t seq, const char* by) {
  if (seq < seq_ && !meets_again_) {
    breach(fmt::format("{} moved the position back from {} to {}", by, seq_, seq));
  }
  seq_ = std::max(seq_, seq);
}

void Client::learn(const json::object& entity, bool may_jump) {
  const std::string id = text_of(entity, "entityId");
  const std::uint64_t version = number_of(entity, "version");
  if (!ours(id)) return;
  std::uint64_t& known = known_[id];
  if (!may_jump && version < known) {
    breach(fmt::format("a snapshot showed {} at version {} after version {} was seen", id, version, known));
  }
  if (version > known) deleted_.erase(id);
  known = std::max(known, version);
}

void Client::learn_all(const json::object& m, bool may_jump) {
  for (const json::value& entity : m.at("entities").as_array()) learn(entity.as_object(), may_jump);
}

void Client::page(std::uint64_t subscription, const Answer& answer, bool first) {
  const auto found = rooms_.find(subscription);
  if (found == rooms_.end()) return;  // left in the meantime
  if (answer.type != "subscribed") {  // not decided: asked again
    return world_.loop.at(now_seconds() + 0.2, [this, subscription] {
      if (here_ && rooms_.contains(subscription)) ask_room(subscription, nullptr);
    });
  }
  // The page of a filter may be older than the stream is.
  if (found->second.filtered()) meets_again_ = true;
  move_position(number_of(answer.m.at("position").as_object(), "seq"), "subscribed");
  learn_all(answer.m, found->second.filtered());
  shown(subscription, answer.m, first);
  next_page(subscription, answer.m);
}

void Client::next_page(std::uint64_t subscription, const json::object& m) {
  const json::value* cursor = m.if_contains("cursor");
  rooms_.at(subscription).whole = cursor == nullptr;
  if (cursor != nullptr) ask_room(subscription, cursor);
}

void Client::snapshot(const json::object& m) {
  world_.stats.count("snapshot " + text_of(m, "reason"));
  const std::uint64_t subscription = number_of(m, "subscription");
  const auto found = rooms_.find(subscription);
  if (found == rooms_.end()) return;  // left in the meantime
  if (m.contains("entities")) {
    if (found->second.filtered()) meets_again_ = true;
    move_position(number_of(m.at("position").as_object(), "seq"), "snapshot");
    learn_all(m, true);
  }
  shown(subscription, m, true);
  if (m.contains("entities")) next_page(subscription, m);
}

void Client::event(const json::object& m) {
  const std::uint64_t seq = number_of(m, "seq");
  const std::uint64_t version = number_of(m, "version");
  const std::string id = text_of(m, "entityId");
  const std::string mutation = text_of(m, "mutationId");
  if (!ours(id)) return;
  const auto found = known_.find(id);
  const std::uint64_t known = found == known_.end() ? 0 : found->second;
  if (meets_again_ && version <= known) return;
  if (seq < seq_ && !meets_again_) {
    breach(fmt::format("events out of order: seq {} after {} ({} version {})", seq, seq_, id, version));
  }
  seq_ = std::max(seq_, seq);
  if (!follows(id)) return world_.stats.count("events on the way out");
  if ((known != 0 || heard_all()) && version != known + 1) {
    breach(fmt::format("{} jumped from version {} to {} at seq {} ({})", id, known, version, seq,
                       version <= known ? "seen twice" : "an event is missing"));
  }
  known_[id] = version;
  if (text_of(m, "operation") == "DELETE") {
    deleted_.insert(id);
  } else {
    deleted_.erase(id);
  }
  if (heard_all()) world_.ledger.seen(mutation, id, version);
  const auto sent = world_.ledger.sent_at.find(mutation);
  if (sent != world_.ledger.sent_at.end() && sent->second >= missed_before_) {
    const double now = now_seconds();
    world_.stats.delivery(now, (now - sent->second) * 1e6);
  }
  happened(m, id);
}

void Client::edit_answered(const std::string& mutation, const Answer& answer) {
  const auto known = unknown_.find(mutation);
  if (known == unknown_.end()) return;
  const double now = now_seconds();
  if (answer.type == "error") {  // not decided: the same edit may go again
    return world_.loop.at(now + 0.2, [this, mutation] {
      const auto edit = unknown_.find(mutation);
      if (here_ && edit != unknown_.end()) send_edit(edit->second);
    });
  }
  const Edit edit = known->second;
  unknown_.erase(known);
  world_.stats.write(now, answer.micros);
  world_.stats.outcome(now, answer.type == "rejected" ? text_of(answer.m, "code") : answer.type);
  if (answer.type == "committed") {
    committed(answer.m, edit);
  } else if (answer.type == "conflict") {
    conflict(answer.m, edit);
  } else if (answer.type != "rejected") {
    breach("an edit was answered with " + answer.type);
  } else if (!may_be_refused(answer.m, edit)) {
    breach(
        fmt::format("an edit of {} was refused: {}", edit.entity, json::serialize(answer.m).substr(0, 300)));
  }
  decided(answer, edit);
}

void Client::committed(const json::object& m, const Edit& edit) {
  const std::uint64_t seq = number_of(m, "seq");
  const json::object& result = m.at("results").as_array().at(0).as_object();
  const std::uint64_t version = number_of(result, "version");
  world_.ledger.acknowledged(edit.mutation, {text_of(result, "entityId"), version, seq});
  if (edit.base != 0 && !edit.merge && version != edit.base + 1) {
    breach(fmt::format("a stale edit of {} on version {} was committed as version {}", edit.entity, edit.base,
                       version));
  }
  if (edit.surely_stale) {
    breach(fmt::format("a stale edit of {} on version {} got no conflict", edit.entity, edit.base));
  }
}

void Client::conflict(const json::object& m, const Edit& edit) {
  if (edit.base == 0) {
    return breach("an edit without a base got a conflict: " + json::serialize(m).substr(0, 300));
  }
  if (number_of(m, "currentVersion") <= edit.base) {
    breach(fmt::format("a conflict on {} says current version {} for base {}", edit.entity,
                       number_of(m, "currentVersion"), edit.base));
  }
  for (const char* member : {"base", "current", "yours", "fields", "merged", "changedBy", "message"}) {
    if (!m.contains(member)) breach(std::string("a conflict came without ") + member);
  }
}

// Two users may create the same record at once; nothing else of what users do here may be refused.
bool Client::may_be_refused(const json::object& m, const Edit&) { return text_of(m, "code") == "exists"; }

}  // namespace load
