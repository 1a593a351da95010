// What the server says to a desk user of locks, presence and filtered lists, held against what may be said.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "bench/load/desk_user.hpp"

namespace load {

namespace json = boost::json;

namespace {

Holding holding_of(const json::object& lock) {
  const json::object& holder = lock.at("holder").as_object();
  return {text_of(holder, "userId"), text_of(holder, "sessionId"), number_of(lock, "fence")};
}

}  // namespace

bool DeskUser::push(const std::string& type, const json::object& m) {
  const std::string entity = text_of(m, "entityId");
  if (type == "lock" || type == "presence" || type == "enter" || type == "gone" || type == "signal") {
    if (!ours(entity)) return true;
    world_.stats.count(type + (type == "enter" || type == "gone" ? "" : " pushes"));
  }
  if (type == "lock") return lock_pushed(m, entity), true;
  if (type == "presence") return presence_pushed(m, entity), true;
  if (type == "enter" || type == "gone") return membership_pushed(m, entity, type == "enter"), true;
  if (type == "signal") {
    if (text_of(m, "sessionId") == session_) breach("was sent its own signal");
    return true;
  }
  return Client::push(type, m);
}

void DeskUser::suspect(const Objection& objection) {
  if (objection) suspicions_.emplace_back(now_seconds(), *objection);
}

void DeskUser::settle_suspicions(double older_than) {
  while (!suspicions_.empty() && suspicions_.front().first <= now_seconds() - older_than) {
    breach(suspicions_.front().second);
    suspicions_.pop_front();
  }
}

// ---- locks ----

void DeskUser::lose_hold(const char* why) {
  hold_->lost = true;
  idle_until_ = 0;
  world_.stats.count(why);
}

void DeskUser::lock_pushed(const json::object& m, const std::string& entity) {
  const std::string state = text_of(m, "state");
  const std::string field = text_of(m, "field");
  if (state != "acquired") untold_.erase(number_of(m, "fence"));
  if (hold_ && !hold_->lost && state != "acquired" && number_of(m, "fence") == hold_->fence) {
    if (state == "taken") lose_hold("locks lost by a theft");
    if (state == "expired") lose_hold("locks lost by the lease");
    if (state == "released" && !busy_) lose_hold("locks lost by a release of others");
  }
  if (!pictured_) return;
  if (state == "acquired") {
    suspect(locks_.acquired(entity, field, holding_of(m)));
  } else {
    suspect(locks_.ended(entity, field, number_of(m, "fence")));
  }
}

void DeskUser::happened(const json::object& m, const std::string& entity) {
  const std::string operation = text_of(m, "operation");
  if (operation == "DELETE") {
    for (auto& [subscription, list] : lists_) list.held.deleted(entity);
  }
  if (pictured_ && !meets_again_) {
    const Holding by{text_of(m, "userId"), text_of(m, "sessionId"), book_.fence_of(text_of(m, "mutationId"))};
    if (operation == "UPDATE") {
      for (const auto& member : m.at("set").as_object()) {
        suspect(locks_.edited(entity, std::string(member.key()), by));
      }
    } else {
      suspect(locks_.edited(entity, {}, by));
    }
  }
  forget_unfollowed(entity);
}

// ---- presence ----

void DeskUser::presence_pushed(const json::object& m, const std::string& entity) {
  if (!pictured_) return;
  for (const char* list : {"joins", "updates"}) {
    for (const json::value& one : m.at(list).as_array()) {
      presence_.put(entity, text_of(one.as_object(), "sessionId"), one.at("state"));
    }
  }
  for (const json::value& one : m.at("leaves").as_array()) {
    suspect(presence_.take_out(entity, text_of(one.as_object(), "sessionId")));
  }
}

// ---- rooms ----

void DeskUser::shown(std::uint64_t subscription, const json::object& m, bool first) {
  const auto list = lists_.find(subscription);
  if (list != lists_.end() && m.contains("entities")) {
    if (first) list->second.held.begin();
    for (const json::value& entity : m.at("entities").as_array()) {
      list->second.held.show(text_of(entity.as_object(), "entityId"));
    }
  }
  const bool of_record = open_ && open_->subscription == subscription;
  show_together(m, of_record ? open_->entity : std::string());
}

// The locks and presence of a record, or, in a room of the type, of all its records.
void DeskUser::show_together(const json::object& m, const std::string& entity) {
  HeldLocks::All locks;
  PresencePicture::All there;
  for (const json::value& one : m.at("locks").as_array()) {
    const json::object& lock = one.as_object();
    const std::string id = text_of(lock, "entityId");
    if (ours(id)) locks[id][text_of(lock, "field")] = holding_of(lock);
  }
  for (const json::value& one : m.at("presence").as_array()) {
    const std::string named = text_of(one.as_object(), "entityId");
    const std::string& id = named.empty() ? entity : named;
    if (ours(id)) there[id][text_of(one.as_object(), "sessionId")] = one.at("state");
  }
  if (text_of(m, "type") == "snapshot") {
    suspicions_.clear();
    untold_.clear();  // what it shows says so
  } else if (pictured_ && !locks_.shows(entity, locks)) {
    suspect("who joins is shown other locks than the stream told: " +
            json::serialize(m.at("locks")).substr(0, 300));
  }
  if (!entity.empty()) {
    if (!pictured_) return;  // what is shown of the type comes as well
    locks_.show(entity, std::move(locks[entity]));
    presence_.show(entity, std::move(there[entity]));
    return;
  }
  if (at_rest_ && pictured_) {
    PresencePicture late;
    late.show_all(there);
    if (const auto wrong = presence_.differs_from(late)) breach("at rest who comes now is shown: " + *wrong);
  }
  locks_.show_all(std::move(locks));
  presence_.show_all(std::move(there));
  pictured_ = true;
  if (hold_ && !hold_->lost && !busy_ && !locks_.holds(hold_->entity, hold_->field, hold_->fence)) {
    lose_hold("locks lost while away");
  }
}

bool DeskUser::follows(const std::string& entity) const {
  if (role_ == Role::auditor || (open_ && open_->entity == entity)) return true;
  for (const auto& [subscription, list] : lists_) {
    if (list.held.contains(entity)) return true;
  }
  return false;
}

void DeskUser::forget_unfollowed(const std::string& entity) {
  if (follows(entity)) return;
  known_.erase(entity);
  deleted_.erase(entity);
}

bool DeskUser::lets_through(const Query& query, const json::object& data) const {
  if (text_of(data, "desk") != desk_name(query.desk)) return false;
  const std::string status = text_of(data, "status");
  return std::find(query.statuses.begin(), query.statuses.end(), status) != query.statuses.end();
}

void DeskUser::membership_pushed(const json::object& m, const std::string& entity, bool enters) {
  move_position(number_of(m, "seq"), enters ? "enter" : "gone");
  for (const json::value& one : m.at("subscriptions").as_array()) {
    const auto subscription = one.to_number<std::uint64_t>();
    const auto list = lists_.find(subscription);
    if (list == lists_.end()) continue;  // ended in the meantime
    const bool may_repeat = meets_again_ || !rooms_.at(subscription).whole;
    const Objection wrong =
        enters ? list->second.held.enter(entity, may_repeat) : list->second.held.gone(entity, may_repeat);
    if (wrong) breach(*wrong);
    if (enters && !lets_through(list->second.query, m.at("data").as_object()) && !meets_again_) {
      breach(fmt::format("{} entered a list that its data does not belong to: {}", entity,
                         json::serialize(m.at("data"))));
    }
  }
  if (!enters) return forget_unfollowed(entity);
  const std::uint64_t version = number_of(m, "version");
  std::uint64_t& known = known_[entity];
  if (meets_again_ && version < known) return;
  // Where one list is left and another entered by one change, no event tells of it besides.
  if (!meets_again_ && known != 0 && version != known && version != known + 1) {
    breach(fmt::format("{} entered at version {} when version {} was known", entity, version, known));
  }
  known = version;
  deleted_.erase(entity);
  if (!follows(entity)) known_.erase(entity);
}

// ---- edits ----

bool DeskUser::may_be_refused(const json::object& m, const Edit& edit) {
  const std::string code = text_of(m, "code");
  if (code == "fenced") return edit.fence != 0;
  if (code != "locked") return code == "exists";
  const json::value* holder = m.if_contains("holder");
  if (holder == nullptr || !holder->is_object() || text_of(holder->as_object(), "sessionId").empty()) {
    breach("an edit was locked by nobody: " + json::serialize(m).substr(0, 300));
  } else if (text_of(holder->as_object(), "sessionId") == session_) {
    breach("an edit was locked by its own session: " + json::serialize(m).substr(0, 300));
  }
  if (!overlap(text_of(m, "field"), edit.field)) {
    breach(fmt::format("an edit of {} was locked by a lock of {}", edit.field, text_of(m, "field")));
  }
  return true;
}

void DeskUser::decided(const Answer& answer, const Edit& edit) {
  if (answer.type == "committed") {
    book_.committed({edit.entity, edit.field}, number_of(answer.m, "seq"), edit.fence);
    if (edit.lock_lost) {
      breach(fmt::format("an edit of {} {} was committed under fence {}, which was lost", edit.entity,
                         edit.field, edit.fence));
    }
  }
  if (edit.denied) world_.stats.count("edits after denial " + answer.type);
  if (edit.lock_lost) world_.stats.count("edits after loss " + answer.type);
  if (edit.fence == 0 || edit.lock_lost) return;
  if (answer.type == "conflict" && !answer.m.at("current").is_null()) {
    breach(fmt::format("an edit of {} {} under fence {} got a conflict: {}", edit.entity, edit.field,
                       edit.fence, json::serialize(answer.m).substr(0, 600)));
  }
  if (answer.type != "rejected") return;
  if (hold_ && hold_->fence == edit.fence && !hold_->lost) must_be_told(edit.fence);
}

// Who is refused under a fence is told that its lock is over: before the answer, or soon after it.
void DeskUser::must_be_told(std::uint64_t fence) {
  untold_.insert(fence);
  world_.loop.at(now_seconds() + 2, [this, fence] {
    if (untold_.erase(fence) == 0) return;
    breach(fmt::format("was refused under fence {}, and nothing said that its lock is over", fence));
  });
}

// ---- at rest ----

void DeskUser::ask() {
  at_rest_ = true;
  found_.clear();
  if (role_ == Role::auditor) {
    join(next_subscription_++, {{"entityType", "LoadItem"}, {"limit", 500}});  // as who comes only now
    return fetch({{"entityType", "LoadItem"}, {"sort", "n"}}, found_);
  }
  fetch({{"entityType", "LoadItem"}, {"filter", filter_of(lists_.begin()->second.query)}, {"sort", "-n"}},
        found_);
}

void DeskUser::compare(const Versions& all) {
  settle_suspicions(0);
  Client::compare(all);
  for (const auto& [entity, locks] : locks_.all()) {
    for (const auto& [field, holding] : locks) {
      breach(fmt::format("at rest {} is still shown to hold {} {} under fence {}", holding.session, entity,
                         field, holding.fence));
    }
  }
  if (const auto wrong = presence_.differs_from(book_.said)) breach("at rest " + *wrong);
  if (role_ == Role::auditor) {
    for (const auto& [id, version] : all) {
      if (!known_.contains(id)) breach(fmt::format("never heard of {} (version {})", id, version));
    }
    for (const std::string& wrong : book_.settle()) world_.ledger.breach(wrong);
    return;
  }
  for (const std::string& wrong : lists_.begin()->second.held.differences(known_, found_)) {
    breach("at rest " + wrong);
  }
}

}  // namespace load
