#include "tests/model/server.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/model/breach.hpp"
#include "tests/model/faulty_store.hpp"
#include "tests/model/session.hpp"
#include "tests/model/types.hpp"

namespace coterie::model {
namespace {

constexpr std::uint64_t kNobody = 0;  // no requester has this number: the ticket of what only steps a thread

Answer to_answer(const MutationOutcome& outcome) {
  return std::visit([](const auto& alternative) { return Answer{alternative}; }, outcome);
}

bool same(const std::vector<StoredNotification>& told, const std::vector<Overwritten>& wanted) {
  return std::equal(told.begin(), told.end(), wanted.begin(), wanted.end(),
                    [](const StoredNotification& x, const Overwritten& y) {
                      return x.user == y.user && x.notification.key == y.key &&
                             x.notification.version == y.version && x.notification.fields == y.fields;
                    });
}

}  // namespace

SqliteOptions Server::store_options() const {
  SqliteOptions options;
  options.directory = directory_;
  options.resume_events = shape_.wire.resume_events;
  options.now = [] { return Timestamp{std::chrono::milliseconds{1'798'761'590'000}}; };
  return options;
}

std::unique_ptr<Store> Server::open_store(std::uint64_t seed) {
  auto store = open_sqlite_store(store_options());
  require(store.has_value(), "the store cannot be opened");
  const Position position = (*store)->position().value();
  if (!oracle_) oracle_ = std::make_unique<Oracle>(position.epoch);
  require(position == Position{oracle_->epoch(), oracle_->head()},
          "a restart lost commits, or began a new epoch");
  require((*store)->adopt(*model_types()).has_value(), "the store does not adopt the types");
  return std::make_unique<FaultyStore>(std::move(*store), seed, shape_.fault_percent);
}

SequencerOptions Server::sequencer_options() {
  SequencerOptions options;
  options.queue_items = shape_.queue_items;
  options.group_edits = shape_.group_edits;
  options.snapshot_bytes = shape_.snapshot_bytes;
  options.least_interval = std::chrono::microseconds{0};
  options.head_cache_bytes = 5000;
  options.answers_age = std::chrono::hours{24 * 365 * 10};
  options.types = model_types();
  options.now = [this] { return side_.now(); };
  options.make_id = [this] { return side_.make_id(); };
  return options;
}

Server::Server(const std::filesystem::path& directory, const Shape& shape, std::uint64_t seed,
               Lasting& lasting, std::unique_ptr<Oracle>& oracle)
    : directory_(directory),
      shape_(shape),
      lasting_(lasting),
      oracle_(oracle),
      side_(shape.stepped, lasting.wall_ms, lasting.ids_made),
      reader_gate_(shape.stepped),
      store_(open_store(seed)),
      readers_([this] { return open_sqlite_reader(store_options()); },
               ReaderPoolOptions{shape.stepped ? 1U : 2U, 1000, std::chrono::hours{1}, std::chrono::hours{1}},
               {}),
      sequencer_(*store_, sequencer_options(),
                 [this](GroupOutcome outcome) { side_.deliver(std::move(outcome)); }),
      hub_(shape.hub, oracle->head(),
           [this](std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                  std::vector<Watch> watches) {
             subscriptions_.read_log(subscriber, after, std::move(rooms), std::move(watches));
           }),
      registry_(std::chrono::milliseconds{15'000},
                [this] { return "secret-" + std::to_string(++lasting_.secrets_made); }),
      state_(sequencer_, hub_, requesters_, registry_, metrics_, log_,
             {{},
              [this] { return lasting_.steady; },
              [this] { return Timestamp{std::chrono::milliseconds{side_.wall_ms()}}; }}),
      mutations_(sequencer_, hub_, requesters_, state_, metrics_, log_, [this] { return lasting_.steady; }),
      subscriptions_(
          sequencer_, readers_, hub_, requesters_, state_,
          [this](std::function<void()> task) { posts_.post(std::move(task)); }, shape.wire, oracle->epoch(),
          metrics_, log_),
      queries_(
          readers_, requesters_, [this](std::function<void()> task) { posts_.post(std::move(task)); },
          shape.wire),
      inbox_(sequencer_, queries_, mutations_, subscriptions_, requesters_, metrics_, log_,
             [this] { return Timestamp{std::chrono::milliseconds{side_.wall_ms()}}; }),
      named_readers_(
          sequencer_, readers_, requesters_,
          [this](std::function<void()> task) { posts_.post(std::move(task)); }, shape.wire,
          [this] { return Timestamp{std::chrono::milliseconds{side_.wall_ms()}}; }),
      dispatcher_(mutations_, queries_, subscriptions_, state_, inbox_, named_readers_,
                  [this] { return lasting_.steady; }) {
  if (!shape_.stepped) return;
  // From here on each stands before its gate whenever the loop runs. The floor is read on the way.
  sequencer_.submit(SnapshotRequest{{kNobody, RequestId{}}, {}, {}});
  side_.gate().await();
  readers_.ask("step", [this](Reader*) { reader_gate_.pass(); });
  reader_gate_.await();
}

Server::~Server() {
  side_.gate().abolish();
  reader_gate_.abolish();
  sequencer_.stop();
  readers_.stop();
  while (auto group = side_.take()) {
    try {
      judge(*group);
    } catch (const Breach&) {
      oracle_.reset();  // whoever comes next sees that something is wrong
      break;
    }
  }
  sessions_.clear();
  posts_.clear();
  lasting_.wall_ms = side_.wall_ms();
}

Session& Server::connect(std::shared_ptr<Line> line) {
  sessions_.push_back(std::make_unique<Session>(*this, std::move(line)));
  return *sessions_.back();
}

void Server::forget(Session& session) {
  std::erase_if(sessions_, [&](const auto& one) { return one.get() == &session; });
}

// ---- steps ----

bool Server::decide_group() {
  if (!shape_.stepped) return false;
  sequencer_.forget(WatchId{});  // taken however full the queue is: the thread comes to its gate again
  side_.gate().step();
  while (auto group = side_.take()) {
    judge(*group);
    judged_.push_back(std::move(*group));
  }
  return true;
}

bool Server::take_group() {
  if (judged_.empty()) {
    auto group = side_.take();
    if (!group) return false;
    judge(*group);
    judged_.push_back(std::move(*group));
  }
  Group group = std::move(judged_.front());
  judged_.pop_front();
  mutations_.group_done(std::move(group.outcome), subscriptions_);
  return true;
}

bool Server::read() {
  if (!shape_.stepped || readers_.waiting() == 0) return false;
  readers_.ask("step", [this](Reader*) { reader_gate_.pass(); });
  reader_gate_.step();
  return true;
}

void Server::let_time_pass(std::chrono::milliseconds time) {
  lasting_.steady += time;
  side_.let_time_pass(time.count());
  registry_.expire(lasting_.steady);
}

// Stepped, the sequencer always holds what made it take its last step.
bool Server::idle() const {
  const bool sequencer_idle = shape_.stepped || sequencer_.waiting() == 0;
  return judged_.empty() && !side_.has_group() && posts_.empty() && sequencer_idle && readers_.waiting() == 0;
}

// As /metrics has them: `coterie_edits_total{outcome="conflict"} 12`.
void Server::count(std::map<std::string, double>& figures) {
  std::istringstream text(metrics_.text());
  for (std::string line; std::getline(text, line);) {
    const std::size_t value = line.rfind(' ');
    if (line.starts_with('#') || line.find("_total") == std::string::npos || value == std::string::npos)
      continue;
    figures[line.substr(0, value)] += std::stod(line.substr(value + 1));
  }
}

// ---- the judgement ----

void Server::submitted(std::uint64_t requester, RequestId id, const Author& author,
                       const Mutation& mutation) {
  submitted_.insert_or_assign({requester, id.value()}, Submitted{author, mutation});
}

const std::string* Server::expected(std::uint64_t requester, RequestId id) const {
  const auto found = expected_.find({requester, id.value()});
  return found == expected_.end() ? nullptr : &found->second;
}

void Server::judge(Group& group) {
  std::deque<EntityId> made(group.made.begin(), group.made.end());
  Verdict all;
  const auto failed = [](const Decided& one) { return std::holds_alternative<Error>(one.outcome); };
  const auto& decided = group.outcome.decided;
  if (std::any_of(decided.begin(), decided.end(), failed)) {
    require(shape_.fault_percent > 0, "a group failed without a fault");
    require(std::all_of(decided.begin(), decided.end(), failed) && group.outcome.events.empty() &&
                group.outcome.inbox.empty(),
            "law 2: a group failed, and something of it was told");
    return;
  }
  for (const Decided& one : decided) judge_one(one, group, made, all);
  require(made.empty(), "the server made an id that the oracle did not need");
  require(group.outcome.events == all.events, "the events of a group are not those of the oracle");
  require(same(group.outcome.inbox.notifications, all.overwritten),
          "others are told of a change written over");
  require(group.outcome.position == Position{oracle_->epoch(), oracle_->head()},
          "the position is not the oracle's");
  std::erase_if(group.outcome.snapshots,
                [](const SnapshotTaken& snapshot) { return snapshot.ticket.requester == kNobody; });
}

void Server::judge_one(const Decided& decided, Group& group, std::deque<EntityId>& made, Verdict& all) {
  const Asked asked{decided.ticket.requester, decided.ticket.request.value()};
  const auto found = submitted_.find(asked);
  require(found != submitted_.end(), "decided what nobody submitted");
  const Submitted submitted = std::move(found->second);
  submitted_.erase(found);
  std::uint64_t& last = last_decided_[asked.first];
  require(asked.second > last, "the mutations of one connection were decided out of their order");
  last = asked.second;

  Verdict verdict = oracle_->decide(submitted.mutation, submitted.author, group.now, made);
  std::string wanted = encode_answer(decided.ticket.request, to_answer(verdict.outcome));
  const std::string given = encode_answer(decided.ticket.request, to_answer(decided.outcome));
  require(given == wanted, "another outcome than the oracle's:\n  given  " + given + "\n  wanted " + wanted);
  require(decided.outcome.index() == verdict.outcome.index(),
          "a repeat is not told from a first answer: " + given);
  expected_.insert_or_assign(asked, std::move(wanted));
  std::move(verdict.events.begin(), verdict.events.end(), std::back_inserter(all.events));
  std::move(verdict.overwritten.begin(), verdict.overwritten.end(), std::back_inserter(all.overwritten));
}

}  // namespace coterie::model
