// The other half of a user: what the server says, and what a client may rely on. Every "must" here is a
// promise of the protocol; a breach says which one, by whom it was seen, and on what.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "bench/load/user.hpp"

namespace load {

namespace json = boost::json;

namespace {

std::string text(const json::object& m, std::string_view name) {
  const json::value* value = m.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number(const json::object& m, std::string_view name) {
  const json::value* value = m.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

}  // namespace

std::string User::breach_prefix() const { return fmt::format("user {}: ", number_); }

void User::message(const json::object& m) {
  const std::string type = text(m, "type");
  if (type == "event") return event(m);
  if (type == "ping") {
    move_position(number(m, "seq"), "ping");
    return connection_->send(R"({"type":"pong"})");
  }
  if (type == "snapshot") return snapshot(m);
  if (type == "goodbye" || type == "notification" || type == "announcement") return world_.stats.count(type);
  if (m.contains("id")) return answered(m, type);
  world_.ledger.breach(breach_prefix() +
                       "was pushed an unknown message: " + json::serialize(m).substr(0, 200));
}

void User::answered(const json::object& m, const std::string& type) {
  const auto found = waiting_.find(number(m, "id"));
  if (found == waiting_.end()) {
    return world_.ledger.breach(
        breach_prefix() + "was answered what was not asked, or twice: " + json::serialize(m).substr(0, 200));
  }
  const Waiting asked = found->second;
  waiting_.erase(found);
  const double now = now_seconds();
  if (type == "error") {
    world_.stats.outcome(now, "error " + text(m, "code"));
    if (asked.what == "subscribe") --pending_joins_;
    if (!asked.mutation.empty()) {  // not decided: the same edit may go again
      const auto edit = unknown_.find(asked.mutation);
      if (edit != unknown_.end()) {
        const std::string members =
            fmt::format(R"("mutationId":"{}","ops":[{}])", edit->first, edit->second.text);
        world_.loop.at(now + 0.2, [this, members, mutation = asked.mutation] {
          if (here_ && unknown_.contains(mutation)) request("mutate", members, mutation);
        });
      }
    }
    return;
  }
  if (asked.what == "hello") return welcome(m);
  if (asked.what == "subscribe") return page(m);
  if (asked.what == "list" && truth_pending_) return truth_page(m);
  if (asked.what == "list") return world_.stats.read(now, (now - asked.since) * 1e6);
  if (asked.what != "mutate") return;
  const auto known = unknown_.find(asked.mutation);
  if (known == unknown_.end()) return;
  const Edit edit = known->second;
  unknown_.erase(known);
  world_.stats.write(now, (now - asked.since) * 1e6);
  world_.stats.outcome(now, type == "rejected" ? text(m, "code") : type);
  if (type == "committed") return committed(m, edit);
  if (type == "conflict") return conflict(m, edit);
  if (type == "rejected") return refused(m, edit);
  world_.ledger.breach(breach_prefix() + "an edit was answered with " + type);
}

void User::welcome(const json::object& m) {
  const json::object& position = m.at("position").as_object();
  const std::string epoch = text(position, "epoch");
  here_ = true;
  ++world_.here;
  resume_ = text(m, "resume");
  if (ever_here_) {
    for (const json::value& one : m.at("subscriptions").as_array()) {
      const std::string status = text(one.as_object(), "status");
      world_.stats.count("resume " + status);
      if (status == "resync") {
        // Versions start anew from the snapshot.
        known_.clear();
        seq_ = 0;
      } else if (status != "recovered") {
        world_.ledger.breach(breach_prefix() + "a resume ended as " + status);
      }
    }
  } else {
    seq_ = number(position, "seq");
    ever_here_ = true;
    subscribe_all();
  }
  epoch_ = epoch;
  // What was under way when the line broke is unknown: the same edit again gets the same answer.
  for (auto& [mutation, edit] : unknown_) {
    request("mutate", fmt::format(R"("mutationId":"{}","ops":[{}])", mutation, edit.text), mutation);
    world_.stats.count("edits sent again");
  }
  think();
}

void User::move_position(std::uint64_t seq, const char* by) {
  if (seq < seq_) {
    world_.ledger.breach(breach_prefix() +
                         fmt::format("{} moved the position back from {} to {}", by, seq_, seq));
  }
  seq_ = std::max(seq_, seq);
}

void User::learn(const json::object& entity, bool may_jump) {
  const std::string id = text(entity, "entityId");
  const std::uint64_t version = number(entity, "version");
  if (id.compare(0, world_.run.size(), world_.run) != 0) return;  // another run's
  std::uint64_t& known = known_[id];
  if (!may_jump && version < known) {
    world_.ledger.breach(
        breach_prefix() +
        fmt::format("a snapshot showed {} at version {} after version {} was seen", id, version, known));
  }
  known = std::max(known, version);
}

void User::page(const json::object& m) {
  if (pending_joins_ > 0) --pending_joins_;
  move_position(number(m.at("position").as_object(), "seq"), "subscribed");
  for (const json::value& entity : m.at("entities").as_array()) learn(entity.as_object(), false);
  next_page(m);
}

void User::next_page(const json::object& m) {
  if (const json::value* cursor = m.if_contains("cursor"); cursor != nullptr && cursor->is_string()) {
    request("subscribe", fmt::format(R"("subscription":1,"entityType":"LoadItem","limit":500,"cursor":{})",
                                     json::serialize(*cursor)));
    ++pending_joins_;
  }
}

void User::snapshot(const json::object& m) {
  world_.stats.count("snapshot " + text(m, "reason"));
  if (!m.contains("entities")) return;
  move_position(number(m.at("position").as_object(), "seq"), "snapshot");
  for (const json::value& entity : m.at("entities").as_array()) learn(entity.as_object(), true);
  next_page(m);
}

void User::event(const json::object& m) {
  const std::uint64_t seq = number(m, "seq");
  const std::uint64_t version = number(m, "version");
  const std::string id = text(m, "entityId");
  const std::string mutation = text(m, "mutationId");
  const std::string operation = text(m, "operation");
  if (id.compare(0, world_.run.size(), world_.run) != 0) return;  // another run's
  if (seq < seq_) {
    world_.ledger.breach(breach_prefix() + fmt::format("events out of order: seq {} after {} ({} version {})",
                                                       seq, seq_, id, version));
  }
  seq_ = std::max(seq_, seq);
  std::uint64_t& known = known_[id];
  if (known != 0 || version == 1 || operation == "CREATE" || role_ == Role::auditor) {
    if (version != known + 1) {
      world_.ledger.breach(breach_prefix() +
                           fmt::format("{} jumped from version {} to {} at seq {} ({})", id, known, version,
                                       seq, version <= known ? "seen twice" : "an event is missing"));
    }
  }
  known = version;
  if (role_ == Role::auditor) world_.ledger.seen(mutation, id, version);
  const auto sent = world_.ledger.sent_at.find(mutation);
  if (sent != world_.ledger.sent_at.end()) {
    const double now = now_seconds();
    world_.stats.delivery(now, (now - sent->second) * 1e6);
  }
}

void User::committed(const json::object& m, const Edit& edit) {
  const std::uint64_t seq = number(m, "seq");
  const json::object& result = m.at("results").as_array().at(0).as_object();
  const std::uint64_t version = number(result, "version");
  world_.ledger.acknowledged(edit.mutation, {text(result, "entityId"), version, seq});
  if (edit.base != 0 && !edit.merge && version != edit.base + 1) {
    world_.ledger.breach(breach_prefix() +
                         fmt::format("a stale edit of {} on version {} was committed as version {}",
                                     edit.entity, edit.base, version));
  }
  if (edit.surely_stale) {
    world_.ledger.breach(breach_prefix() + fmt::format("a stale edit of {} on version {} got no conflict",
                                                       edit.entity, edit.base));
  }
}

void User::conflict(const json::object& m, const Edit& edit) {
  if (edit.base == 0) {
    return world_.ledger.breach(
        breach_prefix() + "an edit without a base got a conflict: " + json::serialize(m).substr(0, 300));
  }
  if (number(m, "currentVersion") <= edit.base) {
    world_.ledger.breach(breach_prefix() + fmt::format("a conflict on {} says current version {} for base {}",
                                                       edit.entity, number(m, "currentVersion"), edit.base));
  }
  for (const char* member : {"base", "current", "yours", "fields", "merged", "changedBy", "message"}) {
    if (!m.contains(member))
      world_.ledger.breach(breach_prefix() + std::string("a conflict came without ") + member);
  }
}

void User::refused(const json::object& m, const Edit& edit) {
  const std::string code = text(m, "code");
  // Two users may create the same record at once; nothing else of what users do here may be refused.
  if (code != "exists") {
    world_.ledger.breach(breach_prefix() + fmt::format("an edit of {} was refused: {}", edit.entity,
                                                       json::serialize(m).substr(0, 300)));
  }
}

// ---- at rest ----

void User::ask_truth() {
  truth_.clear();
  truth_pending_ = true;
  request("list", R"("entityType":"LoadItem","sort":"n","limit":500,"data":false)");
}

void User::truth_page(const json::object& m) {
  for (const json::value& entity : m.at("entities").as_array()) {
    const std::string id = text(entity.as_object(), "entityId");
    if (id.compare(0, world_.run.size(), world_.run) == 0) truth_[id] = number(entity.as_object(), "version");
  }
  const json::value* cursor = m.if_contains("cursor");
  if (cursor == nullptr || !cursor->is_string()) {
    truth_pending_ = false;
    return;
  }
  request("list", fmt::format(R"("entityType":"LoadItem","sort":"n","limit":500,"data":false,"cursor":{})",
                              json::serialize(*cursor)));
}

void User::compare(const std::unordered_map<std::string, std::uint64_t>& truth) {
  for (const auto& [id, version] : known_) {
    const auto found = truth.find(id);
    if (found == truth.end() || found->second != version) {
      world_.ledger.breach(breach_prefix() + fmt::format("at rest {} is at version {}, this user has {}", id,
                                                         found == truth.end() ? 0 : found->second, version));
    }
  }
  if (!watches_type_) return;
  for (const auto& [id, version] : truth) {
    if (!known_.contains(id))
      world_.ledger.breach(breach_prefix() + fmt::format("never heard of {} (version {})", id, version));
  }
}

}  // namespace load
