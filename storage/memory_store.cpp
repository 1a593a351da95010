#include "storage/memory_store.hpp"

#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "protocol/json.hpp"
#include "storage/batch_check.hpp"
#include "storage/commit_page.hpp"
#include "storage/decide_operation.hpp"
#include "storage/memory_inbox.hpp"
#include "storage/memory_uniques.hpp"
#include "storage/past_version.hpp"

namespace coterie {
namespace {

// A live record with its place in the sort asked for.
struct Placed {
  SortPlace place;
  const Head* head;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(MemoryStoreOptions options) : options_(std::move(options)) {}

  Result<Position> position() override { return Position{options_.epoch, last()}; }
  Result<Seq> resume_floor() override;
  Result<std::optional<Entity>> get(const EntityKey& key) override;
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override;
  Result<Page> list(const ListQuery& query) override;
  Result<HistoryPage> history(const HistoryQuery& query) override;
  Result<LogPage> log(const LogQuery& query) override;
  Result<Seq> purged() override { return purged_; }
  Result<LogRest> rest_of_log(Seq after) override;
  Result<std::vector<NamedReader>> named_readers() override;
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override;

  Result<std::optional<Head>> head(const EntityKey& key) override;
  Result<std::optional<Head>> first_match(const Match& match) override;
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override;
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) override;
  Result<std::uint64_t> sequence(const std::string& name) override;
  InboxStore& inbox() override { return inbox_; }
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) override {
    return uniques_.holder(key);
  }
  Result<std::vector<RuleChange>> adopt(const TypeTable& types) override {
    return uniques_.adopt(types, heads_);
  }
  Result<void> commit(const Batch& batch) override;
  Result<Seq> recover() override { return last(); }
  Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) override;
  Result<PurgeDone> purge(const PurgeStep& step) override;
  Result<SearchProgress> fill_search() override {
    return SearchProgress{};
  }  // searches the records themselves
  Result<void> configure_search(const SearchFields& fields) override {
    options_.search = fields;
    return {};
  }

 private:
  using AnswerKey = std::pair<UserId, MutationId>;

  Seq last() const { return log_.empty() ? Seq{} : log_.back().seq; }
  std::vector<Placed> matches(const EntityType& type, const Filter& filter, const Sort& sort) const;
  Result<std::vector<Placed>> found_by(const ListQuery& query) const;
  const char* check_state(const Batch& batch, const BatchPlan& plan) const;

  MemoryStoreOptions options_;
  std::map<EntityKey, Head> heads_;
  std::vector<DataSyncEvent> log_;
  std::map<AnswerKey, StoredAnswer> answers_;
  std::deque<AnswerKey> answers_by_age_;
  std::map<std::string, std::uint64_t> sequences_;
  MemoryInbox inbox_;
  MemoryUniques uniques_;
  std::map<ReaderName, NamedReader> readers_;
  std::map<EntityKey, std::uint64_t> born_;  // in the order in which they were first made
  Seq purged_;
};

Result<Seq> MemoryStore::resume_floor() {
  if (log_.size() <= options_.resume_events) return purged_;
  // The newest event that is out of reach, and with it its whole commit.
  return std::max(purged_, log_[log_.size() - 1 - options_.resume_events].seq);
}

Result<std::optional<Entity>> MemoryStore::get(const EntityKey& key) {
  const auto found = heads_.find(key);
  if (found == heads_.end() || found->second.deleted) return std::nullopt;
  return entity_of(found->second);
}

Result<std::optional<Entity>> MemoryStore::get_at(const EntityKey& key, Version version) {
  const auto head = heads_.find(key);
  if (head == heads_.end()) return std::nullopt;
  DocumentState state;
  if (!head->second.deleted) state = head->second.data;
  std::optional<EntityMeta> meta;
  bool made = false;  // its creation was found
  bool anew = false;  // it was made again since
  for (auto event = log_.rbegin(); event != log_.rend(); ++event) {
    if (event->key != key) continue;
    const bool creation = event->operation == EventOperation::create;
    if (event->version > version) {
      if (Result<void> done = rewind(state, *event); !done) return done.error();
      anew = anew || creation;
    } else if (event->version == version) {
      meta = EntityMeta{key, version, {}, {}, event->timestamp, event->user_id};
    }
    if (event->version <= version && creation) {
      if (meta) std::tie(meta->created_at, meta->created_by) = std::tie(event->timestamp, event->user_id);
      made = true;
      break;
    }
  }
  if (!meta || !state || (!made && anew)) return std::nullopt;
  if (!made) {
    meta->created_at = head->second.meta.created_at;
    meta->created_by = head->second.meta.created_by;
  }
  return Entity{*meta, to_json_text(*state)};
}

std::vector<Placed> MemoryStore::matches(const EntityType& type, const Filter& filter,
                                         const Sort& sort) const {
  std::vector<Placed> found;
  for (const auto& [key, head] : heads_) {
    if (key.type != type || head.deleted || !filter.matches(head.meta, head.data)) continue;
    found.push_back({place_of(sort, head.meta, head.data), &head});
  }
  std::sort(found.begin(), found.end(),
            [&](const Placed& a, const Placed& b) { return compare(sort, a.place, b.place) < 0; });
  return found;
}

// With a search and no sort in the order in which they were first made; `after` is taken into account.
Result<std::vector<Placed>> MemoryStore::found_by(const ListQuery& query) const {
  const auto configured = options_.search.find(query.type);
  if (configured == options_.search.end()) {
    return Error{ErrorCode::bad_request, "Records of this type cannot be searched.", "search", false, {}, {}};
  }
  std::vector<Placed> found = matches(query.type, query.filter, query.sort);
  std::erase_if(found, [&](const Placed& placed) {
    return !query.search->matches(searched_words(placed.head->data, configured->second));
  });
  if (!query.sort.keys().empty()) return found;
  const auto born = [&](const Placed& placed) { return born_.at(placed.head->meta.key); };
  std::sort(found.begin(), found.end(), [&](const Placed& a, const Placed& b) { return born(a) < born(b); });
  return found;
}

Result<Page> MemoryStore::list(const ListQuery& query) {
  Result<std::vector<Placed>> listed =
      query.search ? found_by(query)
                   : Result<std::vector<Placed>>(matches(query.type, query.filter, query.sort));
  if (!listed) return listed.error();
  std::vector<Placed>& found = *listed;
  if (query.id) std::erase_if(found, [&](const Placed& p) { return p.head->meta.key.id != *query.id; });

  Page page;
  if (query.search) page.search_lag = 0;
  page.position = Position{options_.epoch, last()};
  if (query.count) page.total = found.size();
  if (query.after) {
    const auto born = born_.find({query.type, query.after->id});
    const bool by_birth = query.search && query.sort.keys().empty() && born != born_.end();
    std::erase_if(found, [&](const Placed& p) {
      return by_birth ? born_.at(p.head->meta.key) <= born->second
                      : compare(query.sort, p.place, *query.after) <= 0;
    });
  }
  std::size_t bytes = 0;
  for (std::size_t i = query.offset; i < found.size(); ++i) {
    Entity entity = entity_of(*found[i].head);
    bytes += entity.data.size();
    const bool full = page.entities.size() >= query.limit || bytes > query.most_bytes;
    if (full && !page.entities.empty()) {
      page.next = found[i - 1].place;
      break;
    }
    page.entities.push_back(std::move(entity));
  }
  return page;
}

Result<HistoryPage> MemoryStore::history(const HistoryQuery& query) {
  std::vector<const DataSyncEvent*> found;
  for (const DataSyncEvent& event : log_) {
    if (query.type && event.key.type != *query.type) continue;
    if (query.id && event.key.id != *query.id) continue;
    if (query.after && event.seq <= *query.after) continue;
    if (query.before && event.seq >= *query.before) continue;
    if (query.user && event.user_id != *query.user) continue;
    if (query.since && event.timestamp < *query.since) continue;
    if (query.until && event.timestamp > *query.until) continue;
    found.push_back(&event);
  }
  if (!query.after) std::reverse(found.begin(), found.end());
  CommitPage page(query.limit, query.most_bytes);
  std::optional<Seq> next;
  for (const DataSyncEvent* event : found) {
    if (page.add(*event)) continue;
    next = query.after ? Seq{event->seq.value() - 1} : Seq{event->seq.value() + 1};
    break;
  }
  return HistoryPage{page.take(), next};
}

Result<LogRest> MemoryStore::rest_of_log(Seq after) {
  LogRest rest;
  for (const DataSyncEvent& event : log_) {
    if (event.seq <= after) continue;
    if (!rest.oldest) rest.oldest = event.timestamp;
    ++rest.events;
  }
  return rest;
}

Result<std::vector<NamedReader>> MemoryStore::named_readers() {
  std::vector<NamedReader> readers;
  for (const auto& [name, reader] : readers_) readers.push_back(reader);
  return readers;
}

Result<std::optional<NamedReader>> MemoryStore::named_reader(const ReaderName& name) {
  const auto found = readers_.find(name);
  if (found == readers_.end()) return std::nullopt;
  return found->second;
}

Result<LogPage> MemoryStore::log(const LogQuery& query) {
  const auto wanted = [&](const EntityKey& key) {
    return query.rooms.empty() ||
           std::any_of(query.rooms.begin(), query.rooms.end(), [&](const RoomKey& room) {
             return room.type == key.type && (!room.id || *room.id == key.id);
           });
  };
  CommitPage page(query.most_events, query.most_bytes);
  Seq up_to = std::max(last(), query.after);
  for (const DataSyncEvent& event : log_) {
    if (event.seq <= query.after || !wanted(event.key)) continue;
    if (!page.add(event)) {
      up_to = Seq{event.seq.value() - 1};
      break;
    }
  }
  return LogPage{page.take(), up_to, up_to >= last()};
}

Result<std::optional<Head>> MemoryStore::head(const EntityKey& key) {
  const auto found = heads_.find(key);
  if (found == heads_.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<Head>> MemoryStore::first_match(const Match& match) {
  for (const Placed& placed : matches(match.type, match.filter, match.sort)) {
    if (!match.skip || !match.skip(placed.head->meta.key.id)) return *placed.head;
  }
  return std::nullopt;
}

Result<std::vector<DataSyncEvent>> MemoryStore::events_since(const EntityKey& key, Version after,
                                                             std::size_t most) {
  std::vector<DataSyncEvent> events;
  for (const DataSyncEvent& event : log_) {
    if (events.size() == most) break;
    if (event.key == key && event.version > after) events.push_back(event);
  }
  return events;
}

Result<std::optional<StoredAnswer>> MemoryStore::answer(const UserId& user, const MutationId& id) {
  const auto found = answers_.find({user, id});
  if (found == answers_.end()) return std::nullopt;
  return found->second;
}

Result<std::uint64_t> MemoryStore::sequence(const std::string& name) {
  const auto found = sequences_.find(name);
  return found == sequences_.end() ? 0 : found->second;
}

// Everything that could refuse the batch comes before the first change, so that there is nothing to take
// back.
const char* MemoryStore::check_state(const Batch& batch, const BatchPlan& plan) const {
  for (std::size_t i = 0; i < batch.heads.size(); ++i) {
    const auto found = heads_.find(batch.heads[i].meta.key);
    const Version stored = found == heads_.end() ? Version{} : found->second.meta.version;
    if (stored != plan.previous[i]) return "an entity is not at the version that the change rests on";
  }
  std::map<AnswerKey, bool> seen;
  for (const StoredAnswer& answer : batch.answers) {
    const AnswerKey key{answer.user, answer.id};
    if (answers_.contains(key) || !seen.emplace(key, true).second) return "a mutation is answered twice";
  }
  std::map<std::string, std::uint64_t> given;
  for (const SequenceValue& sequence : batch.sequences) {
    const auto found = sequences_.find(sequence.name);
    const std::uint64_t before =
        std::max(given[sequence.name], found == sequences_.end() ? 0 : found->second);
    if (sequence.value <= before) return "a number is given twice";
    given[sequence.name] = sequence.value;
  }
  if (const char* wrong = uniques_.check(batch.uniques)) return wrong;
  return inbox_.check(batch.inbox);
}

// It has no indexes: it walks through everything anyway.
Result<void> MemoryStore::commit(const Batch& batch) {
  const Result<BatchPlan> plan = check_batch(batch, last());
  if (!plan) return plan.error();
  if (const char* wrong = check_state(batch, *plan)) return broken_batch(wrong);

  for (const Head& head : batch.heads) {
    heads_.insert_or_assign(head.meta.key, head);
    born_.emplace(head.meta.key, born_.size());
  }
  log_.insert(log_.end(), batch.events.begin(), batch.events.end());
  for (const StoredAnswer& answer : batch.answers) {
    answers_.emplace(AnswerKey{answer.user, answer.id}, answer);
    answers_by_age_.emplace_back(answer.user, answer.id);
  }
  for (const SequenceValue& sequence : batch.sequences) sequences_[sequence.name] = sequence.value;
  uniques_.apply(batch.uniques);
  inbox_.apply(batch.inbox);
  for (const NamedReaderChange& change : batch.readers) {
    if (change.forget) {
      readers_.erase(change.reader.name);
    } else {
      readers_.insert_or_assign(change.reader.name, change.reader);
    }
  }
  return {};
}

// All of the type at once: it may be slow here.
Result<PurgeDone> MemoryStore::purge(const PurgeStep& step) {
  PurgeDone done;
  std::map<EntityKey, bool> stopped;  // at the first version that stays
  std::erase_if(log_, [&](const DataSyncEvent& event) {
    if (event.key.type != step.type) return false;
    const std::uint64_t newest = heads_.at(event.key).meta.version.value();
    const bool beyond =
        step.retention.versions &&
        event.version.value() + std::max<std::uint64_t>(*step.retention.versions, 1) <= newest;
    const bool too_old = step.retention.age && event.timestamp < step.now - *step.retention.age;
    bool& stays = stopped[event.key];
    stays = stays || event.seq > step.limit || event.version.value() == newest || (!beyond && !too_old);
    if (stays) return false;
    purged_ = std::max(purged_, event.seq);
    ++done.events;
    return true;
  });
  return done;
}

Result<bool> MemoryStore::trim_answers(Timestamp before, std::uint64_t most_kept) {
  while (!answers_by_age_.empty()) {
    const auto oldest = answers_.find(answers_by_age_.front());
    if (answers_.size() <= most_kept && oldest->second.at >= before) break;
    answers_.erase(oldest);
    answers_by_age_.pop_front();
  }
  return false;
}

}  // namespace

std::unique_ptr<Store> make_memory_store(MemoryStoreOptions options) {
  return std::make_unique<MemoryStore>(std::move(options));
}

}  // namespace coterie
