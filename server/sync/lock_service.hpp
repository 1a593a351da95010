// The way of a lock into the sequencer, and of what became of it back: the answer to who asked, a word to the
// rooms about the record, and to a holder who lost one, wherever it is. Thread: loop. Laws 3, 6, 8.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "protocol/messages.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/lock_mirror.hpp"
#include "server/sync/requester.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class Rights;

class LockService {
 public:
  using Now = std::function<HeldLock::Time()>;  // the sequencer's steady time
  LockService(Sequencer& sequencer, RequesterTable& requesters, Metrics& metrics, Log& log, Now now);

  void lock(Requester& requester, RequestId id, Lock request);
  void unlock(Requester& requester, RequestId id, Unlock request);
  void session_ended(const SessionId& session);

  // What a group did to locks: its askers are answered; the words are for Hub::publish.
  std::vector<RoomWord> group_done(GroupOutcome& outcome);
  // As the members of this room know them.
  std::vector<LockShown> list(const RoomKey& room) const { return mirror_.list(room, now_()); }
  // Of all records, those granted last; and the one that stands at exactly this place.
  std::vector<LockShown> newest(std::size_t most) const { return mirror_.newest(most, now_()); }
  std::optional<LockShown> find(const EntityKey& key, const std::string& field) const {
    return mirror_.find(key, field, now_());
  }
  std::vector<EntityKey> locked(const RoomKey& room) const { return mirror_.locked(room); }
  // The pushes that tell of a record's locks to who has not heard of them.
  std::vector<std::string> words_about(const EntityKey& key) const;
  // Whose roles change keeps of its locks what it may still lock. What other rules and edits take away, the
  // sequencer sees itself.
  void heed(Rights& rights);
  std::size_t size() const { return mirror_.size(); }

 private:
  void submit(Requester& requester, RequestId id, std::variant<Lock, Unlock> request);
  void answer(LockDecided decided);
  void tell_holder(const LockChange& change, const std::string& message);
  void note(const LockChange& change);

  Sequencer& sequencer_;
  RequesterTable& requesters_;
  Metrics& metrics_;
  Log& log_;
  Now now_;
  LockMirror mirror_;
};

}  // namespace coterie
