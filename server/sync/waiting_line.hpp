// Subscribers that wait for their turn, first come first served; each stands in it once and may leave at any
// time. Thread: loop. Laws 6, 7.
#pragma once

#include <list>
#include <unordered_map>

namespace coterie {

class Subscriber;

class WaitingLine {
 public:
  void add(Subscriber& subscriber) {  // idempotent: it keeps its place
    if (place_of_.contains(&subscriber)) return;
    line_.push_back(&subscriber);
    place_of_.emplace(&subscriber, std::prev(line_.end()));
  }
  void remove(const Subscriber& subscriber) {
    const auto found = place_of_.find(&subscriber);
    if (found == place_of_.end()) return;
    line_.erase(found->second);
    place_of_.erase(found);
  }
  Subscriber* next() {  // takes out the first; null: nobody waits
    if (line_.empty()) return nullptr;
    Subscriber* first = line_.front();
    remove(*first);
    return first;
  }
  bool empty() const { return line_.empty(); }
  std::size_t size() const { return line_.size(); }

 private:
  std::list<Subscriber*> line_;
  std::unordered_map<const Subscriber*, std::list<Subscriber*>::iterator> place_of_;
};

}  // namespace coterie
