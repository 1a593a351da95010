#include "tests/model/world.hpp"

#include <algorithm>

#include "tests/model/breach.hpp"
#include "tests/model/session.hpp"

namespace coterie::model {
namespace {

constexpr std::size_t kMostRounds = 20'000;    // of coming to rest, stepped
constexpr std::chrono::seconds kMostRest{60};  // free

}  // namespace

World::World(const Shape& shape) : shape_(shape), dice_(shape.seed), folder_("coterie-model") {
  for (std::size_t i = 0; i < shape.users; ++i) users_.push_back({"user" + std::to_string(i), {}});
  for (std::size_t i = 0; i < shape.clients; ++i) {
    clients_.push_back(
        std::make_unique<Client>("c" + std::to_string(i), users_[i % shape.users], dice_.seed()));
  }
  server_ = std::make_unique<Server>(folder_.path(), shape_, dice_.seed(), lasting_, oracle_);
}

void World::run(Tally& tally) {
  for (std::size_t i = 0; i < shape_.steps; ++i) step();
  come_to_rest();
  compare_store();
  server_->count(tally.figures);
  ++tally.worlds;
  tally.events += oracle_->log().size();
  tally.commits += oracle_->head().value();
}

// ---- trouble ----

void World::step() {
  const std::size_t what = dice_.below(100);
  if (what < 25) return step_client();
  if (what < 60) return step_lines();
  if (what < 98) return step_server();
  trouble();
}

void World::step_client() {
  Client& client = *clients_[dice_.below(clients_.size())];
  if (client.offline()) {
    if (dice_.chance(50)) client.connect(*server_, *oracle_);
    return;
  }
  for (std::size_t acts = dice_.between(1, 3); acts > 0; --acts) client.act(*oracle_);
}

void World::step_lines() {
  for (std::size_t lines = dice_.between(1, 3); lines > 0; --lines) {
    Client& client = *clients_[dice_.below(clients_.size())];
    for (std::size_t frames = dice_.between(0, 4); frames > 0; --frames) client.read(*oracle_);
    if (server_->sessions().empty()) continue;
    Session& session = *server_->sessions()[dice_.below(server_->sessions().size())];
    for (std::size_t requests = dice_.between(0, 6); requests > 0 && session.reads(); --requests)
      session.take_request();
    if (dice_.chance(60)) session.tell_drained();
  }
}

void World::step_server() {
  switch (dice_.below(8)) {
    case 0:
    case 1:
      server_->decide_group();
      return;
    case 2:
    case 3:
      server_->take_group();
      return;
    case 4:
      server_->read();
      return;
    case 5:
      server_->take_post(true);
      server_->take_post(false);
      return;
    default:
      server_->turn();
  }
}

void World::trouble() {
  Client& client = *clients_[dice_.below(clients_.size())];
  switch (dice_.below(6)) {
    case 0:
    case 1:
      if (!client.offline()) client.snap();
      return;
    case 2:
      notice_broken();
      return;
    case 3:
      for (const auto& session : server_->sessions()) {
        if (dice_.chance(50)) session->ping();
      }
      return;
    case 4:
      server_->let_time_pass(std::chrono::milliseconds(dice_.chance(90) ? dice_.below(3000) : 16'000));
      for (const auto& session : server_->sessions()) session->sweep();
      return;
    default:
      if (shape_.restarts && dice_.chance(15)) restart();
  }
}

void World::notice_broken() {
  std::vector<Session*> gone;
  for (const auto& session : server_->sessions()) {
    if (session->line().broken()) gone.push_back(session.get());
  }
  for (Session* session : gone) server_->forget(*session);
}

// Everything in memory is lost, what was decided stays.
void World::restart() {
  for (const auto& client : clients_) client->server_gone();
  server_.reset();
  require(oracle_ != nullptr, "what was decided while the server stopped is not what the oracle decides");
  server_ = std::make_unique<Server>(folder_.path(), shape_, dice_.seed(), lasting_, oracle_);
}

// ---- rest ----

void World::come_to_rest() {
  const auto deadline = std::chrono::steady_clock::now() + kMostRest;
  for (std::size_t round = 0;
       shape_.stepped ? round < kMostRounds : std::chrono::steady_clock::now() < deadline; ++round) {
    if (settle_round()) {
      for (const auto& client : clients_) client->compare(*oracle_);
      return;
    }
    if (!shape_.stepped) std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  throw Breach("it does not come to rest");
}

bool World::settle_round() {
  notice_broken();
  for (const auto& client : clients_) {
    if (client->offline()) client->connect(*server_, *oracle_);
    client->settle();
  }
  for (const auto& session : server_->sessions()) {
    while (session->reads()) session->take_request();
    session->tell_drained();
  }
  server_->decide_group();
  while (server_->take_group()) {
  }
  server_->read();
  while (server_->take_post(true) || server_->take_post(false)) {
  }
  server_->turn();
  bool rests = true;
  for (const auto& client : clients_) {
    for (int frames = 0; frames < 20; ++frames) client->read(*oracle_);
    rests = rests && client->rests();
  }
  return rests && server_->idle();
}

void World::compare_store() const {
  const auto reader = open_sqlite_reader(server_->store_options());
  require(reader.has_value(), "the database cannot be read");
  const Position position = (*reader)->position().value();
  require(position == Position{oracle_->epoch(), oracle_->head()}, "at rest the store stands elsewhere");
  LogQuery query;
  query.most_events = 1'000'000;
  query.most_bytes = 1'000'000'000;
  std::vector<DataSyncEvent> log;
  for (bool at_head = false; !at_head;) {
    const LogPage page = (*reader)->log(query).value();
    log.insert(log.end(), page.events.begin(), page.events.end());
    query.after = page.up_to;
    at_head = page.at_head;
  }
  require(log == oracle_->log(), "at rest the log is another");
  for (const char* type : {"Doc", "Stock", "Order"}) {
    ListQuery list;
    list.type = EntityType{type};
    list.limit = 100'000;
    list.most_bytes = 1'000'000'000;
    const Page page = (*reader)->list(list).value();
    const auto truth = oracle_->room_at({list.type, std::nullopt}, oracle_->head());
    const bool same =
        std::equal(page.entities.begin(), page.entities.end(), truth.begin(), truth.end(),
                   [](const Entity& entity, const auto& true_one) { return entity == true_one.second; });
    require(same, std::string("at rest the records differ: ") + type);
  }
}

std::string World::describe() const {
  std::string out = to_text(shape_);
  if (oracle_) out += "\n  head " + std::to_string(oracle_->head().value());
  if (server_)
    out += ", published " + std::to_string(server_->head().value()) + (server_->idle() ? ", idle" : ", busy");
  for (const auto& client : clients_) out += "\n  " + client->describe();
  return out;
}

}  // namespace coterie::model
