#include "storage/sqlite/block_index.hpp"

#include <algorithm>
#include <string>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {

Result<void> BlockIndex::load() {
  any_ = false;
  before_ = 0;
  events_ = 0;
  types_.clear();
  Query last(database_, "SELECT first,events FROM block ORDER BY first DESC LIMIT 1");
  if (!last.next()) return last.end();
  any_ = true;
  first_ = last.integer(0);
  before_ = last.number(1);
  Query rows(database_, "SELECT type,at FROM event WHERE n>=? ORDER BY n");
  rows.bind(first_);
  while (rows.next()) {
    const Timestamp at = time_of(rows.integer(1));
    at_least_ = events_ == 0 ? at : std::min(at_least_, at);
    at_most_ = events_ == 0 ? at : std::max(at_most_, at);
    ++events_;
    if (std::none_of(types_.begin(), types_.end(),
                     [&](const EntityType& t) { return t.value() == rows.text(0); })) {
      types_.emplace_back(std::string(rows.text(0)));
    }
  }
  return rows.end();
}

Result<void> BlockIndex::close_block() {
  if (!any_) return {};
  Query close(database_, "UPDATE block SET at_least=?,at_most=? WHERE first=?");
  close.bind(ms_of(at_least_), ms_of(at_most_), first_);
  return close.run();
}

Result<void> BlockIndex::open_block(const DataSyncEvent& event) {
  if (Result<void> done = close_block(); !done) return done;
  before_ += events_;
  first_ = key_of(event);
  Query open(database_, "INSERT INTO block(first,events) VALUES(?,?)");
  open.bind(first_, before_);
  if (Result<void> done = open.run(); !done) return done;
  any_ = true;
  events_ = 0;
  types_.clear();
  return {};
}

Result<void> BlockIndex::note(const DataSyncEvent& event) {
  if (!any_ || events_ >= kEventsOfBlock) {
    if (Result<void> done = open_block(event); !done) return done;
  }
  at_least_ = events_ == 0 ? event.timestamp : std::min(at_least_, event.timestamp);
  at_most_ = events_ == 0 ? event.timestamp : std::max(at_most_, event.timestamp);
  ++events_;
  if (std::find(types_.begin(), types_.end(), event.key.type) != types_.end()) return {};
  types_.push_back(event.key.type);
  Query add(database_, "INSERT OR IGNORE INTO type_block(type,first) VALUES(?,?)");
  add.bind(event.key.type.value(), first_);
  return add.run();
}

}  // namespace coterie
