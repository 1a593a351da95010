#include "bench/load/user.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace load {

namespace json = boost::json;

User::User(World& world, std::size_t number, Role role, std::uint64_t seed)
    : Client(world, number, seed), role_(role) {
  watches_type_ = role_ != Role::worker || chance(world_.profile.watches_type);
  if (watches_type_) return;
  for (std::size_t i = 0; i < world_.profile.watches_entities; ++i) {
    open_.push_back(random_() % world_.entities);
  }
  std::sort(open_.begin(), open_.end());
  open_.erase(std::unique(open_.begin(), open_.end()), open_.end());
}

void User::join_rooms() {
  if (watches_type_) join(1, {{"entityType", "LoadItem"}, {"limit", 500}});
  for (std::size_t i = 0; i < open_.size(); ++i) {
    join(i + 2, {{"entityType", "LoadItem"}, {"entityId", entity_name(world_, open_[i])}});
  }
}

double User::pause() { return role_ == Role::publisher ? world_.profile.burst_every : Client::pause(); }

void User::act() {
  if (role_ == Role::auditor) return;
  if (role_ == Role::publisher) return burst();
  if (world_.profile.burst > 0) return;  // the others listen
  const double mean = (world_.profile.think_least + world_.profile.think_most) / 2;
  if (chance(world_.profile.drops_per_minute * mean / 60)) return drop();
  if (unknown_.size() > 8) return;  // a person waits for the answer
  if (chance(world_.profile.reads)) return read_list();
  edit();
}

void User::read_list() {
  request("list", R"("entityType":"LoadItem","sort":"-n","limit":20)", [this](const Answer& answer) {
    if (answer.type == "entities") world_.stats.read(now_seconds(), answer.micros);
  });
}

void User::burst() {
  if (unknown_.size() > world_.profile.burst * 50) {
    world_.stats.count("bursts held back");
    return;
  }
  for (std::size_t i = 0; i < world_.profile.burst; ++i) {
    const std::string entity = entity_name(world_, random_() % world_.entities);
    Edit edit;
    edit.mutation = new_mutation();
    edit.entity = entity;
    edit.text = fmt::format(
        R"({{"op":"update","entityType":"LoadItem","entityId":"{}","guard":{{"kind":"load"}},"set":{{"text":"{}"}}}})",
        entity, edit.mutation + std::string(100, 'x'));
    submit(std::move(edit));
  }
}

void User::create_missing(std::size_t number) {
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity_name(world_, number);
  edit.text = fmt::format(
      R"({{"op":"create","entityType":"LoadItem","entityId":"{}","data":{{"kind":"load","n":0,"text":"","by":{{}}}}}})",
      edit.entity);
  submit(std::move(edit));
}

void User::edit() {
  const std::size_t number = open_.empty() ? random_() % world_.entities : open_[random_() % open_.size()];
  const std::string entity = entity_name(world_, number);
  const auto known = known_.find(entity);
  if (known == known_.end()) return create_missing(number);
  const std::string target = fmt::format(R"("op":"update","entityType":"LoadItem","entityId":"{}")", entity);
  const Profile& p = world_.profile;
  double dice = uniform(0, 1) * (1 - p.reads);
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity;
  if ((dice -= p.stale) < 0 && known->second > 1) {
    edit.base = known->second - 1;
    edit.surely_stale = true;
    edit.text = fmt::format(R"({{{},"baseVersion":{},"set":{{"text":"stale {}"}}}})", target, edit.base,
                            edit.mutation);
  } else if ((dice -= p.merges) < 0) {
    edit.base = known->second;
    edit.merge = true;
    edit.text = fmt::format(R"({{{},"baseVersion":{},"strategy":"merge","set":{{"by.u{}":"{}"}}}})", target,
                            edit.base, number_, edit.mutation);
  } else if ((dice -= p.increments) < 0) {
    edit.text = fmt::format(R"({{{},"increment":{{"n":1}},"guard":{{"n":{{"$gte":0}}}}}})", target);
  } else {
    edit.base = known->second;
    edit.text =
        fmt::format(R"({{{},"baseVersion":{},"set":{{"text":"{}"}}}})", target, edit.base, edit.mutation);
  }
  submit(std::move(edit));
}

void User::ask() {
  if (role_ == Role::auditor) fetch({{"entityType", "LoadItem"}, {"sort", "n"}}, found_);
}

void User::compare(const Versions& all) {
  Client::compare(all);
  if (!watches_type_) return;
  for (const auto& [id, version] : all) {
    if (!known_.contains(id)) breach(fmt::format("never heard of {} (version {})", id, version));
  }
}

}  // namespace load
