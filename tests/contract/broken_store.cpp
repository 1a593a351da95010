#include "tests/contract/broken_store.hpp"

#include <algorithm>
#include <utility>

#include "storage/memory_store.hpp"
#include "tests/contract/store_contract.hpp"

namespace coterie::testing {
namespace {

class BrokenStore final : public Store {
 public:
  BrokenStore(Breakage breakage, std::uint64_t resume_events)
      : breakage_(breakage), good_(make_memory_store({Epoch{"broken"}, resume_events, contract_search()})) {}

  Result<Position> position() override { return good_->position(); }
  Result<Seq> resume_floor() override {
    return is(Breakage::resumes_from_anywhere) ? Seq{} : good_->resume_floor();
  }
  Result<std::optional<Entity>> get(const EntityKey& key) override {
    if (!is(Breakage::reads_stale)) return good_->get(key);
    const auto found = good_->get(key).value();
    if (!found || found->meta.version == Version{1}) return found;
    return good_->get_at(key, Version{found->meta.version.value() - 1});
  }
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override {
    auto found = good_->get_at(key, version);
    if (is(Breakage::forgets_old_values) && found && *found) (*found)->data = "{}";
    return found;
  }
  Result<Page> list(const ListQuery& query) override;
  Result<HistoryPage> history(const HistoryQuery& query) override {
    auto page = good_->history(query);
    if (is(Breakage::loses_an_event)) std::erase_if(page->events, is_lost);
    if (is(Breakage::tells_no_next)) page->next.reset();
    return page;
  }
  Result<Seq> purged() override { return is(Breakage::hides_its_holes) ? Seq{} : good_->purged(); }
  Result<LogRest> rest_of_log(Seq after) override { return good_->rest_of_log(after); }
  Result<std::vector<NamedReader>> named_readers() override { return good_->named_readers(); }
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override {
    return good_->named_reader(name);
  }
  Result<PurgeDone> purge(const PurgeStep& step) override;
  Result<SearchProgress> fill_search() override { return good_->fill_search(); }
  Result<void> configure_search(const SearchFields& fields) override {
    return good_->configure_search(fields);
  }
  Result<LogPage> log(const LogQuery& query) override;
  InboxStore& inbox() override { return good_->inbox(); }
  Result<std::optional<Head>> head(const EntityKey& key) override { return good_->head(key); }
  Result<std::optional<Head>> first_match(const Match& match) override { return good_->first_match(match); }
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override {
    return good_->events_since(key, after, most);
  }
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) override;
  Result<std::uint64_t> sequence(const std::string& name) override {
    const std::uint64_t last = good_->sequence(name).value();
    return is(Breakage::gives_a_number_twice) && last > 0 ? last - 1 : last;
  }
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) override {
    if (is(Breakage::forgets_who_holds_a_value)) return std::nullopt;
    return good_->unique_holder(key);
  }
  Result<std::vector<RuleChange>> adopt(const TypeTable& types) override {
    Result<std::vector<RuleChange>> changes = good_->adopt(types);
    if (!changes && is(Breakage::adopts_over_duplicates)) return std::vector<RuleChange>{};
    return changes;
  }
  Result<void> commit(const Batch& batch) override;
  Result<Seq> recover() override { return good_->recover(); }
  Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) override {
    return good_->trim_answers(before, most_kept);
  }

 private:
  bool is(Breakage breakage) const { return breakage_ == breakage; }
  Batch spoiled(Batch batch) const;
  static bool is_lost(const DataSyncEvent& event) { return event.seq == Seq{2} && event.index == 1; }

  Breakage breakage_;
  std::unique_ptr<Store> good_;
  std::vector<StoredAnswer> answers_;
};

Result<Page> BrokenStore::list(const ListQuery& query) {
  ListQuery asked = query;
  if (asked.search && is(Breakage::searches_only_whole_words)) {
    std::string text = asked.search->text();
    std::erase(text, '*');
    asked.search = Search::parse(text).value();
  }
  if (is(Breakage::sorts_only_by_id)) asked.sort = Sort();
  if (is(Breakage::ignores_the_filter)) asked.filter = Filter();
  Result<Page> page = good_->list(asked);
  if (is(Breakage::repeats_a_row) && query.after) {
    if (const auto again = good_->get({query.type, query.after->id}).value()) {
      page->entities.insert(page->entities.begin(), *again);
    }
  }
  if (is(Breakage::lists_deleted)) {
    if (const auto gone = good_->head({query.type, EntityId{"gone"}}).value())
      page->entities.push_back({gone->meta, "{}"});
  }
  return page;
}

Result<LogPage> BrokenStore::log(const LogQuery& query) {
  Result<LogPage> page = good_->log(query);
  auto& events = page->events;
  if (is(Breakage::reorders_the_log) && events.size() > 1) std::swap(events.front(), events.back());
  if (is(Breakage::cuts_a_commit) && events.size() > query.most_events) {
    events.resize(query.most_events);
  }
  return page;
}

Result<std::optional<StoredAnswer>> BrokenStore::answer(const UserId& user, const MutationId& id) {
  if (is(Breakage::forgets_answers)) return std::nullopt;
  if (!is(Breakage::shares_answers)) return good_->answer(user, id);
  const auto found =
      std::find_if(answers_.begin(), answers_.end(), [&](const auto& a) { return a.id == id; });
  if (found == answers_.end()) return std::nullopt;
  return *found;
}

// What the inbox is told wrongly.
Batch BrokenStore::spoiled(Batch batch) const {
  InboxChanges& inbox = batch.inbox;
  if (is(Breakage::forgets_conflicts)) inbox.conflicts.clear();
  if (is(Breakage::never_marks_as_read)) inbox.read.clear();
  if (is(Breakage::keeps_what_is_withdrawn)) inbox.withdrawn.clear();
  if (is(Breakage::forgets_decisions)) {
    for (StoredConflict& conflict : inbox.conflicts) {
      conflict.entry.state = ConflictState::open;
      conflict.entry.decision.reset();
    }
  }
  if (is(Breakage::shows_notifications_to_another)) {
    for (StoredNotification& notification : inbox.notifications) notification.user = UserId{"ann"};
  }
  return batch;
}

Result<PurgeDone> BrokenStore::purge(const PurgeStep& step) {
  PurgeStep asked = step;
  if (is(Breakage::purges_past_the_limit)) asked.limit = Seq{1'000'000};
  return good_->purge(asked);
}

Result<void> BrokenStore::commit(const Batch& batch) {
  answers_.insert(answers_.end(), batch.answers.begin(), batch.answers.end());
  if (is(Breakage::forgets_acknowledgements)) {
    Batch without = batch;
    without.readers.clear();
    return good_->commit(without);
  }
  if (is(Breakage::applies_half_a_batch)) {
    Batch half = batch;
    half.answers.clear();
    return good_->commit(half);
  }
  if (is(Breakage::skips_a_counter_alone) && batch.events.empty() && batch.answers.empty() &&
      batch.inbox.empty()) {
    return {};
  }
  Result<void> done = good_->commit(spoiled(batch));
  if (!done && is(Breakage::accepts_a_hole)) return {};
  if (!done && is(Breakage::keeps_half_of_a_refused_batch)) {
    Batch half;
    half.sequences = batch.sequences;
    half.answers = batch.answers;
    if (!half.answers.empty()) half.answers.resize(1);
    (void)good_->commit(half);
  }
  return done;
}

}  // namespace

std::vector<NamedBreakage> all_breakages() {
  return {{Breakage::loses_an_event, "loses an event"},
          {Breakage::shares_answers, "gives two users the same answer"},
          {Breakage::forgets_answers, "forgets answers"},
          {Breakage::applies_half_a_batch, "applies half a batch"},
          {Breakage::keeps_half_of_a_refused_batch, "keeps half of a refused batch"},
          {Breakage::reads_stale, "reads stale"},
          {Breakage::reorders_the_log, "reorders the log"},
          {Breakage::repeats_a_row, "repeats a row from page to page"},
          {Breakage::sorts_only_by_id, "sorts only by id"},
          {Breakage::ignores_the_filter, "ignores the filter"},
          {Breakage::lists_deleted, "lists deleted records"},
          {Breakage::accepts_a_hole, "accepts a hole"},
          {Breakage::gives_a_number_twice, "gives a number twice"},
          {Breakage::skips_a_counter_alone, "skips a counter alone"},
          {Breakage::cuts_a_commit, "cuts a commit"},
          {Breakage::forgets_old_values, "forgets old values"},
          {Breakage::resumes_from_anywhere, "resumes from anywhere"},
          {Breakage::forgets_conflicts, "forgets conflicts"},
          {Breakage::forgets_decisions, "forgets how a conflict was decided"},
          {Breakage::shows_notifications_to_another, "shows notifications to another user"},
          {Breakage::never_marks_as_read, "never marks a notification as read"},
          {Breakage::keeps_what_is_withdrawn, "keeps announcements that were withdrawn"},
          {Breakage::forgets_who_holds_a_value, "forgets who holds a unique value"},
          {Breakage::adopts_over_duplicates, "adopts a unique rule over duplicates"},
          {Breakage::tells_no_next, "tells no next page of the history"},
          {Breakage::purges_past_the_limit, "purges past the limit"},
          {Breakage::hides_its_holes, "hides the holes of its log"},
          {Breakage::forgets_acknowledgements, "forgets what readers acknowledge"},
          {Breakage::searches_only_whole_words, "searches only whole words"}};
}

std::unique_ptr<Store> make_broken_store(Breakage breakage, std::uint64_t resume_events) {
  return std::make_unique<BrokenStore>(breakage, resume_events);
}

}  // namespace coterie::testing
