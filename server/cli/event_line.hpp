// One push of the server as one readable line: when, which record and version, who, and what changed from
// what.
//   04:00:12Z  Vehicle/1 v2  ann  Horsepower 130 -> 200
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>

#include "server/cli/terminal.hpp"

namespace coterie {

// What a watcher remembers of the records it has seen, to say what stood there before. Bounded: past
// kMostRecords nothing new is remembered, and changes of those are shown without their old values. Law 6.
class SeenRecords {
 public:
  static constexpr std::size_t kMostRecords = 20'000;

  void put(const boost::json::object& entity);   // as in a snapshot
  void apply(const boost::json::object& event);  // forgets a record that it cannot follow
  void move(const boost::json::object& push);    // an `enter` or a `gone`
  const boost::json::object* data(const boost::json::object& event) const;
  void clear() { records_.clear(); }

 private:
  struct Record {
    std::uint64_t version = 0;
    boost::json::object data;
  };
  std::map<std::string, Record> records_;  // by id: a watcher looks at one type
};

// `before`: the record's data before this event, where it is known.
std::string event_line(const boost::json::object& event, const boost::json::object* before,
                       const Style& style);

// An `enter` or a `gone`: a record came into what the watcher may see, or left it.
std::string membership_line(const boost::json::object& push, const Style& style);

// The other pushes: notifications, announcements, the end of a subscription, a goodbye, those of a later
// server by their type.
std::string push_line(const boost::json::object& push, const Style& style);

// One record, shortened to the width of a terminal.
std::string record_line(const boost::json::object& entity, const Style& style, std::size_t columns);

}  // namespace coterie
