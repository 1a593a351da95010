// One frame against the log: it holds exactly the events of the client's rooms that lie between the position
// before it and the one after it, each once, in commit order, in the server's own words; and of filtered
// rooms exactly what came in and what left. A page of a filtered room may be older than the client's
// position: then what happened since follows it, of that room alone. Thread: loop. Law 3.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/model/oracle.hpp"

namespace coterie::model {

// One room of the client, and after which commit it is to be told everything.
struct Wanting {
  std::uint64_t number = 0;
  RoomKey room;
  Seq from;
  bool leaving = false;  // whether it is told more is open
};

class FrameCheck {
 public:
  explicit FrameCheck(Seq before) : before_(before) {}

  void event(Seq seq, const EntityKey& key, std::string_view text, const Oracle& oracle);
  // An `enter` or a `gone`, for these subscriptions.
  void membership(Membership membership, const std::vector<SubscriptionId>& numbers, Seq seq,
                  const EntityKey& key, std::string_view text, const Oracle& oracle);
  // A page of a filtered room as of `from` has come, while the client is at `to`.
  void late_page(std::uint64_t number, const RoomKey& room, Seq from, Seq to);
  // Whether this is told after such a page, for it alone: then its subscription; else 0.
  std::uint64_t take_late(Seq seq, std::string_view text);
  // A room that was left within this frame: what stood before that was allowed.
  void left(Wanting wanting) {
    wanting.leaving = true;
    left_.push_back(std::move(wanting));
  }
  void finish(Seq after, std::vector<Wanting> rooms, const Oracle& oracle) const;

 private:
  struct Late {
    std::uint64_t number;
    RoomKey room;
    Seq from;
    Seq to;
    std::vector<std::string> given;
  };
  using Change = std::tuple<std::uint64_t, EntityKey, Membership>;
  void in_order(const DataSyncEvent& event, bool strictly);
  void finish_late(const Oracle& oracle) const;
  void finish_memberships(const DataSyncEvent& event, const std::vector<Wanting>& rooms,
                          const Oracle& oracle) const;

  Seq before_;
  const DataSyncEvent* newest_ = nullptr;  // of all that was told in order
  std::vector<const DataSyncEvent*> events_;
  std::map<Change, std::multiset<std::uint64_t>> changes_;  // and whose numbers it was told under
  std::vector<Late> late_;
  std::vector<Wanting> left_;
};

}  // namespace coterie::model
