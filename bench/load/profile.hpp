// The ways people load a server. A profile says how many records there are, what a user subscribes to, how
// long they think, what they do next, and how often their line breaks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace load {

struct Profile {
  std::string name;
  std::string about;
  std::size_t entities_per_user = 2;  // records in all: this times the users, at least least_entities
  std::size_t least_entities = 20;
  double watches_type = 0.3;         // share of the users that look at the whole list
  std::size_t watches_entities = 3;  // records that each of the others has open
  double think_least = 0.5;          // seconds between two acts of one user
  double think_most = 3;
  // Shares of acts; what is left are plain edits on the newest version known.
  double reads = 0.2;           // a page of the list
  double stale = 0.05;          // an edit on a version known to be old: must be a conflict
  double merges = 0.15;         // a merge edit of a field of one's own
  double increments = 0.1;      // an increment with a guard
  double drops_per_minute = 1;  // of one user's line
  double together_every = 0;    // seconds between two moments when all lines break at once
  std::size_t burst = 0;        // edits that one publisher releases together
  double burst_every = 0.01;    // seconds
  bool desk = false;            // users at desks: filtered lists, locks, presence (desk_user.hpp)
};

std::optional<Profile> find_profile(std::string_view name);
const std::vector<Profile>& profiles();

}  // namespace load
