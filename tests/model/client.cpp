#include "tests/model/client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "tests/model/breach.hpp"
#include "tests/model/random_mutation.hpp"
#include "tests/model/server.hpp"
#include "tests/model/session.hpp"

namespace coterie::model {
namespace {

namespace json = boost::json;

constexpr std::size_t kRecent = 400;
constexpr std::size_t kMostAttempts = 60;  // of one user, kept to be repeated

json::object position_object(const Position& position) {
  return {{"epoch", position.epoch.value()}, {"seq", position.seq.value()}};
}

json::object room_object(const RoomKey& room) {
  json::object out{{"entityType", room.type.value()}};
  if (room.id) out["entityId"] = room.id->value();
  if (!room.filter.empty()) out["filter"] = json::parse(room.filter);
  return out;
}

}  // namespace

// ---- the connection ----

void Client::connect(Server& server, const Oracle& oracle) {
  require(state_ == State::offline, "a client connects twice");
  server_ = &server;
  line_ = std::make_shared<Line>(server.shape().kernel_bytes);
  session_ = &server.connect(line_);
  last_request_ = 0;
  state_ = State::greeting;
  if (position_.epoch.value().empty()) position_.epoch = oracle.epoch();
  send_hello(oracle);
}

// A position that the server has to refuse now and then: of another history, or of a commit that never was.
json::object Client::hello_position(const Oracle& oracle, std::string& promised) {
  promised = "recovered";
  if (dice_.one_in(15)) {
    promised = "epoch";
    return position_object({Epoch{"another"}, position_.seq});
  }
  if (dice_.one_in(15)) {
    promised = "epoch";
    return position_object({oracle.epoch(), Seq{oracle.head().value() + 1000}});
  }
  return position_object(position_);
}

void Client::send_hello(const Oracle& oracle) {
  json::object hello{{"type", "hello"}, {"token", "dev:" + user_.name}, {"clientId", label_}};
  if (resume_) hello["resume"] = *resume_;
  std::string promised = "new";
  if (!dice_.one_in(10)) hello["position"] = hello_position(oracle, promised);
  const std::size_t most = server_->shape().wire.subscriptions;
  std::erase_if(subs_, [&](const auto& one) { return !one.second.joined && subs_.size() > most; });
  json::array subscriptions;
  for (auto& [number, sub] : subs_) {
    json::object one = room_object(sub.replica.room());
    one["subscription"] = number;
    one["limit"] = dice_.between(1, 6);
    const Seq stands_at = std::max(sub.from, position_.seq);
    sub.promised = promised;
    if (!sub.joined) {
      one["position"] = nullptr;
      sub.promised = "new";
    } else if (stands_at > position_.seq || dice_.chance(20)) {
      one["position"] = position_object({oracle.epoch(), stands_at});
      sub.promised = "recovered";
    }
    sub.from = stands_at;
    subscriptions.push_back(std::move(one));
  }
  if (!subscriptions.empty()) hello["subscriptions"] = std::move(subscriptions);
  send(std::move(hello), {Kind::hello, nullptr, 0, {}});
}

void Client::snap() {
  line_->snap();
  server_gone();
}

void Client::server_gone() {
  if (state_ == State::offline) return;
  note("loses", "the line");
  state_ = State::offline;
  line_.reset();
  session_ = nullptr;
  fresh_.clear();
  for (auto& [id, pending] : pending_) {
    if (pending.kind == Kind::mutate && !pending.attempt->tampered && !pending.attempt->committed) {
      unknown_.push_back(pending.attempt);
    }
  }
  pending_.clear();
  std::erase_if(subs_, [](const auto& one) { return one.second.leaving; });
  for (auto& [number, sub] : subs_) {
    sub.paging = false;
    sub.request = 0;
  }
}

std::uint64_t Client::send(json::object message, Pending pending) {
  const std::uint64_t id = ++last_request_;
  message["id"] = id;
  std::string text = json::serialize(message);
  note("says", text);
  line_->request(std::move(text));
  pending.message = std::move(message);
  pending_.emplace(id, std::move(pending));
  return id;
}

void Client::note(std::string_view direction, std::string_view text) {
  recent_.push_back(std::string(direction) + " " + std::string(text.substr(0, 400)));
  if (recent_.size() > kRecent) recent_.pop_front();
}

// ---- what it does ----

void Client::act(const Oracle& oracle) {
  if (state_ != State::online || pending_.size() > server_->shape().wire.in_flight) return;
  const std::size_t what = dice_.below(100);
  if (what < 40) return mutate(oracle);
  if (what < 50) return repeat();
  if (what < 58 && !unknown_.empty()) return settle();
  if (what < 70) return subscribe_new();
  if (what < 76) return page_some();
  if (what < 81) return unsubscribe();
  if (what < 94) return question();
  if (what < 99) {
    send({{"type", "ping"}}, {Kind::ping, nullptr, 0, {}});
    return;
  }
  line_->request("{\"id\":1,\"id\":2");  // nobody can read that
}

void Client::settle() {
  if (state_ != State::online || !pending_.empty()) return;
  if (!unknown_.empty()) {
    const AttemptPtr attempt = unknown_.back();
    unknown_.pop_back();
    return send_attempt(attempt);
  }
  for (auto& [number, sub] : subs_) {
    if (sub.joined && sub.replica.cursor() && !sub.paging) return ask_page(number, sub, false);
  }
  if (position_.seq < server_->head()) send({{"type", "ping"}}, {Kind::ping, nullptr, 0, {}});
}

bool Client::rests() const {
  if (state_ != State::online || !pending_.empty() || !unknown_.empty()) return false;
  if (position_.seq < server_->head()) return false;
  return std::all_of(subs_.begin(), subs_.end(), [](const auto& one) {
    return one.second.joined && !one.second.replica.cursor() && !one.second.leaving;
  });
}

void Client::subscribe_new() {
  if (subs_.size() > server_->shape().wire.subscriptions || subs_.size() > 8) return;
  std::uint64_t number = dice_.between(1, 12);
  if (subs_.contains(number)) return;
  static const char* const kTypes[] = {"Doc", "Doc", "Stock", "Order"};
  const char* type = kTypes[dice_.below(4)];
  RoomKey room{EntityType{type}, std::nullopt};
  if (dice_.chance(40)) {
    room.id = random_key(dice_, type).id;
  } else if (dice_.chance(50)) {
    room.filter = json::serialize(random_room_filter(dice_, type));
  }
  json::object message = room_object(room);
  message["type"] = "subscribe";
  message["subscription"] = number;
  if (dice_.chance(70)) message["limit"] = dice_.between(1, 5);
  Sub sub{Replica(std::move(room)), false, false, false, false, {}, last_request_ + 1, false, {}};
  if (dice_.chance(15)) {
    sub.watch_only = true;
    message["snapshot"] = false;
  }
  subs_.emplace(number, std::move(sub));
  send(std::move(message), {Kind::subscribe, nullptr, number, {}});
}

void Client::page_some() {
  for (auto& [number, sub] : subs_) {
    if (!sub.joined || sub.paging || sub.leaving || !dice_.chance(50)) continue;
    if (sub.replica.cursor() || dice_.chance(20)) return ask_page(number, sub, !sub.replica.cursor());
  }
}

void Client::ask_page(std::uint64_t number, Sub& sub, bool anew) {
  json::object message = room_object(sub.replica.room());
  message["type"] = "subscribe";
  message["subscription"] = number;
  message["limit"] = dice_.between(1, 5);
  if (!anew) message["cursor"] = *sub.replica.cursor();
  sub.paging = true;
  send(std::move(message), {Kind::subscribe, nullptr, number, {}});
}

void Client::unsubscribe() {
  if (subs_.empty()) return;
  auto it = std::next(subs_.begin(), static_cast<std::ptrdiff_t>(dice_.below(subs_.size())));
  if (it->second.leaving) return;
  it->second.leaving = true;
  send({{"type", "unsubscribe"}, {"subscription", it->first}}, {Kind::unsubscribe, nullptr, it->first, {}});
}

// What it holds; of what it does not hold, what a `get` would have told it.
std::optional<Version> Client::known(const EntityKey& key, const Oracle& oracle) const {
  for (const auto& [number, sub] : subs_) {
    if (!sub.replica.covers(key)) continue;
    if (auto version = sub.replica.version(key.id.value())) return version;
  }
  const auto entity = oracle.at(key, position_.seq);
  return entity ? std::optional(entity->meta.version) : std::nullopt;
}

void Client::mutate(const Oracle& oracle) {
  RandomMutations random(
      dice_, [&](const EntityKey& key) { return known(key, oracle); }, oracle.epoch());
  auto attempt = std::make_shared<Attempt>();
  attempt->id = label_ + "-" + std::to_string(++last_mutation_);
  attempt->body = random.make();
  if (user_.attempts.size() < kMostAttempts) {
    user_.attempts.push_back(attempt);
  } else {
    user_.attempts[dice_.below(kMostAttempts)] = attempt;
  }
  fresh_.insert(attempt->id);
  send_attempt(attempt);
}

// Somebody's old mutation, or the same id with another content.
void Client::repeat() {
  if (user_.attempts.empty()) return;
  AttemptPtr attempt = dice_.pick(user_.attempts);
  if (dice_.chance(20)) {
    auto other = std::make_shared<Attempt>();
    other->id = attempt->id;
    other->body = dice_.pick(user_.attempts)->body;
    other->tampered = true;
    attempt = std::move(other);
  }
  send_attempt(attempt);
}

void Client::send_attempt(const AttemptPtr& attempt) {
  json::object message = attempt->body;
  message["type"] = "mutate";
  message["mutationId"] = attempt->id;
  send(std::move(message), {Kind::mutate, attempt, 0, {}});
}

void Client::question() {
  static const char* const kTypes[] = {"Doc", "Stock", "Order"};
  const char* type = kTypes[dice_.below(3)];
  json::object message{{"entityType", type}};
  switch (dice_.below(3)) {
    case 0:
      message["type"] = "get";
      message["entityId"] = random_key(dice_, type).id.value();
      if (dice_.chance(40)) message["version"] = dice_.between(1, 6);
      send(std::move(message), {Kind::get, nullptr, 0, {}});
      return;
    case 1:
      message["type"] = "list";
      message["limit"] = dice_.between(1, 7);
      message["count"] = dice_.chance(50);
      if (dice_.chance(50)) message["filter"] = json::object{{"n", json::object{{"$gte", dice_.below(5)}}}};
      send(std::move(message), {Kind::list, nullptr, 0, {}});
      return;
    default:
      message["type"] = "history";
      message["after"] =
          position_.seq.value() - dice_.below(std::min<std::size_t>(position_.seq.value(), 40) + 1);
      message["limit"] = dice_.between(1, 9);
      if (dice_.chance(40)) message.erase("entityType");
      send(std::move(message), {Kind::history, nullptr, 0, {}});
  }
}

void Client::compare(const Oracle& oracle) const {
  for (const auto& [number, sub] : subs_) {
    if (sub.joined && !sub.watch_only && !sub.leaving) {
      sub.replica.compare(std::max(position_.seq, sub.from), oracle);
    }
  }
}

std::string Client::describe() const {
  std::string out = label_ + (state_ == State::online     ? " online"
                              : state_ == State::greeting ? " greeting"
                                                          : " offline");
  out += " position=" + std::to_string(position_.seq.value()) + " unknown=" + std::to_string(unknown_.size());
  for (const auto& [id, pending] : pending_) out += "\n    waits for " + json::serialize(pending.message);
  for (const auto& [number, sub] : subs_) {
    out += "\n    room " + std::to_string(number) + (sub.joined ? " joined" : " waiting") +
           (sub.replica.cursor() ? " paged" : "") + (sub.leaving ? " leaving" : "") +
           (sub.paging ? " paging" : "");
  }
  if (session_ != nullptr) out += "\n    session: " + session_->state();
  if (!rests()) {
    for (const std::string& line : recent_) out += "\n      " + line;
  }
  return out;
}

}  // namespace coterie::model
