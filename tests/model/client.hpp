// A client as the protocol's text describes it, over lines that break: it holds replicas, resumes with the
// last position of a frame that it applied whole, sends again what it does not know the end of, and trusts
// nothing: every frame is held against the oracle.
//
//   offline ── connect ──▶ greeting ── welcome ──▶ online ── the line breaks ──▶ offline
//
// Thread: loop. Laws 1 to 5.
#pragma once

#include <boost/json/object.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/model/dice.hpp"
#include "tests/model/frame_check.hpp"
#include "tests/model/line.hpp"
#include "tests/model/oracle.hpp"
#include "tests/model/replica.hpp"

namespace coterie::model {

class Server;
class Session;

// One mutation of one user, whoever sends it and however often.
struct Attempt {
  std::string id;
  boost::json::object body;                      // ops, strategy, epoch
  bool tampered = false;                         // the same id with other content: sent, and never waited for
  std::optional<boost::json::object> committed;  // the first such answer, without the request's id
};
using AttemptPtr = std::shared_ptr<Attempt>;

// What the clients of one user have sent so far.
struct User {
  std::string name;
  std::vector<AttemptPtr> attempts;
};

class Client {
 public:
  Client(std::string label, User& user, std::uint64_t seed)
      : label_(std::move(label)), user_(user), dice_(seed) {}

  // ---- the world's hands ----
  void connect(Server& server, const Oracle& oracle);
  void act(const Oracle& oracle);  // something at random, as the state allows
  void settle();                   // something that leads to rest; nothing where it rests
  bool rests() const;
  void read(const Oracle& oracle);  // one frame; a Breach tells the last messages besides
  void snap();                      // the line breaks
  void server_gone();               // the server restarts
  void compare(const Oracle& oracle) const;
  bool offline() const { return state_ == State::offline; }
  Line* line() { return line_.get(); }
  Seq position() const { return position_.seq; }
  std::string describe() const;

 private:
  enum class State { offline, greeting, online };
  enum class Kind { hello, subscribe, unsubscribe, mutate, get, list, history, ping };
  struct Pending {
    Kind kind{};
    AttemptPtr attempt;
    std::uint64_t subscription = 0;
    boost::json::object message;
  };
  struct Sub {
    Replica replica;
    bool joined = false;
    bool watch_only = false;    // no records, only events
    bool paging = false;        // a page was asked for
    bool leaving = false;       // an unsubscribe is on its way
    Seq from;                   // events after this one
    std::uint64_t request = 0;  // the subscribe that made it: its number may have stood for others before
    bool refused = false;       // that one was
    std::optional<std::string> promised;  // what the hello must say of it
  };

  // requests
  std::uint64_t send(boost::json::object message, Pending pending);
  void send_hello(const Oracle& oracle);
  boost::json::object hello_position(const Oracle& oracle, std::string& promised);
  void subscribe_new();
  void page_some();
  void ask_page(std::uint64_t number, Sub& sub, bool anew);
  void unsubscribe();
  void mutate(const Oracle& oracle);
  void repeat();
  void send_attempt(const AttemptPtr& attempt);
  void question();
  void nonsense();
  std::optional<Version> known(const EntityKey& key, const Oracle& oracle) const;

  // messages
  void note(std::string_view direction, std::string_view text);
  void take_frame(const Frame& frame, const Oracle& oracle);
  void take(const boost::json::object& message, std::string_view text, const Oracle& oracle);
  void take_answer(const boost::json::object& message, std::string_view text, const Oracle& oracle);
  void take_push(const boost::json::object& message, std::string_view text, const Oracle& oracle);
  void take_welcome(const boost::json::object& message);
  void take_page(const boost::json::object& message, std::uint64_t number, bool first, const Oracle& oracle);
  void take_event(const boost::json::object& message, std::string_view text, const Oracle& oracle);
  void take_membership(const boost::json::object& message, std::string_view text, const Oracle& oracle);
  void take_decision(const boost::json::object& message, std::string_view text, const Pending& pending);
  void take_error(const boost::json::object& message, const Pending& pending);
  void move_to(Seq seq);
  void end(std::uint64_t number);
  std::vector<Wanting> wanting() const;

  std::string label_;
  User& user_;
  Dice dice_;
  State state_ = State::offline;
  Server* server_ = nullptr;
  Session* session_ = nullptr;
  std::shared_ptr<Line> line_;
  std::uint64_t last_request_ = 0;
  std::uint64_t last_mutation_ = 0;
  std::map<std::uint64_t, Pending> pending_;
  std::map<std::uint64_t, Sub> subs_;
  std::vector<AttemptPtr> unknown_;  // sent, and the answer was lost
  std::set<std::string> fresh_;      // first sent over this connection, and not answered
  std::string session_id_;
  std::optional<std::string> resume_;
  Position position_;
  std::optional<FrameCheck> frame_;
  std::deque<std::string> recent_;  // what was said, for whoever looks into a breach
};

}  // namespace coterie::model
