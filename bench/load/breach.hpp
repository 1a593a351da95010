// What must never happen, and the first times it was seen. The harness checks while it loads, as a client
// would; the ledger holds what all users together know: which edits were acknowledged, and what the auditor,
// who listens to everything from the beginning, has seen.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace load {

struct Acknowledged {
  std::string entity;
  std::uint64_t version = 0;
  std::uint64_t seq = 0;
};

class Ledger {
 public:
  // Notes a breach; the first 20 are kept word for word.
  void breach(const std::string& what);
  std::uint64_t breaches() const { return breaches_; }
  const std::vector<std::string>& first() const { return first_; }

  // An answer `committed`. The same mutation acknowledged twice must say the same.
  void acknowledged(const std::string& mutation, Acknowledged where);
  // An event the auditor saw. The same mutation seen at two versions of an entity is an edit applied twice.
  void seen(const std::string& mutation, const std::string& entity, std::uint64_t version);
  // At rest: every acknowledged edit was seen by the auditor, where it was said to be.
  void settle();
  std::uint64_t acknowledged_count() const { return acknowledged_.size(); }

  // When an edit was sent, for the time to its delivery.
  std::unordered_map<std::string, double> sent_at;

 private:
  std::uint64_t breaches_ = 0;
  std::vector<std::string> first_;
  std::unordered_map<std::string, Acknowledged> acknowledged_;
  std::unordered_map<std::string, std::pair<std::string, std::uint64_t>> seen_;
};

}  // namespace load
