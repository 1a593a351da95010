// What the writer does between two groups and when there is none: fills the full-text index, and purges what
// is older than its type keeps. A bounded step at a time; while edits come in, at most a part of the time.
// Thread: sequencer. Law 6.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string_view>

#include "storage/store.hpp"

namespace coterie {

struct ChoreReport {
  std::uint64_t search_lag = 0;  // commits that full-text search does not know of yet
  std::size_t purged = 0;        // events, by this step
  std::optional<Error> failed;   // it is tried again after a while
};

// What may change while it runs.
struct ChoreSettings {
  std::map<EntityType, Retention> retention;
  SearchFields search;
};

struct ChoreOptions {
  std::map<EntityType, Retention> retention;
  std::chrono::milliseconds reader_age{30LL * 24 * 3600 *
                                       1000};        // a named reader that lags more is cut loose
  std::chrono::milliseconds purge_interval{60'000};  // between two goes through all types
  std::chrono::milliseconds step_interval{20};       // between two steps of one go
  std::function<void(const ChoreReport&)> report;    // may be empty
};

class Chores {
 public:
  using Clock = std::chrono::steady_clock;
  Chores(Store& store, ChoreOptions options, std::function<Timestamp()> now);

  // When there is something to do even if no edit comes; max(): not before one comes.
  Clock::time_point due() const;
  // After a group: the log has grown.
  void grown() {
    if (!searches_) return;
    settled_ = false;
    search_due_ = std::min(search_due_, Clock::now() + search_pause_);
  }
  void configure(ChoreSettings settings);
  // A step of what is due, if anything is.
  void run();

 private:
  Result<SearchProgress> search_step();
  void fill_search(ChoreReport& report);
  void purge(ChoreReport& report);
  Result<PurgeDone> purge_step();
  void begin_purging();

  Store& store_;
  ChoreOptions options_;
  std::function<Timestamp()> now_;
  std::optional<SearchFields> search_;  // to be configured
  Clock::time_point search_due_;
  bool searches_ = false;           // an index follows the log: what grows concerns it
  bool settled_ = false;            // nothing has grown since the last step
  Clock::duration search_pause_{};  // after a step, so that edits have most of the time
  Clock::time_point purge_due_;
  std::map<EntityType, Retention>::const_iterator type_;  // that is gone through; end(): none
  std::optional<EntityId> after_;
};

}  // namespace coterie
