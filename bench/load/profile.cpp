#include "bench/load/profile.hpp"

namespace load {
namespace {

std::vector<Profile> make() {
  Profile office;
  office.name = "office";
  office.about =
      "teams at work: some watch the list, others have a few records open; edits, reads, collisions, breaks";

  Profile hot;
  hot.name = "hot";
  hot.about = "all on one record";
  hot.entities_per_user = 0;
  hot.least_entities = 1;
  hot.watches_type = 0;
  hot.watches_entities = 1;
  hot.think_least = 0.1;
  hot.think_most = 0.5;
  hot.reads = 0.05;
  hot.stale = 0.1;
  hot.merges = 0.4;
  hot.increments = 0.3;

  Profile wide;
  wide.name = "wide";
  wide.about = "many rooms: every user has twenty records open";
  wide.entities_per_user = 20;
  wide.watches_type = 0;
  wide.watches_entities = 20;

  Profile storm;
  storm.name = "storm";
  storm.about = "all lines break together every five seconds and come back at once";
  storm.watches_type = 0.5;
  storm.together_every = 5;
  storm.drops_per_minute = 0;

  Profile release;
  release.name = "release";
  release.about = "one publisher releases 20 edits every 10 ms, all others watch the list";
  release.entities_per_user = 0;
  release.least_entities = 100;
  release.watches_type = 1;
  release.drops_per_minute = 0;
  release.burst = 20;

  Profile desk;
  desk.name = "desk";
  desk.about =
      "people at desks: filtered lists, presence, locks, typing, thefts, lines that break in the middle";
  desk.entities_per_user = 3;
  desk.think_least = 0.3;
  desk.think_most = 1.3;
  desk.drops_per_minute = 1.5;
  desk.desk = true;

  return {office, hot, wide, storm, release, desk};
}

}  // namespace

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all = make();
  return all;
}

std::optional<Profile> find_profile(std::string_view name) {
  for (const Profile& profile : profiles()) {
    if (profile.name == name) return profile;
  }
  return std::nullopt;
}

}  // namespace load
