#include "server/net/http_requests.hpp"

#include <utility>
#include <vector>

#include "server/ops/metrics.hpp"
#include "server/sync/request_type.hpp"

namespace coterie {
namespace {

constexpr RequestId kOnlyRequest{1};  // a requester of HTTP asks once

}  // namespace

class HttpRequests::OneRequest final : public Requester {
 public:
  OneRequest(Author author, HttpRequests& owner, std::string_view type, Done done)
      : Requester(std::move(author)),
        owner_(owner),
        type_(type),
        done_(std::move(done)),
        since_(owner.now_()) {
    owner_.requesters_.add(*this);
  }

  void answer(RequestId, Answer answer) override {
    if (!done_) return;  // its time was over
    const Done done = std::exchange(done_, nullptr);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(owner_.now_() - since_);
    owner_.metrics_.request(type_, took);
    if (const auto* error = std::get_if<Error>(&answer)) owner_.metrics_.error(to_text(error->code));
    owner_.finished(number());
    done(std::move(answer));
  }
  Clock::time_point since() const { return since_; }

 private:
  HttpRequests& owner_;
  std::string_view type_;
  Done done_;
  Clock::time_point since_;
};

HttpRequests::HttpRequests(Dispatch dispatch, RequesterTable& requesters, Post post, Metrics& metrics,
                           std::function<Clock::time_point()> now, std::chrono::milliseconds most_time)
    : dispatch_(std::move(dispatch)),
      requesters_(requesters),
      post_(std::move(post)),
      metrics_(metrics),
      now_(std::move(now)),
      most_time_(most_time) {}

HttpRequests::~HttpRequests() {
  for (const auto& [number, request] : by_number_) requesters_.remove(*request);
}

void HttpRequests::ask(const Author& author, ClientBody body, Done done) {
  auto request = std::make_shared<OneRequest>(author, *this, request_type(body), std::move(done));
  by_number_.emplace(request->number(), request);
  dispatch_(*request, ClientMessage{kOnlyRequest, std::move(body)});
}

void HttpRequests::finished(std::uint64_t number) {
  const auto found = by_number_.find(number);
  if (found == by_number_.end()) return;
  requesters_.remove(*found->second);
  // Whoever answers may still hold a reference to it: it goes in a later turn.
  post_([request = std::move(found->second)] {});
  by_number_.erase(found);
}

void HttpRequests::expire() {
  std::vector<std::shared_ptr<OneRequest>> over;
  const Clock::time_point now = now_();
  for (const auto& [number, request] : by_number_) {
    if (now - request->since() >= most_time_) over.push_back(request);
  }
  for (const auto& request : over) {
    Error error;
    error.code = ErrorCode::unavailable;
    error.message =
        "No answer came in time. Whether a change was made is not known: send it again with the same "
        "mutation id.";
    error.retry = true;
    request->answer(kOnlyRequest, std::move(error));
  }
}

}  // namespace coterie
