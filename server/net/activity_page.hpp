// One page of what was done and what was changed, newest first, merged from the activity log and the history.
// Thread: any; plain code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/accounts/account.hpp"

namespace coterie {

// Where a page ended in each of the two; absent: at its beginning.
struct ActivityPlace {
  std::optional<std::uint64_t> number;  // rows of the activity log below it
  std::optional<Seq> seq;               // commits before it
  friend bool operator==(const ActivityPlace&, const ActivityPlace&) = default;
};

std::string to_text(const ActivityPlace& place);  // "a12-s1841"
std::optional<ActivityPlace> activity_place_from_text(const std::string& text);

// What was read of each from `from` on, both newest first.
struct ActivityParts {
  std::vector<ActivityRow> rows;
  bool more_rows = false;
  std::vector<DataSyncEvent> events;  // whole commits
  std::optional<Seq> next_event;      // absent: there are no older ones
};

struct ActivityPage {
  std::vector<std::variant<ActivityRow, DataSyncEvent>> items;
  std::optional<ActivityPlace> next;
};

// At most `limit` items, or one whole commit more.
ActivityPage merge_activity(ActivityParts parts, const ActivityPlace& from, std::size_t limit);

}  // namespace coterie
