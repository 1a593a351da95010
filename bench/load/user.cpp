#include "bench/load/user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace load {

namespace json = boost::json;

std::string entity_name(const World& world, std::size_t number) {
  return fmt::format("{}-{}", world.run, number);
}

User::User(World& world, std::size_t number, Role role, std::uint64_t seed)
    : world_(world), number_(number), role_(role), random_(seed) {
  watches_type_ = role_ != Role::worker || uniform(0, 1) < world_.profile.watches_type;
  if (watches_type_) return;
  for (std::size_t i = 0; i < world_.profile.watches_entities; ++i) {
    open_.push_back(random_() % world_.entities);
  }
  std::sort(open_.begin(), open_.end());
  open_.erase(std::unique(open_.begin(), open_.end()), open_.end());
}

double User::uniform(double least, double most) {
  return std::uniform_real_distribution<>(least, most)(random_);
}

std::string User::new_mutation() { return fmt::format("{}-u{}-{}", world_.run, number_, next_mutation_++); }

void User::start(double when) {
  world_.loop.at(when, [this] { connect(); });
}

// ---- the line ----

void User::connect() {
  if (leaving_ || connection_) return;
  Connection::Handlers handlers;
  handlers.opened = [this] { opened(); };
  handlers.frame = [this](const std::vector<std::string_view>& messages) { take(messages); };
  handlers.closed = [this](int code, const std::string& why) { closed(code, why); };
  connection_ = std::make_unique<Connection>(world_.loop, world_.address, std::move(handlers));
}

void User::opened() {
  attempts_ = 0;
  json::object hello{{"id", next_request_},
                     {"type", "hello"},
                     {"token", fmt::format("dev:user{}", number_)},
                     {"clientId", fmt::format("load-{}", number_)}};
  if (ever_here_) {
    hello["resume"] = resume_;
    hello["position"] = json::object{{"epoch", epoch_}, {"seq", seq_}};
    json::array rooms;
    if (watches_type_) rooms.push_back(json::object{{"subscription", 1}, {"entityType", "LoadItem"}});
    for (std::size_t i = 0; i < open_.size(); ++i) {
      rooms.push_back(json::object{
          {"subscription", i + 2}, {"entityType", "LoadItem"}, {"entityId", entity_name(world_, open_[i])}});
    }
    hello["subscriptions"] = std::move(rooms);
  }
  waiting_[next_request_++] = {"hello", now_seconds(), {}};
  connection_->send(json::serialize(hello));
}

void User::drop() {
  if (!connection_) return;
  connection_->drop();
  closed(0, "the harness cut the line");
}

void User::leave() {
  leaving_ = true;
  if (connection_) connection_->close();
}

void User::closed(int code, const std::string& why) {
  if (here_) --world_.here;
  here_ = false;
  waiting_.clear();
  pending_joins_ = 0;
  truth_pending_ = false;
  old_ = std::move(connection_);
  if (leaving_) return;
  if (code != 0) world_.stats.count(fmt::format("closed {}", code));
  if (code >= 4000 && code < 4100) {
    world_.ledger.breach(breach_prefix() + fmt::format("was sent away with {} {}", code, why));
    return;
  }
  // Full jitter, as a good client waits.
  const double most = std::min(30.0, 0.25 * static_cast<double>(1U << std::min(attempts_++, 7)));
  start(now_seconds() + uniform(0, most));
}

// A whole frame is applied before anything is done about it.
void User::take(const std::vector<std::string_view>& messages) {
  for (const std::string_view text : messages) {
    if (!connection_) return;
    json::value value;
    try {
      value = json::parse(text);
    } catch (const std::exception&) {
      world_.ledger.breach(breach_prefix() + "was sent something that is not JSON");
      continue;
    }
    message(value.as_object());
  }
}

void User::request(const std::string& type, const std::string& members, const std::string& mutation) {
  const auto id = next_request_++;
  waiting_[id] = {type, now_seconds(), mutation};
  connection_->send(
      fmt::format(R"({{"id":{},"type":"{}"{}{}}})", id, type, members.empty() ? "" : ",", members));
}

// ---- what the user does ----

void User::subscribe_all() {
  if (watches_type_) {
    request("subscribe", R"("subscription":1,"entityType":"LoadItem","limit":500)");
    ++pending_joins_;
  }
  for (std::size_t i = 0; i < open_.size(); ++i) {
    request("subscribe", fmt::format(R"("subscription":{},"entityType":"LoadItem","entityId":"{}")", i + 2,
                                     entity_name(world_, open_[i])));
    ++pending_joins_;
  }
}

void User::think() {
  if (acting_ || role_ == Role::auditor) return;
  acting_ = true;
  const double pause = role_ == Role::publisher
                           ? world_.profile.burst_every
                           : uniform(world_.profile.think_least, world_.profile.think_most);
  world_.loop.at(now_seconds() + pause, [this] {
    acting_ = false;
    if (world_.quiet || leaving_) return;
    if (here_) act();
    think();
  });
}

void User::act() {
  if (role_ == Role::publisher) return burst();
  if (world_.profile.burst > 0) return;  // the others listen
  const double mean = (world_.profile.think_least + world_.profile.think_most) / 2;
  if (uniform(0, 1) < world_.profile.drops_per_minute * mean / 60) return drop();
  if (unknown_.size() > 8) return;  // a person waits for the answer
  if (uniform(0, 1) < world_.profile.reads) return read_list();
  edit();
}

void User::read_list() { request("list", R"("entityType":"LoadItem","sort":"-n","limit":20)"); }

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

void User::submit(Edit edit) {
  edit.since = now_seconds();
  world_.ledger.sent_at.emplace(edit.mutation, edit.since);
  const std::string mutation = edit.mutation;
  const std::string members = fmt::format(R"("mutationId":"{}","ops":[{}])", mutation, edit.text);
  unknown_.emplace(mutation, std::move(edit));
  request("mutate", members, mutation);
}

}  // namespace load
