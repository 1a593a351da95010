// Named readers: programs that read every change from the place that the server keeps for them. What they
// read comes from the reader pool; what moves that place goes through the sequencer, and is answered when it
// is durable. Thread: loop; the reading on reader threads. Laws 2, 3, 6.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/requester.hpp"
#include "server/sync/taken_out.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class Rights;

class ReaderService {
 public:
  void heed(Rights& rights) { rights_ = &rights; }  // until then everyone may everything
  // The first time that somebody reads the changes of a type under a name; again after a restart.
  void when_taken_out(NoteTakenOut note) { note_ = std::move(note); }
  using WallClock = std::function<Timestamp()>;
  ReaderService(Sequencer& sequencer, ReaderPool& readers, RequesterTable& requesters, Post post,
                WireLimits limits, WallClock now);

  void changes(Requester& requester, RequestId id, Changes request);
  void acknowledge(Requester& requester, RequestId id, Acknowledge request);
  void forget(Requester& requester, RequestId id, ForgetReader request);
  void list(Requester& requester, RequestId id);

  // From the sequencer, with the outcome of a group.
  void decided(std::vector<ReaderDecided> decided);

 private:
  // Whether somebody may take out changes, of a type or of all; else answered with the reason.
  bool may(Requester& requester, RequestId id, const std::optional<EntityType>& type);
  // What waits for the sequencer: the answer, or first the changes of a name that is new.
  struct Pending {
    std::optional<Changes> then;
  };
  using Key = std::pair<std::uint64_t, RequestId>;

  void submit(Requester& requester, RequestId id, ReaderRequest request, Pending pending);
  void ask(Requester& requester, RequestId id, std::string what, std::function<Answer(Reader&)> question);
  void read(Requester& requester, RequestId id, const Changes& request);
  void found_none(std::uint64_t requester, RequestId id, Changes request);
  void note_first(const Author& author, const Changes& request);
  void note_seen(const ReaderName& name);

  Rights* rights_ = nullptr;
  Sequencer& sequencer_;
  ReaderPool& readers_;
  RequesterTable& requesters_;
  Post post_;
  WireLimits limits_;
  WallClock now_;
  NoteTakenOut note_;
  std::set<std::tuple<ReaderName, UserId, std::string>> noted_;  // reader, who, type; bounded
  std::map<Key, Pending> pending_;                               // as many as the sequencer's queue holds
};

}  // namespace coterie
