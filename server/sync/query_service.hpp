// Questions that need no room: get, list, history, blame. Read by the reader pool, answered on the loop; the
// answer is dropped when the asker has gone. Thread: loop; the reading on reader threads. Laws 6, 8.
#pragma once

#include <functional>
#include <string>

#include "protocol/messages.hpp"
#include "server/sync/requester.hpp"
#include "server/sync/taken_out.hpp"
#include "storage/reader_pool.hpp"

namespace coterie {

class Rights;

// Runs a function on the loop, from any thread.
using Post = std::function<void(std::function<void()>)>;

class QueryService {
 public:
  QueryService(ReaderPool& readers, RequesterTable& requesters, Post post, WireLimits limits);
  void heed(Rights& rights) { rights_ = &rights; }                     // until then everyone may everything
  void when_taken_out(NoteTakenOut note) { note_ = std::move(note); }  // at the first page of an export
  void get(Requester& requester, RequestId id, Get request);
  void list(Requester& requester, RequestId id, List request);
  void history(Requester& requester, RequestId id, History request);
  void blame(Requester& requester, RequestId id, const Blame& request);

  // For the questions of other services: asked on a reader's thread, answered on the loop.
  using Question = std::function<Answer(Reader&)>;
  void ask(Requester& requester, RequestId id, std::string what, Question question);
  // A push that rests on what is read; an empty one is none.
  void tell(const Requester& session, std::string what, std::function<std::string(Reader&)> push);
  std::size_t page_limit(std::optional<std::size_t> wanted) const;
  std::size_t page_bytes() const { return limits_.page_bytes; }

 private:
  std::shared_ptr<const TypeAccess> access_of(const Requester& requester, const EntityType& type) const;

  // Whether a page of an export may be read, else answered with the reason.
  bool may_export(Requester& requester, RequestId id, const std::optional<EntityType>& type);
  void note(const Requester& requester, const TakenOut& taken) const;

  Rights* rights_ = nullptr;
  NoteTakenOut note_;
  ReaderPool& readers_;
  RequesterTable& requesters_;
  Post post_;
  WireLimits limits_;
};

}  // namespace coterie
