#include "storage/chores.hpp"

#include <algorithm>
#include <utility>

#include "storage/purge_limit.hpp"

namespace coterie {
namespace {

constexpr int kShare = 3;                    // a step is followed by a pause of so many times its length
constexpr std::chrono::seconds kIdle{1};     // then the search's position is stored at the latest
constexpr std::chrono::seconds kFailed{10};  // until a step that failed is tried again
constexpr auto kNoTime = Chores::Clock::time_point::max();

}  // namespace

Chores::Chores(Store& store, ChoreOptions options, std::function<Timestamp()> now)
    : store_(store), options_(std::move(options)), now_(std::move(now)), type_(options_.retention.end()) {
  search_due_ = Clock::now();
  purge_due_ = options_.retention.empty() ? kNoTime : Clock::now();
}

Chores::Clock::time_point Chores::due() const { return std::min(search_due_, purge_due_); }

void Chores::run() {
  const Clock::time_point now = Clock::now();
  const bool searches = now >= search_due_;
  const bool purges = now >= purge_due_;
  if (!searches && !purges) return;
  ChoreReport report;
  if (searches) fill_search(report);
  if (purges) purge(report);
  if (options_.report) options_.report(report);
}

void Chores::configure(ChoreSettings settings) {
  options_.retention = std::move(settings.retention);
  type_ = options_.retention.end();
  purge_due_ = options_.retention.empty() ? kNoTime : Clock::now();
  search_ = std::move(settings.search);
  search_due_ = Clock::now();
}

Result<SearchProgress> Chores::search_step() {
  if (search_) {
    const Result<void> configured = store_.configure_search(*search_);
    if (!configured) return configured.error();
    search_.reset();
  }
  return store_.fill_search();
}

void Chores::fill_search(ChoreReport& report) {
  const Clock::time_point began = Clock::now();
  const Result<SearchProgress> done = search_step();
  const Clock::time_point ended = Clock::now();
  if (!done) {
    report.failed = done.error();
    search_due_ = ended + kFailed;
    return;
  }
  report.search_lag = done->lag;
  searches_ = done->follows;
  search_pause_ = (ended - began) * kShare;
  // After the last one comes one more, which stores the place where there was nothing to take in.
  const bool settle = !done->more && !std::exchange(settled_, !done->more);
  search_due_ = done->more ? ended + search_pause_ : settle ? ended + kIdle : kNoTime;
}

void Chores::begin_purging() {
  type_ = options_.retention.begin();
  after_.reset();
}

Result<PurgeDone> Chores::purge_step() {
  const Result<Seq> limit = purge_limit(store_, now_(), options_.reader_age);
  if (!limit) return limit.error();
  PurgeStep step;
  step.type = type_->first;
  step.retention = type_->second;
  step.now = now_();
  step.limit = *limit;
  step.after = after_;
  return store_.purge(step);
}

void Chores::purge(ChoreReport& report) {
  if (type_ == options_.retention.end()) begin_purging();
  const Clock::time_point began = Clock::now();
  const Result<PurgeDone> done = purge_step();
  const Clock::time_point ended = Clock::now();
  if (!done) {
    report.failed = done.error();
    purge_due_ = ended + kFailed;
    return;
  }
  report.purged = done->events;
  after_ = done->next;
  if (!after_) ++type_;
  purge_due_ = type_ == options_.retention.end()
                   ? ended + options_.purge_interval
                   : ended + std::max<Clock::duration>(options_.step_interval, (ended - began) * kShare);
}

}  // namespace coterie
