#include "storage/draft.hpp"

#include <algorithm>
#include <utility>

#include "storage/document_size.hpp"
#include "storage/inbox_draft.hpp"

namespace coterie {
namespace {

// What a commit costs besides its texts: rows, keys, indexes.
constexpr std::size_t kEventBytes = 200;

std::size_t hash_of(const EntityKey& key) { return std::hash<EntityKey>{}(key); }

std::size_t hash_of(const UserId& user, const MutationId& id) {
  return std::hash<UserId>{}(user)*31 + std::hash<MutationId>{}(id);
}

std::size_t hash_of(const UniqueKey& key) {
  return std::hash<std::string>{}(key.value) * 31 + std::hash<std::string>{}(key.rule);
}

}  // namespace

void Draft::Layer::clear() {
  batch.heads.clear();
  batch.events.clear();
  batch.answers.clear();
  batch.sequences.clear();
  before.clear();
  if (!batch.inbox.empty()) batch.inbox = {};
  batch.uniques.clear();
  batch.readers.clear();
  document_bytes.clear();
  heads.clear();
  answers.clear();
  uniques.clear();
  bytes = 0;
}

const Head* Draft::Layer::find(const EntityKey& key) const {
  if (heads.empty()) return nullptr;
  const std::size_t at =
      heads.find(hash_of(key), [&](std::size_t i) { return batch.heads[i].meta.key == key; });
  return at == HashIndex::kNone ? nullptr : &batch.heads[at];
}

// There are few counters.
SequenceValue* Draft::Layer::find_sequence(const std::string& name) {
  for (SequenceValue& sequence : batch.sequences) {
    if (sequence.name == name) return &sequence;
  }
  return nullptr;
}

UniqueChange* Draft::Layer::find_unique(const UniqueKey& key) {
  if (uniques.empty()) return nullptr;
  const std::size_t at =
      uniques.find(hash_of(key), [&](std::size_t i) { return batch.uniques[i].key == key; });
  return at == HashIndex::kNone ? nullptr : &batch.uniques[at];
}

void Draft::Layer::add_unique(UniqueChange change) {
  uniques.add(hash_of(change.key), batch.uniques.size());
  batch.uniques.push_back(std::move(change));
}

// One document an entity and group goes to the store, however often it changes: its bytes count once.
void Draft::Layer::put_head(Head head, std::size_t bytes_of_document) {
  bytes += bytes_of_document;
  if (const Head* const found = find(head.meta.key)) {
    const auto at = static_cast<std::size_t>(found - batch.heads.data());
    bytes -= document_bytes[at];
    batch.heads[at] = std::move(head);
    document_bytes[at] = bytes_of_document;
    return;
  }
  heads.add(hash_of(head.meta.key), batch.heads.size());
  batch.heads.push_back(std::move(head));
  document_bytes.push_back(bytes_of_document);
}

void Draft::expect(std::size_t mutations) {
  group_.batch.heads.reserve(mutations);
  group_.batch.events.reserve(mutations);
  group_.batch.answers.reserve(mutations);
  group_.document_bytes.reserve(mutations);
}

Result<const Head*> Draft::head(const EntityKey& key) {
  if (const Head* found = layer_.find(key)) return found;
  if (const Head* found = group_.find(key)) return found;
  if (const Head* found = cache_.find(key)) return found;
  Result<std::optional<Head>> stored = store_.head(key);
  if (!stored) return stored.error();
  if (!*stored) return nullptr;
  const std::size_t bytes = measure((*stored)->data).bytes;
  return cache_.put(std::move(**stored), bytes);
}

Result<Head> Draft::take(const EntityKey& key) {
  if (const Head* const found = group_.find(key)) return *found;
  const Result<const Head*> found = head(key);
  if (!found) return found.error();
  std::optional<Head> taken = cache_.take(key);
  if (taken) return std::move(*taken);
  return **found;  // of this mutation's layer
}

void Draft::put_back(Head head) {
  if (group_.find(head.meta.key) != nullptr) return;
  const std::size_t bytes = measure(head.data).bytes;
  cache_.put(std::move(head), bytes);
}

// Those that this group has changed are judged in memory, the others by the store; the better of the two is
// first.
Result<const Head*> Draft::first_match(const EntityType& type, const Filter& filter, const Sort& sort) {
  Match match{type, filter, sort, {}};
  if (!group_.heads.empty() || !layer_.heads.empty()) {
    match.skip = [&](const EntityId& id) {
      const EntityKey key{type, id};
      return group_.find(key) != nullptr || layer_.find(key) != nullptr;
    };
  }
  Result<std::optional<Head>> stored = store_.first_match(match);
  if (!stored) return stored.error();

  const Head* const changed = best_changed(type, filter, sort);
  if (!*stored) return changed;
  if (changed != nullptr) {
    const auto order = compare(sort, place_of(sort, changed->meta, changed->data),
                               place_of(sort, (*stored)->meta, (*stored)->data));
    if (order < 0) return changed;
  }
  const std::size_t bytes = measure((*stored)->data).bytes;
  return cache_.put(std::move(**stored), bytes);
}

const Head* Draft::best_changed(const EntityType& type, const Filter& filter, const Sort& sort) const {
  const Head* best = nullptr;
  SortPlace best_place;
  for (const Head& head : group_.batch.heads) {
    if (head.deleted || head.meta.key.type != type) continue;
    if (!filter.matches(head.meta, head.data) || layer_.find(head.meta.key) != nullptr) continue;
    SortPlace place = place_of(sort, head.meta, head.data);
    if (best != nullptr && compare(sort, place, best_place) >= 0) continue;
    best = &head;
    best_place = std::move(place);
  }
  return best;
}

Result<std::vector<DataSyncEvent>> Draft::events_since(const EntityKey& key, Version after,
                                                       std::size_t most) {
  // The group's own events of this entity are its newest: back to `after`, or to the group's beginning.
  std::vector<const DataSyncEvent*> own;
  if (group_.find(key) != nullptr) {
    for (auto event = group_.batch.events.rbegin(); event != group_.batch.events.rend(); ++event) {
      if (event->key != key) continue;
      if (event->version <= after) break;
      own.push_back(&*event);
    }
  }
  std::vector<DataSyncEvent> events;
  const bool from_store = own.empty() || own.back()->version.value() > after.value() + 1;
  if (from_store) {
    Result<std::vector<DataSyncEvent>> stored = store_.events_since(key, after, most);
    if (!stored) return stored.error();
    events = std::move(*stored);
  }
  for (auto event = own.rbegin(); event != own.rend() && events.size() < most; ++event) {
    events.push_back(**event);
  }
  return events;
}

Result<std::optional<Entity>> Draft::stored_at(const EntityKey& key, Version version) {
  return store_.get_at(key, version);
}

Result<std::optional<StoredAnswer>> Draft::answer(const UserId& user, const MutationId& id) {
  const std::vector<StoredAnswer>& kept = group_.batch.answers;
  const std::size_t at = group_.answers.find(
      hash_of(user, id), [&](std::size_t i) { return kept[i].id == id && kept[i].user == user; });
  if (at != HashIndex::kNone) return kept[at];
  return store_.answer(user, id);
}

Result<std::uint64_t> Draft::next_number(const std::string& counter) {
  if (SequenceValue* const found = layer_.find_sequence(counter)) return ++found->value;
  std::uint64_t last = 0;
  if (const SequenceValue* const found = group_.find_sequence(counter)) {
    last = found->value;
  } else {
    const Result<std::uint64_t> stored = store_.sequence(counter);
    if (!stored) return stored.error();
    last = *stored;
  }
  layer_.batch.sequences.push_back(SequenceValue{counter, last + 1});
  return last + 1;
}

void Draft::raise(const std::string& counter, std::uint64_t to) {
  if (SequenceValue* const found = group_.find_sequence(counter)) {
    found->value = to;
  } else {
    group_.batch.sequences.push_back(SequenceValue{counter, to});
  }
}

Result<std::optional<EntityId>> Draft::unique_holder(const UniqueKey& key) {
  if (const UniqueChange* const found = layer_.find_unique(key)) return found->to;
  if (const UniqueChange* const found = group_.find_unique(key)) return found->to;
  return store_.unique_holder(key);
}

bool Draft::touched(const EntityKey& key) const { return layer_.find(key) != nullptr; }

void Draft::put(Head head, DataSyncEvent event, std::size_t document_bytes) {
  event.seq = next_seq();
  event.index = static_cast<std::uint32_t>(layer_.batch.events.size());
  layer_.bytes += kEventBytes + event.set.size() + event.unset.size() + event.old.size();
  layer_.before.push_back(head.before);
  layer_.put_head(std::move(head), document_bytes);
  layer_.batch.events.push_back(std::move(event));
}

void Draft::put_answer(StoredAnswer answer) {
  layer_.bytes += kEventBytes + answer.body.size();
  layer_.batch.answers.push_back(std::move(answer));
}

void Draft::pass_unique(UniqueKey key, const std::optional<EntityId>& holder, std::optional<EntityId> to) {
  if (UniqueChange* const found = layer_.find_unique(key)) {
    found->to = std::move(to);
    return;
  }
  layer_.bytes += kEventBytes + key.value.size();
  layer_.add_unique(UniqueChange{std::move(key), holder, std::move(to)});
}

void Draft::keep() {
  if (layer_changes()) last_ = next_seq();
  std::size_t heads_bytes = 0;  // counted by put_head, into the group once
  for (std::size_t i = 0; i < layer_.batch.heads.size(); ++i) {
    heads_bytes += layer_.document_bytes[i];
    group_.put_head(std::move(layer_.batch.heads[i]), layer_.document_bytes[i]);
  }
  group_.bytes += layer_.bytes - heads_bytes;

  for (DataSyncEvent& event : layer_.batch.events) group_.batch.events.push_back(std::move(event));
  group_.before.insert(group_.before.end(), layer_.before.begin(), layer_.before.end());
  for (StoredAnswer& answer : layer_.batch.answers) {
    group_.answers.add(hash_of(answer.user, answer.id), group_.batch.answers.size());
    group_.batch.answers.push_back(std::move(answer));
  }
  for (SequenceValue& sequence : layer_.batch.sequences) {
    if (SequenceValue* const found = group_.find_sequence(sequence.name)) {
      found->value = sequence.value;
    } else {
      group_.batch.sequences.push_back(std::move(sequence));
    }
  }
  for (UniqueChange& change : layer_.batch.uniques) {
    if (UniqueChange* const found = group_.find_unique(change.key)) {
      found->to = std::move(change.to);
    } else {
      group_.add_unique(std::move(change));
    }
  }
  if (!layer_.batch.inbox.empty()) inbox().keep();
  layer_.clear();
}

InboxDraft Draft::inbox() { return InboxDraft(*this); }

void Draft::drop() { layer_.clear(); }

std::vector<DataSyncEvent> Draft::committed() {
  for (std::size_t i = 0; i < group_.batch.heads.size(); ++i) {
    cache_.put(std::move(group_.batch.heads[i]), group_.document_bytes[i]);
  }
  return std::move(group_.batch.events);
}

}  // namespace coterie
