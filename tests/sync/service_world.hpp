// The whole of server/sync on a real database, with a loop that the test turns by hand.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <boost/json/object.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "server/sync/dispatcher.hpp"
#include "server/sync/inbox_service.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/reader_service.hpp"
#include "server/sync/rights.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/session_registry.hpp"
#include "server/sync/subscription_service.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "tests/support/json.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/sync/recording_sink.hpp"
#include "tests/sync/samples.hpp"

namespace coterie::testing {

// Tasks from other threads, run by the test.
class HandLoop {
 public:
  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    arrived_.notify_one();
  }
  // Runs one task; waits for it if need be. False: none came, which is a fault of what is tested.
  bool run_one() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return !tasks_.empty(); })) return false;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::function<void()>> tasks_;
};

struct WorldOptions {
  HubOptions hub{};
  WireLimits limits{};
  std::uint64_t resume_events = 1'000'000;
  std::function<void(Store&)> seed{};  // what is there before anybody comes
  std::shared_ptr<const AccessRules> access = nullptr;
};

class ServiceWorld {
 public:
  explicit ServiceWorld(WorldOptions options = {})
      : sqlite_(sqlite_options(directory_, options)),
        limits(options.limits),
        store_(seeded(open_sqlite_store(sqlite_).value(), options)),
        epoch(store_->position()->epoch),
        hub(options.hub, store_->position()->seq,
            [this](std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                   std::vector<Watch> watches) {
              subscriptions.read_log(subscriber, after, std::move(rooms), std::move(watches));
            }),
        readers_([this] { return open_sqlite_reader(sqlite_); }, {}, [](auto, auto, auto) {}),
        sequencer_(*store_, sequencer_options(options),
                   [this](GroupOutcome outcome) {
                     loop.post([this, outcome = std::make_shared<GroupOutcome>(std::move(outcome))] {
                       named_readers.decided(std::move(outcome->readers));
                       mutations.group_done(std::move(*outcome), subscriptions);
                     });
                   }),
        state(sequencer_, hub, requesters, registry, metrics, log_,
              {{},
               [this] { return now.load(); },
               [] { return Timestamp{std::chrono::milliseconds(1'795'406'400'000)}; }}),
        mutations(sequencer_, hub, requesters, state, metrics, log_),
        queries(readers_, requesters, post(), limits),
        named_readers(sequencer_, readers_, requesters, post(), limits, wall_clock),
        subscriptions(sequencer_, readers_, hub, requesters, state, post(), limits, epoch, metrics, log_),
        inbox(sequencer_, queries, mutations, subscriptions, requesters, metrics, log_,
              [this] { return wall; }),
        dispatcher(mutations, queries, subscriptions, state, inbox, named_readers,
                   [this] { return now.load(); }) {
    rights.configure(options.access, {});
    state.heed(rights);
    queries.heed(rights);
    named_readers.heed(rights);
    subscriptions.heed(rights);
    inbox.heed(rights);
  }
  ~ServiceWorld() {
    sequencer_.stop();
    readers_.stop();
  }

  // As the application does on SIGHUP; until they are in force everywhere.
  void change_rules(std::shared_ptr<const AccessRules> rules) {
    auto done = std::make_shared<bool>(false);
    Reconfiguration change{std::make_shared<TypeTable>(), NumberFormats(), {}, rules};
    change.done = [this, rules, done](const Result<std::vector<RuleChange>>&) {
      loop.post([this, rules, done] {
        rights.configure(rules, {});
        *done = true;
      });
    };
    REQUIRE(sequencer_.submit(std::move(change)));
    until([&] { return *done; });
  }

  void turn() {
    REQUIRE(loop.run_one());
    hub.flush();
  }
  template <class Done>
  void until(Done done) {
    hub.flush();
    while (!done()) turn();
  }

 private:
  static Timestamp wall_clock() { return Timestamp{std::chrono::milliseconds(1'795'406'400'000)}; }
  static std::unique_ptr<Store> seeded(std::unique_ptr<Store> store, const WorldOptions& options) {
    if (options.seed) options.seed(*store);
    return store;
  }
  static SqliteOptions sqlite_options(const TemporaryDirectory& directory, const WorldOptions& options) {
    SqliteOptions sqlite;
    sqlite.directory = directory.path();
    sqlite.resume_events = options.resume_events;
    sqlite.now = wall_clock;
    return sqlite;
  }
  SequencerOptions sequencer_options(const WorldOptions& given) {
    SequencerOptions options;
    options.access = given.access;
    options.steady = [this] { return now.load(); };
    options.now = wall_clock;
    options.make_id = [made = std::make_shared<int>(0)] {
      return EntityId{"made-" + std::to_string(++*made)};
    };
    return options;
  }
  Post post() {
    return [this](std::function<void()> task) { loop.post(std::move(task)); };
  }

  TemporaryDirectory directory_;
  SqliteOptions sqlite_;

 public:
  WireLimits limits;
  HandLoop loop;
  RequesterTable requesters;
  Rights rights{requesters};
  Metrics metrics;
  std::atomic<InFlight::Time> now{};
  Timestamp wall{std::chrono::milliseconds(1'795'406'400'000)};
  SessionRegistry registry{std::chrono::seconds(15),
                           [made = std::make_shared<int>(0)] { return "random-" + std::to_string(++*made); }};

 private:
  Log log_{LogLevel::off, LogFormat::logfmt};
  std::unique_ptr<Store> store_;

 public:
  Epoch epoch;
  Hub hub;

 private:
  ReaderPool readers_;
  Sequencer sequencer_;

 public:
  RoomState state;
  MutationService mutations;
  QueryService queries;
  ReaderService named_readers;
  SubscriptionService subscriptions;
  InboxService inbox;
  Dispatcher dispatcher;
};

// A session that asks and reads.
class Caller {
 public:
  Caller(ServiceWorld& world, const std::string& user, std::size_t outbox = 1'000'000, Roles roles = {})
      : world_(world), subscriber(author_with(user, roles), sink, world.hub, outbox, world.limits.in_flight) {
    world.requesters.add(subscriber);
  }
  ~Caller() { world_.requesters.remove(subscriber); }

  RequestId send(ClientBody body) {
    const RequestId id{++last_id_};
    world_.dispatcher.handle(subscriber, {id, std::move(body)});
    return id;
  }
  // The stream so far, everything that was taken before included.
  const std::vector<boost::json::object>& stream() {
    for (auto& message : sink.take()) stream_.push_back(std::move(message));
    return stream_;
  }
  const boost::json::object* find_answer(RequestId id) {
    for (const auto& message : stream()) {
      const auto* found = message.if_contains("id");
      if (found && found->to_number<std::uint64_t>() == id.value()) return &message;
    }
    return nullptr;
  }
  boost::json::object answer_to(RequestId id) {
    world_.until([&] { return find_answer(id) != nullptr; });
    return *find_answer(id);
  }
  boost::json::object ask(ClientBody body) { return answer_to(send(std::move(body))); }

  // The stream from its `from`th message, briefly; until there are `count` more.
  Texts texts(std::size_t from, std::size_t count) {
    world_.until([&] { return stream().size() >= from + count; });
    Texts all = brief(stream());
    return {all.begin() + static_cast<std::ptrdiff_t>(from), all.end()};
  }

  boost::json::object hello(Hello hello) {
    world_.subscriptions.welcome(subscriber, RequestId{++last_id_}, std::move(hello),
                                 {subscriber.author().session, "secret", false},
                                 {subscriber.author().user, "A"}, std::nullopt);
    return answer_to(RequestId{last_id_});
  }

  RecordingSink sink;

 private:
  static Author author_with(const std::string& user, const Roles& roles) {
    Author author = author_of(user);
    author.roles = roles;
    return author;
  }
  ServiceWorld& world_;
  std::uint64_t last_id_ = 0;
  std::vector<boost::json::object> stream_;

 public:
  Subscriber subscriber;
};

// ---- requests by a few words ----

inline ClientBody subscribe_to(std::uint64_t number, RoomKey room) {
  Subscribe request;
  request.subscription = SubscriptionId{number};
  request.room = std::move(room);
  return request;
}

inline ClientBody create(const std::string& type, const std::string& id, const std::string& data = "{}") {
  static int made = 0;
  Operation operation;
  operation.kind = OperationKind::create;
  operation.entity_type = EntityType{type};
  operation.entity_id = EntityId{id};
  operation.data = object_of(data);
  Mutate mutate;
  mutate.mutation.id = MutationId{"create-" + std::to_string(++made)};
  mutate.mutation.operations.push_back(std::move(operation));
  mutate.mutation.content = {static_cast<std::uint64_t>(made), 1};
  return mutate;
}

inline ClientBody set(const std::string& type, const std::string& id, std::uint64_t base,
                      const std::string& value, std::optional<Strategy> strategy = std::nullopt) {
  static int made = 0;
  Operation operation;
  operation.kind = OperationKind::update;
  operation.entity_type = EntityType{type};
  operation.entity_id = EntityId{id};
  operation.base_version = Version{base};
  operation.strategy = strategy;
  operation.set.push_back({path_of("note"), value_of("\"" + value + "\"")});
  Mutate mutate;
  mutate.mutation.id = MutationId{"set-" + std::to_string(++made)};
  mutate.mutation.operations.push_back(std::move(operation));
  mutate.mutation.content = {static_cast<std::uint64_t>(made), 2};
  return mutate;
}

inline std::string text_of(const boost::json::object& message, std::string_view member) {
  return std::string(message.at(member).as_string());
}
inline std::uint64_t number_of(const boost::json::object& message, std::string_view member) {
  return message.at(member).to_number<std::uint64_t>();
}

}  // namespace coterie::testing
