// What a client holds of one room: the records as snapshots and events told them, applied by the protocol's
// text and by none of the server's code. Thread: loop. Laws 1, 3.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>

#include "protocol/messages.hpp"
#include "tests/model/oracle.hpp"

namespace coterie::model {

class Replica {
 public:
  explicit Replica(RoomKey room) : room_(std::move(room)) {}

  // A page of the room as it stood at `position`: the first replaces what is held. One of a filtered room may
  // be of the past: what happened since follows it.
  void take_page(const boost::json::object& message, bool first, Seq position, const Oracle& oracle);
  // `again`: after a page of the past, where it may repeat what was told before.
  void take_event(const boost::json::object& event, bool again = false);
  void take_enter(const boost::json::object& message, bool again);
  void take_gone(const std::string& id, bool again);

  const RoomKey& room() const { return room_; }
  bool covers(const EntityKey& key) const {
    return key.type == room_.type && (!room_.id || *room_.id == key.id);
  }
  const std::optional<std::string>& cursor() const { return cursor_; }  // there is more
  void drop_cursor() { cursor_.reset(); }
  std::optional<Version> version(const std::string& id) const;
  const boost::json::object* any(std::size_t which) const;  // null: none
  void compare(Seq position, const Oracle& oracle) const;   // only once all pages are there

 private:
  bool reached(const std::string& id) const { return !cursor_ || id <= last_; }

  RoomKey room_;
  std::map<std::string, boost::json::object> records_;
  std::optional<std::string> cursor_;
  std::string last_;  // the id that the pages have come to
};

// An entity as the wire shows it, for comparison.
boost::json::object wire_object(const Entity& entity);

}  // namespace coterie::model
