// A store whose commits sometimes fail: refused, or of unknown end, and then there after all or not. All else
// is the store behind it. Thread: the sequencer's.
#pragma once

#include <memory>
#include <utility>

#include "storage/store.hpp"
#include "tests/model/dice.hpp"

namespace coterie::model {

class FaultyStore final : public Store {
 public:
  FaultyStore(std::unique_ptr<Store> store, std::uint64_t seed, std::size_t percent)
      : store_(std::move(store)), dice_(seed), percent_(percent) {}

  Result<Position> position() override { return store_->position(); }
  Result<Seq> resume_floor() override { return store_->resume_floor(); }
  Result<std::optional<Entity>> get(const EntityKey& key) override { return store_->get(key); }
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override {
    return store_->get_at(key, version);
  }
  Result<Page> list(const ListQuery& query) override { return store_->list(query); }
  Result<HistoryPage> history(const HistoryQuery& query) override { return store_->history(query); }
  Result<Seq> purged() override { return store_->purged(); }
  Result<LogRest> rest_of_log(Seq after) override { return store_->rest_of_log(after); }
  Result<std::vector<NamedReader>> named_readers() override { return store_->named_readers(); }
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override {
    return store_->named_reader(name);
  }
  Result<PurgeDone> purge(const PurgeStep& step) override { return store_->purge(step); }
  Result<SearchProgress> fill_search() override { return store_->fill_search(); }
  Result<void> configure_search(const SearchFields& fields) override {
    return store_->configure_search(fields);
  }
  Result<LogPage> log(const LogQuery& query) override { return store_->log(query); }
  InboxStore& inbox() override { return store_->inbox(); }
  Result<std::optional<Head>> head(const EntityKey& key) override { return store_->head(key); }
  Result<std::optional<Head>> first_match(const Match& match) override { return store_->first_match(match); }
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override {
    return store_->events_since(key, after, most);
  }
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) override {
    return store_->unique_holder(key);
  }
  Result<std::vector<RuleChange>> adopt(const TypeTable& types) override { return store_->adopt(types); }
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) override {
    return store_->answer(user, id);
  }
  Result<std::uint64_t> sequence(const std::string& name) override { return store_->sequence(name); }
  Result<Seq> recover() override { return store_->recover(); }
  Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) override {
    return store_->trim_answers(before, most_kept);
  }

  Result<void> commit(const Batch& batch) override {
    if (!dice_.chance(percent_)) return store_->commit(batch);
    switch (dice_.below(3)) {
      case 0:
        return fault(true);
      case 1:
        return fault(false);
      default:
        if (Result<void> done = store_->commit(batch); !done) return done;
        return fault(false);
    }
  }

 private:
  static Error fault(bool surely_not_there) {
    Error error;
    error.code = ErrorCode::unavailable;
    error.message = "A fault of the test.";
    error.retry = surely_not_there;
    return error;
  }

  std::unique_ptr<Store> store_;
  Dice dice_;
  std::size_t percent_;
};

}  // namespace coterie::model
