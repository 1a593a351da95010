// A page of events that ends between two commits, never within one: half a transaction is shown to nobody.
// The first commit is always taken whole, however large, so that every page gets on.
// Thread: any; values. Law 3.
#pragma once

#include <cstddef>
#include <vector>

#include "protocol/entity.hpp"

namespace coterie {

class CommitPage {
 public:
  CommitPage(std::size_t most_events, std::size_t most_bytes)
      : most_events_(most_events), most_bytes_(most_bytes) {}

  // Takes the next event, all events of one commit after another. False: the page was full before this
  // event's commit, of which nothing is in it; ask no more.
  bool add(DataSyncEvent event);
  // Takes back what there is of this commit, because the rest of it cannot be read now.
  void drop(Seq seq);

  const std::vector<DataSyncEvent>& events() const { return events_; }
  std::vector<DataSyncEvent> take() { return std::move(events_); }

 private:
  std::size_t most_events_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::vector<DataSyncEvent> events_;
};

}  // namespace coterie
