#include "server/sync/log_reader.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"

namespace coterie {

LogReader::LogReader(ReaderPool& readers, Hub& hub, RequesterTable& requesters, Post post,
                     std::size_t stretch_bytes, Log& log)
    : readers_(readers),
      hub_(hub),
      requesters_(requesters),
      post_(std::move(post)),
      stretch_bytes_(stretch_bytes),
      log_(log) {
  refresh_floor();
}

void LogReader::refresh_floor() {
  if (refreshing_) return;
  refreshing_ = readers_.ask("resume floor", [this](Reader* reader) {
    const Result<Seq> floor = reader ? reader->resume_floor() : Result<Seq>(Seq{});
    post_([this, read = floor ? *floor : Seq{}] {
      refreshing_ = false;
      floor_ = std::max(floor_, read);
    });
  });
}

void LogReader::read(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                     std::vector<Watch> watches) {
  LogQuery query;
  query.after = after;
  query.rooms = std::move(rooms);
  query.most_bytes = stretch_bytes_;
  const bool taken = readers_.ask(
      "log", [this, subscriber, query = std::move(query), watches = std::move(watches)](Reader* reader) {
        Outcome outcome = reader ? read_from(*reader, query, watches) : Outcome{};
        post_([this, subscriber, outcome = std::move(outcome)] { done(subscriber, outcome); });
      });
  if (!taken) {
    post_([this, subscriber] { done(subscriber, Outcome{}); });
  }
}

LogReader::Outcome LogReader::read_from(Reader& reader, const LogQuery& query,
                                        const std::vector<Watch>& watches) {
  Outcome outcome;
  const Result<Seq> floor = reader.resume_floor();
  if (!floor) return outcome;
  outcome.floor = *floor;
  if (query.after < *floor) {
    outcome.end = End::trimmed;
    return outcome;
  }
  const Result<LogPage> page = reader.log(query);
  if (!page) return outcome;
  FilterWatches filters;
  for (const Watch& watch : watches) filters.add(watch);
  Result<std::vector<WatchedEvent>> watched = watched_events(filters, page->events, reader);
  const Result<Seq> purged = reader.purged();  // while it was read, even
  if (!purged) return outcome;
  const bool lost = !watched && watched.error().code == ErrorCode::not_found;
  if (query.after < *purged || lost) {
    outcome.floor = *purged;
    outcome.end = End::trimmed;
    return outcome;
  }
  if (!watched) {
    return outcome;
  }
  outcome.end = End::read;
  outcome.stretch.after = query.after;
  outcome.stretch.up_to = page->up_to;
  outcome.stretch.events.reserve(page->events.size());
  for (const DataSyncEvent& event : page->events) {
    outcome.stretch.events.push_back({event.seq, event.key, encode(event)});
  }
  for (WatchedEvent& one : *watched) {
    LoggedEvent& event = outcome.stretch.events[one.event];
    if (one.entity) event.enter_tail = enter_tail(event.seq, *one.entity);
    VeiledTexts veiled(page->events[one.event], one.entity);
    for (const Transition& transition : one.transitions) {
      const auto watch = std::find_if(watches.begin(), watches.end(),
                                      [&](const Watch& known) { return known.id == transition.watch; });
      if (watch != watches.end()) veiled.add(watch->veil);
    }
    event.veiled = veiled.take();
    event.transitions = std::move(one.transitions);
  }
  return outcome;
}

void LogReader::done(std::uint64_t number, const Outcome& outcome) {
  floor_ = std::max(floor_, outcome.floor);
  // Only subscribers have the log read, and a number is never used again.
  auto* subscriber = static_cast<Subscriber*>(requesters_.find(number));
  if (outcome.end == End::read) {
    hub_.log_read(subscriber, outcome.stretch);
    return;
  }
  hub_.log_failed(subscriber);
  if (!subscriber) return;
  const bool trimmed = outcome.end == End::trimmed;
  log_.warn("catch_up_ended", {{"session", std::string_view(subscriber->author().session.value())},
                               {"reason", std::string_view(trimmed ? "trimmed" : "overloaded")}});
  subscriber->sink().close(CloseCode::overloaded, trimmed ? "too far behind; come back for a snapshot"
                                                          : "cannot catch up now; come back");
}

}  // namespace coterie
