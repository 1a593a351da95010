// Who holds what, as one reader of the stream must believe it; and what no reader may ever be told: two
// holders of one place, a fence that does not grow, an edit of what another holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace load {

using Objection = std::optional<std::string>;  // what was wrong, in words

struct Holding {
  std::string user;
  std::string session;
  std::uint64_t fence = 0;
  bool operator==(const Holding&) const = default;
};

// The same place, or one lies within the other; an empty field is the whole record.
bool overlap(const std::string& one, const std::string& other);

class HeldLocks {
 public:
  using OfRecord = std::map<std::string, Holding>;  // by field
  using All = std::map<std::string, OfRecord>;      // records without a lock do not stand here

  // The pushes. A lock that is taken over by another session of its user keeps its fence.
  Objection acquired(const std::string& entity, const std::string& field, const Holding& by);
  Objection ended(const std::string& entity, const std::string& field, std::uint64_t fence);
  // What a room shows takes the place of what was believed: of one record, or of all.
  void show(const std::string& entity, OfRecord locks);
  void show_all(All locks);
  // An event that changed `field` (empty: the record as a whole), sent under `fence` (0: none).
  Objection edited(const std::string& entity, const std::string& field, const Holding& by) const;

  // Whether this is what is believed: of one record, or (no entity) of all.
  bool shows(const std::string& entity, const All& locks) const;
  bool holds(const std::string& entity, const std::string& field, std::uint64_t fence) const;
  const All& all() const { return all_; }

 private:
  void note(const std::string& entity, const std::string& field, std::uint64_t fence);
  All all_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> highest_;  // fence ever seen of a place
};

}  // namespace load
