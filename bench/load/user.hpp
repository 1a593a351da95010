// One simulated user: signs in, subscribes, thinks, edits, collides, loses the line and comes back. Keeps
// what a client keeps (position, known versions, edits whose outcome is unknown) and holds the server to its
// promises by it.
//
//   away ──connect──▶ opening ──welcome──▶ here ──line breaks──▶ away
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/load/breach.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/profile.hpp"
#include "bench/load/stats.hpp"

namespace load {

// What all users of one run share.
struct World {
  Loop& loop;
  Address address;
  const Profile& profile;
  Ledger& ledger;
  Stats& stats;
  std::string run;  // a word of this run: no two runs share a record or a mutation
  std::size_t entities = 0;
  bool quiet = false;  // the end: nobody edits any more, nobody drops
  std::size_t here = 0;
};

std::string entity_name(const World& world, std::size_t number);

class User {
 public:
  enum class Role { worker, auditor, publisher };
  User(World& world, std::size_t number, Role role, std::uint64_t seed);

  void start(double when);
  void drop();  // the line breaks; the user comes back
  void leave();
  bool here() const { return here_; }
  bool settled() const { return here_ && waiting_.empty() && unknown_.empty() && pending_joins_ == 0; }

  // At rest: asks for the whole list and compares it with what the events made of the records.
  void ask_truth();
  bool truth_asked() const { return truth_pending_; }
  const std::unordered_map<std::string, std::uint64_t>& truth() const { return truth_; }
  void compare(const std::unordered_map<std::string, std::uint64_t>& truth);

 private:
  struct Edit {
    std::string text;  // the operations as sent, for sending again
    std::string mutation;
    std::string entity;
    std::uint64_t base = 0;     // 0: none
    bool surely_stale = false;  // the user knew a newer version when sending
    bool merge = false;
    double since = 0;
  };
  struct Waiting {
    std::string what;  // type of the request
    double since = 0;
    std::string mutation;
  };

  void connect();
  void opened();
  void closed(int code, const std::string& why);
  void take(const std::vector<std::string_view>& messages);
  void message(const boost::json::object& m);
  void welcome(const boost::json::object& m);
  void subscribe_all();
  void page(const boost::json::object& m);
  void next_page(const boost::json::object& m);
  void snapshot(const boost::json::object& m);
  void event(const boost::json::object& m);
  void committed(const boost::json::object& m, const Edit& edit);
  void conflict(const boost::json::object& m, const Edit& edit);
  void refused(const boost::json::object& m, const Edit& edit);
  void truth_page(const boost::json::object& m);
  void answered(const boost::json::object& m, const std::string& type);
  void move_position(std::uint64_t seq, const char* by);
  void learn(const boost::json::object& entity, bool whole_room);

  void act();
  void think();
  void read_list();
  void edit();
  void burst();
  void create_missing(std::size_t number);
  void submit(Edit edit);
  void request(const std::string& type, const std::string& members, const std::string& mutation = {});
  std::string breach_prefix() const;
  double uniform(double least, double most);
  std::string new_mutation();

  World& world_;
  std::size_t number_;
  Role role_;
  std::mt19937_64 random_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> old_;  // ended; freed outside its own callbacks

  bool here_ = false;
  bool leaving_ = false;
  bool acting_ = false;
  int attempts_ = 0;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_mutation_ = 1;
  std::map<std::uint64_t, Waiting> waiting_;
  std::map<std::string, Edit> unknown_;  // sent, not answered: sent again after a break
  std::string resume_;
  std::string position_;  // as the server gave it
  std::string epoch_;
  std::uint64_t seq_ = 0;
  bool ever_here_ = false;
  std::size_t pending_joins_ = 0;

  bool watches_type_ = false;
  std::vector<std::size_t> open_;                           // numbers of the records in entity rooms
  std::unordered_map<std::string, std::uint64_t> known_;    // version of each record, by events and snapshots
  std::unordered_map<std::string, std::uint64_t> missing_;  // records that are not there yet
  bool truth_pending_ = false;
  std::unordered_map<std::string, std::uint64_t> truth_;
};

}  // namespace load
