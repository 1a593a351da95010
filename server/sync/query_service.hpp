// Questions that need no room: get, list, history, blame. Read by the reader pool, answered on the loop; the
// answer is dropped when the asker has gone. Thread: loop; the reading on reader threads. Law 6.
#pragma once

#include <functional>
#include <string>

#include "protocol/messages.hpp"
#include "server/sync/requester.hpp"
#include "storage/reader_pool.hpp"

namespace coterie {

// Runs a function on the loop, from any thread.
using Post = std::function<void(std::function<void()>)>;

class QueryService {
 public:
  QueryService(ReaderPool& readers, RequesterTable& requesters, Post post, WireLimits limits);
  void get(Requester& requester, RequestId id, Get request);
  void list(Requester& requester, RequestId id, List request);
  void history(Requester& requester, RequestId id, History request);
  void blame(Requester& requester, RequestId id, const Blame& request);

  // For the questions of other services: asked on a reader's thread, answered on the loop.
  using Question = std::function<Answer(Reader&)>;
  void ask(Requester& requester, RequestId id, std::string what, Question question);
  std::size_t page_limit(std::optional<std::size_t> wanted) const;
  std::size_t page_bytes() const { return limits_.page_bytes; }

 private:
  ReaderPool& readers_;
  RequesterTable& requesters_;
  Post post_;
  WireLimits limits_;
};

}  // namespace coterie
