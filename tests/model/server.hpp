// A whole server without sockets: the real sequencer on the real SQLite store, the real readers, hub and
// services, put together as the application does it; sessions over simulated lines. The world says when each
// part takes its next step. What the server decides is held against the oracle here, before anyone is told.
// Thread: loop.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/sync/dispatcher.hpp"
#include "server/sync/inbox_service.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/reader_service.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/subscription_service.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "tests/model/line.hpp"
#include "tests/model/oracle.hpp"
#include "tests/model/shape.hpp"
#include "tests/model/threads.hpp"

namespace coterie::model {

class Session;

// What outlives a restart.
struct Lasting {
  std::int64_t wall_ms = 1'798'761'590'000;  // 2026-12-31T23:59:50Z: a year of numbers ends soon
  std::uint64_t ids_made = 0;
  std::uint64_t secrets_made = 0;
  std::chrono::steady_clock::time_point steady{};
};

class Server {
 public:
  Server(const std::filesystem::path& directory, const Shape& shape, std::uint64_t seed, Lasting& lasting,
         std::unique_ptr<Oracle>& oracle);
  ~Server();  // what waits is decided and held against the oracle; nobody is told

  Session& connect(std::shared_ptr<Line> line);
  const std::vector<std::unique_ptr<Session>>& sessions() const { return sessions_; }
  void forget(Session& session);

  // ---- one step of one part; false: there was nothing to do ----
  bool decide_group();
  bool take_group();
  bool read();
  bool take_post(bool of_readers) { return posts_.run_one(of_readers); }
  void turn() { hub_.flush(); }
  void let_time_pass(std::chrono::milliseconds time);
  bool idle() const;

  // ---- for sessions ----
  void submitted(std::uint64_t requester, RequestId id, const Author& author, const Mutation& mutation);
  // The answer that the oracle gives to this request; null: not decided yet.
  const std::string* expected(std::uint64_t requester, RequestId id) const;
  Seq head() const { return hub_.head(); }

  const Shape& shape() const { return shape_; }
  Lasting& lasting() { return lasting_; }
  Hub& hub() { return hub_; }
  Dispatcher& dispatcher() { return dispatcher_; }
  SubscriptionService& subscriptions() { return subscriptions_; }
  RequesterTable& requesters() { return requesters_; }
  SessionRegistry& registry() { return registry_; }
  SqliteOptions store_options() const;
  void count(std::map<std::string, double>& figures);  // adds the server's own counters, by name and label

 private:
  struct Submitted {
    Author author;
    Mutation mutation;
  };
  using Asked = std::pair<std::uint64_t, std::uint64_t>;  // requester, request

  std::unique_ptr<Store> open_store(std::uint64_t seed);
  SequencerOptions sequencer_options();
  void judge(Group& group);
  void judge_one(const Decided& decided, Group& group, std::deque<EntityId>& made, Verdict& all);

  std::filesystem::path directory_;
  Shape shape_;
  Lasting& lasting_;
  std::unique_ptr<Oracle>& oracle_;
  Log log_{LogLevel::off, LogFormat::logfmt};
  Metrics metrics_;
  Posts posts_;
  SequencerSide side_;
  Gate reader_gate_;
  std::unique_ptr<Store> store_;
  ReaderPool readers_;
  Sequencer sequencer_;
  RequesterTable requesters_;
  Hub hub_;
  SessionRegistry registry_;
  RoomState state_;
  MutationService mutations_;
  SubscriptionService subscriptions_;
  QueryService queries_;
  InboxService inbox_;
  ReaderService named_readers_;
  Dispatcher dispatcher_;
  std::deque<Group> judged_;  // decided, and not told yet
  std::map<Asked, Submitted> submitted_;
  std::map<Asked, std::string> expected_;
  std::map<std::uint64_t, std::uint64_t> last_decided_;  // of each requester
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace coterie::model
