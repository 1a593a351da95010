// What every simulated user is to the server: a line that breaks and comes back, a session, rooms, requests
// under way, edits whose outcome is unknown, and the versions known so far. It holds the server to its
// promises by them. What a user looks at and does is added by those who derive from it.
//
//   away ──connect──▶ opening ──welcome──▶ here ──line breaks──▶ away
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bench/load/wire.hpp"
#include "bench/load/world.hpp"

namespace load {

using Versions = std::unordered_map<std::string, std::uint64_t>;  // by record

class Client {
 public:
  Client(World& world, std::size_t number, std::uint64_t seed);
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start(double when);
  // The line breaks; the user comes back, after `away` seconds or when a good client would.
  void drop(std::optional<double> away = std::nullopt);
  void leave();
  // Nothing is under way, all rooms are shown whole.
  virtual bool settled() const;

  // At rest: asks for what compare() needs, then says where the two differ. `all` is the list of all records.
  virtual void ask() {}
  bool asking() const { return asking_ > 0; }
  const Versions& found() const { return found_; }
  virtual void compare(const Versions& all);

 protected:
  struct Edit {
    std::string text = {};  // the operations as sent, for sending again
    std::string mutation = {};
    std::string entity = {};
    std::uint64_t base = 0;     // 0: none
    bool surely_stale = false;  // the user knew a newer version when sending
    bool merge = false;
    std::string field = {};   // that it is about, where locks matter
    std::uint64_t fence = 0;  // of the lock that it relies on
    bool lock_lost = false;   // the user knew that this lock is lost: it must not commit
    bool denied = false;      // the user was just told that another holds the field
    double since = 0;
  };
  struct Answer {
    const boost::json::object& m;
    std::string type;
    double micros;  // since it was asked
  };
  using Then = std::function<void(const Answer&)>;
  struct Room {
    boost::json::object what;  // the members of its `subscribe`
    bool whole = false;        // all pages have been shown
    bool filtered() const { return what.contains("filter"); }
  };

  // What derives from it adds.
  virtual void join_rooms() = 0;                    // after the first welcome
  virtual void came_back(bool /*same_session*/) {}  // after every other
  virtual void line_lost() {}
  virtual void act() = 0;
  virtual void rest() {}  // in place of act() at the end, until all is settled
  virtual double pause();
  // False: it is none that is known.
  virtual bool push(const std::string& type, const boost::json::object& m);
  // A `subscribed` or `snapshot`; `first` where it is not a further page. Its records are learned already.
  virtual void shown(std::uint64_t, const boost::json::object&, bool /*first*/) {}
  // It is in some room of this user.
  virtual bool follows(const std::string& /*entity*/) const { return true; }
  virtual bool heard_all() const { return false; }  // from the first event on
  virtual void happened(const boost::json::object&, const std::string& /*entity*/) {}  // an event, applied
  virtual void decided(const Answer&, const Edit&) {}
  virtual bool may_be_refused(const boost::json::object& m, const Edit& edit);

  void join(std::uint64_t subscription, boost::json::object what);
  void part(std::uint64_t subscription, const Then& then);
  void request(const std::string& type, const std::string& members, const Then& then = {});
  void submit(Edit edit);
  // All pages of a list, ids and versions, into `into`.
  void fetch(const boost::json::object& query, Versions& into);
  void close_line(double away);  // politely, which ends the session
  void forget_session() { resume_.clear(); }
  void move_position(std::uint64_t seq, const char* by);
  bool ours(const std::string& entity) const;  // of this run
  void breach(const std::string& what) const;
  double uniform(double least, double most);
  bool chance(double share) { return uniform(0, 1) < share; }
  std::string new_mutation();
  void think();

  World& world_;
  std::size_t number_;
  std::mt19937_64 random_;
  bool here_ = false;
  std::string session_;
  std::map<std::uint64_t, Room> rooms_;
  std::map<std::string, Edit> unknown_;      // sent, not answered: sent again after a break
  Versions known_;                           // version of each record, by events and snapshots
  std::unordered_set<std::string> deleted_;  // of these, those whose last version is a deletion
  bool meets_again_ = false;                 // this frame shows a filtered page: what follows may be known
  std::size_t asking_ = 0;
  Versions found_;

 private:
  struct Waiting {
    double since = 0;
    Then then;
  };
  void connect();
  void opened();
  void closed(int code, const std::string& why, std::optional<double> away = std::nullopt);
  void take(const std::vector<std::string_view>& messages);
  void message(const boost::json::object& m);
  void answered(const boost::json::object& m, const std::string& type);
  void welcome(const boost::json::object& m);
  void resumed(const boost::json::object& m);
  void ask_room(std::uint64_t subscription, const boost::json::value* cursor);
  void page(std::uint64_t subscription, const Answer& answer, bool first);
  void snapshot(const boost::json::object& m);
  void learn_all(const boost::json::object& m, bool may_jump);
  void next_page(std::uint64_t subscription, const boost::json::object& m);
  void learn(const boost::json::object& entity, bool may_jump);
  void event(const boost::json::object& m);
  void send_edit(const Edit& edit);
  void edit_answered(const std::string& mutation, const Answer& answer);
  void committed(const boost::json::object& m, const Edit& edit);
  void conflict(const boost::json::object& m, const Edit& edit);

  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> old_;  // ended; freed outside its own callbacks
  bool leaving_ = false;
  bool thinking_ = false;
  int attempts_ = 0;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_mutation_ = 1;
  std::map<std::uint64_t, Waiting> waiting_;
  std::string resume_;
  std::string epoch_;
  std::uint64_t seq_ = 0;
  bool ever_here_ = false;
  bool went_away_ = false;  // by choice: what was sent meanwhile says nothing of how fast it is delivered
  double missed_before_ = 0;
};

}  // namespace load
