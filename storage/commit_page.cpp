#include "storage/commit_page.hpp"

#include <utility>

namespace coterie {
namespace {

// What an event costs whoever holds it: its texts, and about as much again for ids, times and names.
std::size_t bytes_of(const DataSyncEvent& event) {
  constexpr std::size_t kRest = 256;
  return event.set.size() + event.unset.size() + event.old.size() + kRest;
}

}  // namespace

bool CommitPage::add(DataSyncEvent event) {
  const std::size_t bytes = bytes_of(event);
  const bool full = events_.size() >= most_events_ || bytes_ + bytes > most_bytes_;
  if (full && !events_.empty() && events_.front().seq != event.seq) {
    drop(event.seq);
    return false;
  }
  bytes_ += bytes;
  events_.push_back(std::move(event));
  return true;
}

void CommitPage::drop(Seq seq) {
  while (!events_.empty() && events_.back().seq == seq) {
    bytes_ -= bytes_of(events_.back());
    events_.pop_back();
  }
}

}  // namespace coterie
