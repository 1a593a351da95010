#include "bench/load/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace load {

namespace json = boost::json;

std::string entity_name(const World& world, std::size_t number) {
  return fmt::format("{}-{}", world.run, number);
}

Client::Client(World& world, std::size_t number, std::uint64_t seed)
    : world_(world), number_(number), random_(seed) {}

double Client::uniform(double least, double most) {
  return std::uniform_real_distribution<>(least, most)(random_);
}

std::string Client::new_mutation() { return fmt::format("{}-u{}-{}", world_.run, number_, next_mutation_++); }

bool Client::ours(const std::string& entity) const {
  return entity.size() > world_.run.size() && entity.compare(0, world_.run.size(), world_.run) == 0 &&
         entity[world_.run.size()] == '-';
}

void Client::breach(const std::string& what) const {
  world_.ledger.breach(fmt::format("user {}: {}", number_, what));
}

bool Client::settled() const {
  return here_ && waiting_.empty() && unknown_.empty() &&
         std::all_of(rooms_.begin(), rooms_.end(), [](const auto& room) { return room.second.whole; });
}

// ---- the line ----

void Client::start(double when) {
  world_.loop.at(when, [this] { connect(); });
}

void Client::connect() {
  if (leaving_ || connection_) return;
  Connection::Handlers handlers;
  handlers.opened = [this] { opened(); };
  handlers.frame = [this](const std::vector<std::string_view>& messages) { take(messages); };
  handlers.closed = [this](int code, const std::string& why) { closed(code, why); };
  connection_ = std::make_unique<Connection>(world_.loop, world_.address, std::move(handlers));
}

void Client::opened() {
  attempts_ = 0;
  json::object hello{{"id", next_request_},
                     {"type", "hello"},
                     {"token", fmt::format("dev:user{}", number_)},
                     {"clientId", fmt::format("load-{}", number_)}};
  if (ever_here_) {
    if (!resume_.empty()) hello["resume"] = resume_;
    hello["position"] = json::object{{"epoch", epoch_}, {"seq", seq_}};
    json::array rooms;
    for (const auto& [subscription, room] : rooms_) {
      json::object one = room.what;
      one["subscription"] = subscription;
      if (!room.whole) one["position"] = nullptr;  // what is not there yet cannot be gone on with
      rooms.push_back(std::move(one));
    }
    hello["subscriptions"] = std::move(rooms);
  }
  waiting_[next_request_++] = {now_seconds(), [this](const Answer& answer) {
                                 if (answer.type == "welcome") welcome(answer.m);
                               }};
  connection_->send(json::serialize(hello));
}

void Client::drop(std::optional<double> away) {
  if (!connection_) return;
  connection_->drop();
  closed(0, "the harness cut the line", away);
}

void Client::close_line(double away) {
  if (!connection_) return;
  connection_->close();
  forget_session();
  closed(0, "the user went", away);
}

void Client::leave() {
  leaving_ = true;
  if (connection_) connection_->close();
}

void Client::closed(int code, const std::string& why, std::optional<double> away) {
  if (here_) --world_.here;
  here_ = false;
  world_.last_break = now_seconds();
  waiting_.clear();
  asking_ = 0;
  old_ = std::move(connection_);
  if (leaving_) return;
  went_away_ = away.has_value();
  line_lost();
  if (code != 0) world_.stats.count(fmt::format("closed {}", code));
  if (code >= 4000 && code < 4100) return breach(fmt::format("was sent away with {} {}", code, why));
  if (code == 4103) forget_session();  // replaced: comes back as a new session
  // Full jitter, as a good client waits.
  const double most = std::min(30.0, 0.25 * static_cast<double>(1U << std::min(attempts_++, 7)));
  start(now_seconds() + away.value_or(uniform(0, most)));
}

// A whole frame is applied before anything is done about it.
void Client::take(const std::vector<std::string_view>& messages) {
  meets_again_ = false;
  for (const std::string_view text : messages) {
    if (!connection_) return;
    json::value value;
    try {
      value = json::parse(text);
    } catch (const std::exception&) {
      breach("was sent something that is not JSON");
      continue;
    }
    message(value.as_object());
  }
  meets_again_ = false;
}

void Client::request(const std::string& type, const std::string& members, const Then& then) {
  const auto id = next_request_++;
  waiting_[id] = {now_seconds(), then};
  connection_->send(
      fmt::format(R"({{"id":{},"type":"{}"{}{}}})", id, type, members.empty() ? "" : ",", members));
}

// ---- the rooms ----

void Client::join(std::uint64_t subscription, json::object what) {
  rooms_[subscription] = {std::move(what), false};
  ask_room(subscription, nullptr);
}

void Client::ask_room(std::uint64_t subscription, const json::value* cursor) {
  json::object members = rooms_.at(subscription).what;
  members["subscription"] = subscription;
  if (cursor != nullptr) members["cursor"] = *cursor;
  const std::string text = json::serialize(members);
  request("subscribe", text.substr(1, text.size() - 2),
          [this, subscription, first = cursor == nullptr](const Answer& answer) {
            page(subscription, answer, first);
          });
}

void Client::part(std::uint64_t subscription, const Then& then) {
  rooms_.erase(subscription);
  request("unsubscribe", fmt::format(R"("subscription":{})", subscription), then);
}

// ---- edits, and what comes next ----

void Client::submit(Edit edit) {
  edit.since = now_seconds();
  world_.ledger.sent_at.emplace(edit.mutation, edit.since);
  const auto kept = unknown_.emplace(edit.mutation, std::move(edit));
  send_edit(kept.first->second);
}

void Client::send_edit(const Edit& edit) {
  request("mutate", fmt::format(R"("mutationId":"{}","ops":[{}])", edit.mutation, edit.text),
          [this, mutation = edit.mutation](const Answer& answer) { edit_answered(mutation, answer); });
}

double Client::pause() { return uniform(world_.profile.think_least, world_.profile.think_most); }

void Client::think() {
  if (thinking_) return;
  thinking_ = true;
  world_.loop.at(now_seconds() + pause(), [this] {
    thinking_ = false;
    if (leaving_ || (world_.quiet && settled())) return;
    if (here_ && world_.quiet) rest();
    if (here_ && !world_.quiet) act();
    think();
  });
}

// ---- at rest ----

void Client::fetch(const json::object& query, Versions& into) {
  ++asking_;
  json::object members = query;
  members["data"] = false;
  members["limit"] = 500;
  const std::string text = json::serialize(members);
  request("list", text.substr(1, text.size() - 2), [this, query, &into](const Answer& answer) {
    if (answer.type != "entities") return breach("a list at rest was answered with " + answer.type);
    for (const json::value& entity : answer.m.at("entities").as_array()) {
      const std::string id = text_of(entity.as_object(), "entityId");
      if (ours(id)) into[id] = number_of(entity.as_object(), "version");
    }
    if (const json::value* cursor = answer.m.if_contains("cursor")) {
      json::object next = query;
      next["cursor"] = *cursor;
      fetch(next, into);
    }
    --asking_;
  });
}

void Client::compare(const Versions& all) {
  for (const auto& [id, version] : known_) {
    const auto found = all.find(id);
    const std::uint64_t listed = found == all.end() ? 0 : found->second;
    if (deleted_.contains(id) ? listed != 0 : listed != version) {
      breach(fmt::format("at rest {} is at version {}, this user has {}{}", id, listed, version,
                         deleted_.contains(id) ? ", a deletion" : ""));
    }
  }
}

}  // namespace load
