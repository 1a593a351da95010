#include "bench/load/desk_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <iterator>

namespace load {

namespace json = boost::json;

namespace {

// What a list on a screen asks for; neighbours share a status, so that a move leaves one or both.
const std::vector<std::vector<std::string>> kViews = {
    {"new", "open"}, {"open", "waiting"}, {"waiting", "done"}, {"new", "open", "waiting", "done"}};
const char* const kStatuses[] = {"new", "open", "waiting", "done"};
constexpr std::size_t kUsersOfDesk = 10;
constexpr std::size_t kPage = 10;         // rows of a screen
constexpr double kGraceOver = 16.5;       // seconds away after which a session has ended for certain
constexpr std::size_t kLeastRecords = 6;  // a list shorter than this gets new ones first

}  // namespace

DeskUser::DeskUser(World& world, DeskBook& book, std::size_t number, Role role, std::uint64_t seed)
    : Client(world, number, seed),
      book_(book),
      role_(role),
      desks_(std::max<std::size_t>(2, world.entities / (world.profile.entities_per_user * kUsersOfDesk))) {}

// ---- the list ----

std::string DeskUser::desk_name(std::size_t desk) const { return fmt::format("{}-desk{}", world_.run, desk); }

json::object DeskUser::filter_of(const Query& query) const {
  json::array statuses;
  for (const std::string& status : query.statuses) statuses.push_back(json::string(status));
  return {{"desk", desk_name(query.desk)}, {"status", json::object{{"$in", std::move(statuses)}}}};
}

DeskUser::Query DeskUser::any_query() { return {number_ % desks_, kViews[random_() % kViews.size()]}; }

void DeskUser::join_rooms() {
  said_session_ = session_;
  if (role_ == Role::auditor) return join(next_subscription_++, {{"entityType", "LoadItem"}, {"limit", 500}});
  look_at(any_query());
}

void DeskUser::look_at(Query query) {
  json::object what{
      {"entityType", "LoadItem"}, {"filter", filter_of(query)}, {"sort", "-n"}, {"limit", kPage}};
  const std::uint64_t subscription = next_subscription_++;
  lists_[subscription].query = std::move(query);
  join(subscription, std::move(what));
}

// The old list stays until the new one is there whole, so that nothing is out of sight in between.
void DeskUser::end_old_lists() {
  while (lists_.size() > 1 && rooms_.at(lists_.rbegin()->first).whole) {
    const auto old = lists_.begin();
    const FilteredList held = std::move(old->second.held);
    part(old->first, {});
    lists_.erase(old);
    for (const std::string& entity : held.ids()) forget_unfollowed(entity);
  }
}

std::string DeskUser::pick() {
  const auto& ids = lists_.rbegin()->second.held.ids();
  if (ids.empty()) return {};
  const double skewed = std::pow(uniform(0, 1), 2.5);
  return *std::next(ids.begin(), static_cast<std::ptrdiff_t>(skewed * static_cast<double>(ids.size())));
}

void DeskUser::browse() {
  if (chance(0.04)) return read_list();
  if (chance(0.06) && lists_.size() == 1) return look_at(any_query());
  if (lists_.rbegin()->second.held.ids().size() < kLeastRecords || chance(0.03)) return create();
  if (chance(0.25)) return move();
  if (chance(0.03)) return remove();
  open_record();
}

void DeskUser::read_list() {
  const std::string filter = json::serialize(filter_of(lists_.rbegin()->second.query));
  request("list", fmt::format(R"("entityType":"LoadItem","filter":{},"sort":"-n","limit":{})", filter, kPage),
          [this](const Answer& answer) {
            if (answer.type == "entities") world_.stats.read(now_seconds(), answer.micros);
          });
}

void DeskUser::create() {
  const Query& query = lists_.rbegin()->second.query;
  const std::size_t of_desk = world_.entities / desks_;
  const std::size_t n = query.desk + desks_ * (random_() % std::max<std::size_t>(1, of_desk));
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity_name(world_, n);
  edit.text = fmt::format(
      R"({{"op":"create","entityType":"LoadItem","entityId":"{}","data":{{"kind":"load","n":{},"desk":"{}","status":"{}","name":"","notes":"","address":{{"city":"","street":""}}}}}})",
      edit.entity, n, desk_name(query.desk), query.statuses[random_() % query.statuses.size()]);
  submit(std::move(edit));
}

// To another status, or another desk: it leaves some lists, and enters others. `moved` makes it a change even
// where it lies there already, which would be no version.
void DeskUser::move() {
  const std::string entity = pick();
  if (entity.empty() || !known_.contains(entity)) return;
  const bool desk = chance(0.3);
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity;
  edit.base = known_.at(entity);
  edit.merge = true;
  edit.field = desk ? "desk" : "status";
  edit.text = fmt::format(
      R"({{"op":"update","entityType":"LoadItem","entityId":"{}","baseVersion":{},"strategy":"merge","set":{{"{}":"{}","moved":"{}"}}}})",
      entity, edit.base, edit.field, desk ? desk_name(random_() % desks_) : kStatuses[random_() % 4],
      edit.mutation);
  world_.stats.count("moves");
  submit(std::move(edit));
}

void DeskUser::remove() {
  const std::string entity = pick();
  if (entity.empty() || !known_.contains(entity)) return;
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity;
  edit.base = known_.at(entity);
  edit.text = fmt::format(R"({{"op":"delete","entityType":"LoadItem","entityId":"{}","baseVersion":{}}})",
                          entity, edit.base);
  world_.stats.count("deletions");
  submit(std::move(edit));
}

void DeskUser::open_record() {
  const std::string entity = pick();
  if (entity.empty()) return;
  open_ = Open{entity, next_subscription_++};
  join(open_->subscription, {{"entityType", "LoadItem"}, {"entityId", entity}});
  world_.stats.count("records opened");
}

void DeskUser::close_record() {
  const std::string entity = open_->entity;
  part(open_->subscription, {});
  if (open_->state.is_object()) (void)book_.said.take_out(entity, said_session_);
  open_.reset();
  forget_unfollowed(entity);
}

// ---- the line ----

bool DeskUser::break_line() {
  const double mean = (world_.profile.think_least + world_.profile.think_most) / 2;
  // More often in the middle of something: that is where it matters.
  if (!chance(world_.profile.drops_per_minute * mean / 60 * (hold_ ? 2 : 0.5))) return false;
  const double dice = uniform(0, 1);
  if (dice < 0.45) {
    world_.stats.count("drops within the grace");
    drop(uniform(0, 3));
  } else if (dice < 0.7) {
    world_.stats.count("drops beyond the grace");
    drop(uniform(kGraceOver, kGraceOver + 3));
  } else if (dice < 0.9) {
    world_.stats.count("pages loaded anew");
    taking_back_ = hold_.has_value() && !hold_->lost;
    forget_session();
    drop(uniform(0.1, 1));
  } else {
    world_.stats.count("polite ends");
    if (hold_) lose_hold("locks freed by a polite end");
    close_line(uniform(0.1, 2));
  }
  return true;
}

void DeskUser::line_lost() {
  busy_ = false;
  pictured_ = false;
  untold_.clear();
}

void DeskUser::came_back(bool same_session) {
  if (!same_session) {
    book_.said.end_session(said_session_);
    said_session_ = session_;
    if (hold_ && !taking_back_ && !hold_->lost) lose_hold("locks lost by a drop");
  }
  // Whether the last word arrived is unknown, and a new session has said nothing yet.
  if (open_) say(open_->state);
  if (taking_back_ && hold_) take_back();
  taking_back_ = false;
}

void DeskUser::act() {
  if (role_ == Role::auditor) return;
  settle_suspicions(20);
  if (busy_ || now_seconds() < idle_until_ || !unknown_.empty()) return;
  if (break_line()) return;
  if (!pictured_ || !Client::settled()) return;  // a person waits until the screen is there
  end_old_lists();
  if (hold_) return type_on();
  if (open_) return in_record();
  browse();
}

void DeskUser::rest() {
  if (busy_ || !pictured_ || !unknown_.empty()) return;
  if (lists_.size() > 1) return end_old_lists();
  if (hold_) return hold_->lost ? hold_.reset() : release();
}

bool DeskUser::settled() const {
  if (!Client::settled() || !pictured_ || busy_) return false;
  return role_ == Role::auditor || (!hold_ && lists_.size() == 1);
}

}  // namespace load
