// The laws that can be judged from the log alone, without the rules that both sides share: versions and seqs
// without holes, a mutation committed once, a stale edit under `reject` never committed, numbers without
// holes and never twice, a guarded stock never below zero. Thread: loop. Laws 1, 4, 5.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/decide.hpp"

namespace coterie::model {

class Laws {
 public:
  void decided(const Mutation& mutation, const Author& author, const MutationOutcome& outcome,
               const std::vector<DataSyncEvent>& events);

 private:
  struct Record {
    Version version;
    bool live = false;
  };
  void check_event(const DataSyncEvent& event, std::size_t index);
  void check_stock(const DataSyncEvent& event);
  void check_number(const DataSyncEvent& event);
  void check_bases(const Mutation& mutation, const std::string& body);

  Seq last_;
  std::map<EntityKey, Record> records_;
  std::map<std::pair<UserId, MutationId>, std::string> committed_;
  std::map<std::string, std::uint64_t> numbers_;  // the last of each year
  std::set<std::pair<EntityId, std::string>> numbers_of_;
};

}  // namespace coterie::model
