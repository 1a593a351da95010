#include "server/sync/reader_service.hpp"

#include <algorithm>
#include <chrono>

#include "server/sync/refusal.hpp"
#include "server/sync/rights.hpp"

namespace coterie {
namespace {

constexpr std::size_t kPageEvents = 100;  // where the request names no limit
constexpr std::size_t kMostNoted = 10'000;
constexpr std::chrono::minutes kSeenEach{1};  // how exactly it is known when a reader asked last

Error readers_full() {
  return refusal_for_now(ErrorCode::overloaded, "Too much waits for the database; ask again shortly.",
                         std::chrono::milliseconds(1000));
}

Lag lag_of(const LogRest& rest, Timestamp now) {
  const auto behind = rest.oldest ? now - *rest.oldest : std::chrono::milliseconds{0};
  return {rest.events, std::max(behind, std::chrono::milliseconds{0})};
}

// Why the changes cannot be told from there; empty: they can. To be asked after what it judges was read.
Result<std::string> broken_off(Reader& reader, const Position& acknowledged, const Position& head) {
  // Ahead of the log: commits that it has seen are no more, under the same name.
  if (acknowledged.epoch != head.epoch || acknowledged.seq > head.seq) return std::string("epoch");
  const Result<Seq> purged = reader.purged();
  if (!purged) return purged.error();
  return std::string(acknowledged.seq < *purged ? "trimmed" : "");
}

Result<ChangesAnswer> read_changes(Reader& reader, const NamedReader& named, const LogQuery& query,
                                   Timestamp now) {
  ChangesAnswer answer;
  answer.reader = named.name;
  Result<LogPage> page = reader.log(query);
  if (!page) return page.error();
  Result<Position> head = reader.position();
  if (!head) return head.error();
  Result<std::string> resync = broken_off(reader, named.acknowledged, *head);
  if (!resync) return resync.error();
  answer.resync = std::move(*resync);
  answer.position = std::move(*head);
  if (answer.resync.empty()) {
    answer.events = std::move(page->events);
    answer.position.seq = page->up_to;
  }
  const Result<LogRest> rest = reader.rest_of_log(answer.position.seq);
  if (!rest) return rest.error();
  answer.lag = lag_of(*rest, now);
  return answer;
}

Answer read_readers(Reader& reader, Timestamp now) {
  Result<std::vector<NamedReader>> all = reader.named_readers();
  if (!all) return all.error();
  const Result<Position> head = reader.position();
  if (!head) return head.error();
  ReadersAnswer answer;
  for (NamedReader& named : *all) {
    Result<std::string> resync = broken_off(reader, named.acknowledged, *head);
    if (!resync) return resync.error();
    const Result<LogRest> rest = reader.rest_of_log(named.acknowledged.seq);
    if (!rest) return rest.error();
    answer.readers.push_back({named.name, named.acknowledged, lag_of(*rest, now), std::move(*resync),
                              named.created_at, named.seen_at});
  }
  return answer;
}

}  // namespace

ReaderService::ReaderService(Sequencer& sequencer, ReaderPool& readers, RequesterTable& requesters, Post post,
                             WireLimits limits, WallClock now)
    : sequencer_(sequencer),
      readers_(readers),
      requesters_(requesters),
      post_(std::move(post)),
      limits_(limits),
      now_(std::move(now)) {}

bool ReaderService::may(Requester& requester, RequestId id, const std::optional<EntityType>& type) {
  if (rights_ == nullptr || rights_->takes_out(requester.author(), type)) return true;
  requester.answer(id,
                   refusal(ErrorCode::forbidden,
                           "You may not take out all changes; that takes the right to export them whole."));
  return false;
}

void ReaderService::submit(Requester& requester, RequestId id, ReaderRequest request, Pending pending) {
  const Key key{requester.number(), id};
  pending_[key] = std::move(pending);
  if (sequencer_.submit(ReaderSubmission{{key.first, id}, std::move(request)})) return;
  pending_.erase(key);
  requester.answer(id, readers_full());
}

void ReaderService::acknowledge(Requester& requester, RequestId id, Acknowledge request) {
  if (rights_ != nullptr && !rights_->takes_out_any(requester.author())) return (void)may(requester, id, {});
  submit(requester, id,
         {ReaderRequest::Kind::acknowledge, std::move(request.reader), std::move(request.position), false},
         {});
}

void ReaderService::forget(Requester& requester, RequestId id, ForgetReader request) {
  if (!may(requester, id, {})) return;
  std::erase_if(noted_, [&](const auto& one) { return std::get<0>(one) == request.reader; });
  submit(requester, id, {ReaderRequest::Kind::forget, std::move(request.reader), {}, false}, {});
}

void ReaderService::list(Requester& requester, RequestId id) {
  if (!may(requester, id, {})) return;
  ask(requester, id, "readers", [now = now_](Reader& reader) { return read_readers(reader, now()); });
}

void ReaderService::ask(Requester& requester, RequestId id, std::string what,
                        std::function<Answer(Reader&)> question) {
  const std::uint64_t number = requester.number();
  const bool taken =
      readers_.ask(std::move(what), [this, number, id, question = std::move(question)](Reader* reader) {
        Answer answer = reader ? question(*reader) : Answer{readers_full()};
        post_([this, number, id, answer = std::move(answer)]() mutable {
          if (Requester* asker = requesters_.find(number)) asker->answer(id, std::move(answer));
        });
      });
  if (!taken) requester.answer(id, readers_full());
}

void ReaderService::changes(Requester& requester, RequestId id, Changes request) {
  if (!may(requester, id, request.type)) return;
  note_first(requester.author(), request);
  read(requester, id, request);
}

void ReaderService::read(Requester& requester, RequestId id, const Changes& request) {
  const std::uint64_t number = requester.number();
  LogQuery query;
  if (request.type) query.rooms.push_back({*request.type, std::nullopt});
  query.most_events = std::clamp<std::size_t>(request.limit.value_or(kPageEvents), 1, limits_.page_entities);
  query.most_bytes = limits_.page_bytes;
  const bool taken = readers_.ask("changes", [this, number, id, request, query](Reader* reader) mutable {
    const auto answer = [&](Answer result) {
      post_([this, number, id, result = std::move(result)]() mutable {
        if (Requester* asker = requesters_.find(number)) asker->answer(id, std::move(result));
      });
    };
    if (!reader) return answer(readers_full());
    const Result<std::optional<NamedReader>> named = reader->named_reader(request.reader);
    if (!named) return answer(named.error());
    if (!*named) {
      post_([this, number, id, request = std::move(request)] { found_none(number, id, request); });
      return;
    }
    const Timestamp now = now_();
    if (now - (*named)->seen_at >= kSeenEach) {
      post_([this, name = request.reader] { note_seen(name); });
    }
    query.after = (*named)->acknowledged.seq;
    Result<ChangesAnswer> changes = read_changes(*reader, **named, query, now);
    if (!changes) return answer(changes.error());
    answer(std::move(*changes));
  });
  if (!taken) requester.answer(id, readers_full());
}

void ReaderService::found_none(std::uint64_t number, RequestId id, Changes request) {
  Requester* asker = requesters_.find(number);
  if (!asker) return;
  ReaderRequest remember{ReaderRequest::Kind::remember, request.reader, {}, request.from_now};
  submit(*asker, id, std::move(remember), {std::move(request)});
}

void ReaderService::note_first(const Author& author, const Changes& request) {
  if (!note_) return;
  if (noted_.size() >= kMostNoted) noted_.clear();  // told twice, and never too little
  const std::string type = request.type ? request.type->value() : std::string();
  if (!noted_.emplace(request.reader, author.user, type).second) return;
  note_(author, {"reader " + request.reader.value(),
                 type.empty() ? std::string("the changes of every type") : "the changes of " + type});
}

// Nobody waits for it, and it is tried again with the next question.
void ReaderService::note_seen(const ReaderName& name) {
  (void)sequencer_.submit(ReaderSubmission{{}, {ReaderRequest::Kind::remember, name, {}, false}});
}

void ReaderService::decided(std::vector<ReaderDecided> decided) {
  for (ReaderDecided& one : decided) {
    const auto found = pending_.find({one.ticket.requester, one.ticket.request});
    if (found == pending_.end()) continue;
    const Pending pending = std::move(found->second);
    pending_.erase(found);
    Requester* requester = requesters_.find(one.ticket.requester);
    if (!requester) continue;
    if (!one.reader) {
      requester->answer(one.ticket.request, one.reader.error());
    } else if (pending.then) {
      read(*requester, one.ticket.request, *pending.then);
    } else {
      requester->answer(one.ticket.request, Ok{});
    }
  }
}

}  // namespace coterie
