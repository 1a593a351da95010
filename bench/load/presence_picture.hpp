// Who is in which record, and what they say of themselves, as one reader of the stream must believe it.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "bench/load/held_locks.hpp"

namespace load {

class PresencePicture {
 public:
  using OfRecord = std::map<std::string, boost::json::value>;  // state by session
  using All = std::map<std::string, OfRecord>;                 // records where nobody is do not stand here

  void put(const std::string& entity, const std::string& session, boost::json::value state);
  Objection take_out(const std::string& entity, const std::string& session);
  void end_session(const std::string& session);
  // What a room shows takes the place of what was believed: of one record, or of all.
  void show(const std::string& entity, OfRecord there);
  void show_all(All all) { all_ = std::move(all); }

  const All& all() const { return all_; }
  // Where the two differ first: ghosts, missing people, other states.
  Objection differs_from(const PresencePicture& truth) const;

 private:
  All all_;
};

}  // namespace load
