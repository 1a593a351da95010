// A sequencer at work in a test: what it delivered, and a store whose commits can be held up or made to fail.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/sequencer.hpp"
#include "tests/storage/rules.hpp"

namespace coterie::testing {

// Passes everything on. `before_commit` runs first and may hold the commit up, or answer in the store's
// place.
class WrappedStore final : public Store {
 public:
  using BeforeCommit = std::function<std::optional<Error>(const Batch&)>;
  explicit WrappedStore(Store& inner) : inner_(inner) {}

  BeforeCommit before_commit;
  std::function<Result<Seq>()> on_recover;
  std::function<Error()> on_purge;
  int commits = 0;
  int trims = 0;

  Result<Position> position() override { return inner_.position(); }
  Result<Seq> resume_floor() override { return inner_.resume_floor(); }
  Result<std::optional<Entity>> get(const EntityKey& key) override { return inner_.get(key); }
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override {
    return inner_.get_at(key, version);
  }
  Result<Page> list(const ListQuery& query) override { return inner_.list(query); }
  Result<HistoryPage> history(const HistoryQuery& query) override { return inner_.history(query); }
  Result<Seq> purged() override { return inner_.purged(); }
  Result<LogRest> rest_of_log(Seq after) override { return inner_.rest_of_log(after); }
  Result<std::vector<NamedReader>> named_readers() override { return inner_.named_readers(); }
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override {
    return inner_.named_reader(name);
  }
  Result<PurgeDone> purge(const PurgeStep& step) override {
    if (on_purge) return on_purge();
    return inner_.purge(step);
  }
  Result<SearchProgress> fill_search() override { return inner_.fill_search(); }
  Result<void> configure_search(const SearchFields& fields) override {
    return inner_.configure_search(fields);
  }
  Result<LogPage> log(const LogQuery& query) override { return inner_.log(query); }
  InboxStore& inbox() override { return inner_.inbox(); }
  Result<std::optional<Head>> head(const EntityKey& key) override { return inner_.head(key); }
  Result<std::optional<Head>> first_match(const Match& match) override { return inner_.first_match(match); }
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override {
    return inner_.events_since(key, after, most);
  }
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) override {
    return inner_.unique_holder(key);
  }
  Result<std::vector<RuleChange>> adopt(const TypeTable& types) override { return inner_.adopt(types); }
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) override {
    return inner_.answer(user, id);
  }
  Result<std::uint64_t> sequence(const std::string& name) override { return inner_.sequence(name); }
  Result<void> commit(const Batch& batch) override {
    ++commits;
    if (before_commit) {
      if (auto error = before_commit(batch)) return *error;
    }
    return inner_.commit(batch);
  }
  Result<Seq> recover() override { return on_recover ? on_recover() : inner_.recover(); }
  Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) override {
    ++trims;
    return inner_.trim_answers(before, most_kept);
  }

 private:
  Store& inner_;
};

// A gate that a thread waits at until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_someone() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
  bool open_ = false;
};

// The groups a sequencer delivered, in order.
class Delivered {
 public:
  Sequencer::Deliver into() {
    return [this](GroupOutcome outcome) {
      const std::lock_guard lock(mutex_);
      answers_ += outcome.decided.size() + outcome.inbox_done.size() + outcome.snapshots.size() +
                  outcome.locks.size();
      changes_ += outcome.lock_changes.size();
      groups_.push_back(std::move(outcome));
      arrived_.notify_all();
    };
  }
  // All groups so far, once they hold that many answers (snapshots counted too).
  std::vector<GroupOutcome> await(std::size_t answers) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return answers_ >= answers; });
    return groups_;
  }
  // The changes of locks so far, once there are that many.
  std::vector<LockChange> await_changes(std::size_t changes) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return changes_ >= changes; });
    std::vector<LockChange> all;
    for (const GroupOutcome& group : groups_) {
      all.insert(all.end(), group.lock_changes.begin(), group.lock_changes.end());
    }
    return all;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<GroupOutcome> groups_;
  std::size_t answers_ = 0;
  std::size_t changes_ = 0;
};

SequencerOptions quick_options();
Submission submission(std::uint64_t requester, const std::string& user, const Wish& wish);
// Of the session "s-USER", for `Note/ID`; the empty field is the whole record.
LockSubmission lock_of(std::uint64_t requester, const std::string& user, const std::string& id,
                       const std::string& field, bool steal = false);
LockSubmission unlock_of(std::uint64_t requester, const std::string& user, const std::string& id,
                         const std::string& field, Fence fence);
SnapshotRequest snapshot_of(std::uint64_t requester, const std::string& type);
Error store_error(bool retry);

}  // namespace coterie::testing
