// One frame against the log: it holds exactly the events of the client's rooms that lie between the position
// before it and the one after it, each once, in commit order, in the server's own words. Thread: loop. Law 3.
#pragma once

#include <string_view>
#include <vector>

#include "tests/model/oracle.hpp"

namespace coterie::model {

// One room of the client, and after which commit it is to be told everything.
struct Wanting {
  RoomKey room;
  Seq from;
  bool leaving = false;  // whether it is told more is open
};

class FrameCheck {
 public:
  explicit FrameCheck(Seq before) : before_(before) {}

  void event(Seq seq, const EntityKey& key, std::string_view text, const Oracle& oracle);
  // A room that was left within this frame: what stood before that was allowed.
  void left(Wanting wanting) {
    wanting.leaving = true;
    left_.push_back(std::move(wanting));
  }
  void finish(Seq after, std::vector<Wanting> rooms, const Oracle& oracle) const;

 private:
  Seq before_;
  std::vector<const DataSyncEvent*> events_;
  std::vector<Wanting> left_;
};

}  // namespace coterie::model
