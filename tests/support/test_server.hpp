// A whole server in this process on a port of its own, with a database in a directory of its own, limits of
// the test's choice, and a clock that the test sets ahead. HTTP requests that pass the gate are echoed as
// JSON: what the routes make of them is tested elsewhere.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "protocol/json.hpp"
#include "server/auth/authenticator.hpp"
#include "server/net/http_message.hpp"
#include "server/net/listener.hpp"
#include "server/net/live_session.hpp"
#include "server/net/live_sessions.hpp"
#include "server/net/loop.hpp"
#include "server/net/server_context.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/dispatcher.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/inbox_service.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/reader_service.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/session_registry.hpp"
#include "server/sync/subscription_service.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie {

class EchoHttp final : public HttpHandler {
 public:
  // {"method":...,"path":...,"query":...,"body":...}; /never gets no answer, /throws throws, /events becomes
  // the stream of the user whose token of --dev is sent, in the room of all notes.
  void handle(HttpRequest request, Respond respond) override {
    if (request.path == "/never") return;
    if (request.path == "/throws") throw std::runtime_error("a defect");
    HttpResponse response;
    if (request.path == "/events") {
      respond(stream_of(request));
      return;
    }
    boost::json::object echo{{"method", request.method}, {"path", request.path}, {"query", request.query}};
    echo["body"] = request.body;
    echo["peer"] = request.peer;
    if (const auto token = request.bearer()) echo["bearer"] = std::string(*token);
    if (request.secure) echo["secure"] = true;
    response.body = to_json_text(echo);
    respond(std::move(response));
  }

 private:
  static HttpResponse stream_of(const HttpRequest& request) {
    SignedHello signed_hello{RequestId{1}, {}, DevAuthenticator().authenticate(*request.bearer()).value()};
    Subscribe room;
    room.subscription = SubscriptionId{1};
    room.room.type = EntityType{"Note"};
    signed_hello.hello.subscriptions.push_back(std::move(room));
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store, no-transform"}, {"X-Accel-Buffering", "no"}};
    response.stream = std::make_shared<SignedHello>(std::move(signed_hello));
    return response;
  }
};

struct TestServerOptions {
  WireLimits wire;
  NetLimits net;
  const TlsContext* tls = nullptr;
};

class TestServer {
 public:
  explicit TestServer(TestServerOptions options = {})
      : store_(open_sqlite_store(sqlite_options()).value()),
        sessions_(std::chrono::seconds(15), [this] { return "secret-" + std::to_string(++secrets_); }),
        sequencer_(*store_, sequencer_options(),
                   [this](GroupOutcome outcome) { deliver(std::move(outcome)); }),
        readers_([this] { return open_sqlite_reader(sqlite_options()); }, {}, [](auto, auto, auto) {}),
        hub_({}, Seq{0},
             [this](std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                    std::vector<Watch> watches) {
               subscriptions_.read_log(subscriber, after, std::move(rooms), std::move(watches));
             }),
        state_(sequencer_, hub_, requesters_, sessions_, metrics_, log_,
               {{}, [this] { return now(); }, wall_clock}),
        mutations_(sequencer_, hub_, requesters_, state_, metrics_, log_),
        queries_(readers_, requesters_, post(), options.wire),
        subscriptions_(sequencer_, readers_, hub_, requesters_, state_, post(), options.wire,
                       store_->position()->epoch, metrics_, log_),
        inbox_(sequencer_, queries_, mutations_, subscriptions_, requesters_, metrics_, log_, wall_clock),
        named_readers_(sequencer_, readers_, requesters_, post(), options.wire, wall_clock),
        dispatcher_(mutations_, queries_, subscriptions_, state_, inbox_, named_readers_),
        quotas_(options.net),
        context_{http_,       authenticator_, sessions_,    live_,       subscriptions_,
                 dispatcher_, requesters_,    hub_,         metrics_,    log_,
                 quotas_,     limit_hits_,    options.wire, options.net, [this] { return now(); },
                 options.tls} {
    hub_.when_more([this] { loop_.post([] {}); });
    loop_.on_turn_end([this] { hub_.flush(); });
    listener_.emplace(loop_, Endpoint{}, context_);
    port_ = listener_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }

  ~TestServer() {
    sequencer_.stop();
    readers_.stop();
    loop_.stop();
    thread_.join();
    listener_.reset();
  }

  std::uint16_t port() const { return port_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  // The server's steady clock goes on by so much at once; what that makes due is done within a sweep.
  void advance(std::chrono::milliseconds time) { ahead_ms_ += time.count(); }

  // Runs on the loop and waits for what it returns.
  template <class F>
  auto on_loop(F f) -> decltype(f(std::declval<TestServer&>())) {
    std::packaged_task<decltype(f(*this))()> task([this, &f] { return f(*this); });
    auto done = task.get_future();
    loop_.post([&task] { task(); });
    return done.get();
  }

  std::size_t connections() {
    return on_loop([](TestServer& server) { return server.listener_->connections(); });
  }
  // A connection counts once the server has taken it, which is after connect() has returned.
  void await_connections(std::size_t count) {
    while (connections() != count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  Listener& listener() { return *listener_; }
  SessionRegistry& sessions() { return sessions_; }
  Metrics& metrics() { return metrics_; }

 private:
  static Timestamp wall_clock() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  SqliteOptions sqlite_options() const {
    SqliteOptions options;
    options.directory = directory_.path();
    options.now = wall_clock;
    return options;
  }
  static SequencerOptions sequencer_options() {
    SequencerOptions options;
    options.now = wall_clock;
    options.make_id = [made = 0]() mutable { return EntityId{"made-" + std::to_string(++made)}; };
    return options;
  }
  Post post() {
    return [this](std::function<void()> task) { loop_.post(std::move(task)); };
  }
  void deliver(GroupOutcome outcome) {
    auto shared = std::make_shared<GroupOutcome>(std::move(outcome));
    loop_.post([this, shared] {
      named_readers_.decided(std::move(shared->readers));
      mutations_.group_done(std::move(*shared), subscriptions_);
    });
  }
  std::chrono::steady_clock::time_point now() const {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(ahead_ms_.load());
  }

  testing::TemporaryDirectory directory_;
  std::atomic<std::int64_t> ahead_ms_{0};
  int secrets_ = 0;
  Log log_{LogLevel::off, LogFormat::logfmt};
  Metrics metrics_;
  Loop loop_;
  std::unique_ptr<Store> store_;
  EchoHttp http_;
  DevAuthenticator authenticator_;
  RequesterTable requesters_;
  SessionRegistry sessions_;
  LiveSessions live_;
  Sequencer sequencer_;
  ReaderPool readers_;
  Hub hub_;
  RoomState state_;
  MutationService mutations_;
  QueryService queries_;
  SubscriptionService subscriptions_;
  InboxService inbox_;
  ReaderService named_readers_;
  Dispatcher dispatcher_;
  UserQuotas quotas_;
  LimitHits limit_hits_{metrics_, wall_clock};
  ServerContext context_;
  std::optional<Listener> listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace coterie
