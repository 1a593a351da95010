// A user at a desk, as in a rental office: looks at a filtered list that is kept live, opens a record, shows
// presence in it, locks a field, types, releases, closes; meets what others hold, steals, is stolen from,
// moves records from list to list, loses the line in the middle and comes back in time, or too late.
#pragma once

#include <deque>
#include <set>

#include "bench/load/client.hpp"
#include "bench/load/desk_book.hpp"
#include "bench/load/filtered_list.hpp"

namespace load {

class DeskUser : public Client {
 public:
  // An auditor watches the whole type from the beginning and does nothing else.
  enum class Role { worker, auditor };
  DeskUser(World& world, DeskBook& book, std::size_t number, Role role, std::uint64_t seed);

  bool settled() const override;
  void ask() override;
  void compare(const Versions& all) override;

 protected:
  void join_rooms() override;
  void came_back(bool same_session) override;
  void line_lost() override;
  void act() override;
  void rest() override;
  bool push(const std::string& type, const boost::json::object& m) override;
  void shown(std::uint64_t subscription, const boost::json::object& m, bool first) override;
  bool follows(const std::string& entity) const override;
  bool heard_all() const override { return role_ == Role::auditor; }
  void happened(const boost::json::object& m, const std::string& entity) override;
  void decided(const Answer& answer, const Edit& edit) override;
  bool may_be_refused(const boost::json::object& m, const Edit& edit) override;

 private:
  struct Query {
    std::size_t desk = 0;
    std::vector<std::string> statuses;
  };
  struct List {
    Query query;
    FilteredList held;
  };
  struct Open {
    std::string entity;
    std::uint64_t subscription = 0;
    boost::json::value state = nullptr;  // the presence said last
  };
  struct Hold {
    std::string entity;
    std::string field;
    std::uint64_t fence = 0;
    bool short_lease = false;
    bool lost = false;
    int edits_left = 0;
  };

  // desk_user.cpp: at the list, and the line.
  bool break_line();
  void browse();
  void look_at(Query query);
  void end_old_lists();
  void open_record();
  void close_record();
  void create();
  void move();
  void remove();
  void read_list();
  std::string pick();  // a record of the list, the first ones more often; empty: there is none
  std::string desk_name(std::size_t desk) const;
  boost::json::object filter_of(const Query& query) const;
  Query any_query();

  // desk_record.cpp: in a record.
  void in_record();
  void ask_lock(const std::string& field, bool steal);
  void lock_answered(const Answer& answer, const std::string& field, bool steal, std::uint64_t asked_after);
  void take_back();
  void renew();
  void release();
  void type_on();
  void edit_field(const std::string& place, std::uint64_t fence, bool lock_lost, bool denied);
  void say(boost::json::value state);
  void say_again();
  void send_signal();

  // desk_check.cpp: what the server says.
  void lock_pushed(const boost::json::object& m, const std::string& entity);
  void presence_pushed(const boost::json::object& m, const std::string& entity);
  void membership_pushed(const boost::json::object& m, const std::string& entity, bool enters);
  void show_together(const boost::json::object& m, const std::string& entity);
  void lose_hold(const char* why);
  void must_be_told(std::uint64_t fence);
  void forget_unfollowed(const std::string& entity);
  void suspect(const Objection& objection);
  void settle_suspicions(double older_than);
  bool lets_through(const Query& query, const boost::json::object& data) const;

  DeskBook& book_;
  Role role_;
  std::size_t desks_;
  std::uint64_t next_subscription_ = 1;
  std::map<std::uint64_t, List> lists_;  // two for a moment, while one takes the place of the other
  std::optional<Open> open_;
  std::optional<Hold> hold_;
  bool busy_ = false;         // waits for an answer before doing anything else
  bool taking_back_ = false;  // the page was loaded anew: the lock is to be taken over by its fence
  double idle_until_ = 0;
  std::string said_session_;
  std::set<std::uint64_t> untold_;  // fences refused before it was said that their locks are over

  bool pictured_ = false;  // the two below are known since the last welcome
  HeldLocks locks_;
  PresencePicture presence_;
  bool at_rest_ = false;
  // What looked wrong, until it is certain that nothing was left out: a reader too slow for its outbox misses
  // changes of locks and presence, and is told only afterwards, by a snapshot of the state.
  std::deque<std::pair<double, std::string>> suspicions_;
};

}  // namespace load
