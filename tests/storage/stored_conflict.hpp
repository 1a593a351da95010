// A conflict in the inbox, and those who decide it, by a few words.
#pragma once

#include "storage/conflict_view.hpp"
#include "tests/storage/rules.hpp"

namespace coterie::testing {

inline const std::string kCreate =
    R"({"op":"create","entityType":"Car","entityId":"1","data":{"price":10,"note":"a","stock":5}})";
// Each rests on version 1; ben's come late.
inline const std::string kAnns =
    R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":12}})";
inline const std::string kBens =
    R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":11,"note":"b"}})";

inline Wish stored(const std::string& ops, const std::string& id = {}) { return {ops, id, {}, {}, true}; }

// Ann's edit is in, ben's is in the inbox as number 1.
struct Inbox : Rules {
  explicit Inbox(const std::string& bens = kBens) {
    committed("ann", {kCreate});
    committed("ann", {kAnns});
    first = conflict("ben", stored(bens, "late"));
  }
  StoredConflict entry(std::uint64_t id = 1) {
    return store->inbox().conflict(ConflictId{id}).value().value();
  }
  ConflictState state_of(std::uint64_t id = 1) { return entry(id).entry.state; }
  Conflict shown(const std::string& user = "cid") {
    return show_conflict(*store, ConflictId{1}, {UserId{user}, context.now}, types).value().value().conflict;
  }
  std::vector<Notification> told(const std::string& user) {
    return store->inbox().notifications({UserId{user}, true, {}, 50}).value().notifications;
  }
  boost::json::object decided(const std::string& user, const std::string& members) {
    const MutationOutcome outcome = decide_stored(user, members);
    if (const auto* why = std::get_if<Rejected>(&outcome)) FAIL(why->message);
    REQUIRE(std::holds_alternative<CommittedAnswer>(outcome));
    return object_of(std::get<CommittedAnswer>(outcome).body);
  }
  Conflict first;
};

inline std::string decision(const std::string& resolution, std::uint64_t base, const std::string& id = "d1") {
  return R"("conflictId":1,"mutationId":")" + id + R"(","baseVersion":)" + std::to_string(base) +
         R"(,"resolution":)" + resolution;
}

}  // namespace coterie::testing
