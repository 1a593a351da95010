#include "storage/draft.hpp"

#include <algorithm>
#include <utility>

#include "storage/document_size.hpp"

namespace coterie {
namespace {

// What a commit costs besides its texts: rows, keys, indexes.
constexpr std::size_t kEventBytes = 200;

// A user's name holds no newline, so that two pairs never meet.
std::string answer_key(const UserId& user, const MutationId& id) {
  std::string key;
  key.reserve(user.value().size() + 1 + id.value().size());
  key += user.value();
  key += '\n';
  key += id.value();
  return key;
}

}  // namespace

void Draft::Layer::clear() {
  batch.heads.clear();
  batch.events.clear();
  batch.answers.clear();
  batch.sequences.clear();
  document_bytes.clear();
  heads.clear();
  sequences.clear();
  bytes = 0;
}

const Head* Draft::Layer::find(const EntityKey& key) const {
  if (heads.empty()) return nullptr;
  const auto found = heads.find(key);
  return found == heads.end() ? nullptr : &batch.heads[found->second];
}

// One document an entity and group goes to the store, however often it changes: its bytes count once.
void Draft::Layer::put_head(Head head, std::size_t bytes_of_document) {
  const auto [place, is_new] = heads.try_emplace(head.meta.key, batch.heads.size());
  if (is_new) {
    batch.heads.push_back(std::move(head));
    document_bytes.push_back(bytes_of_document);
    bytes += bytes_of_document;
    return;
  }
  bytes += bytes_of_document;
  bytes -= document_bytes[place->second];
  batch.heads[place->second] = std::move(head);
  document_bytes[place->second] = bytes_of_document;
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

// Those that this group has changed are judged in memory, the others by the store; the better of the two is
// first.
Result<const Head*> Draft::first_match(const EntityType& type, const Filter& filter, const Sort& sort) {
  Match match{type, filter, sort, {}};
  if (!group_.heads.empty() || !layer_.heads.empty()) {
    match.skip = [&](const EntityId& id) {
      const EntityKey key{type, id};
      return group_.heads.contains(key) || layer_.heads.contains(key);
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
    if (head.deleted || head.meta.key.type != type || layer_.heads.contains(head.meta.key)) continue;
    if (!filter.matches(head.meta, head.data)) continue;
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
  if (group_.heads.contains(key)) {
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
  if (!group_answers_.empty()) {
    const auto found = group_answers_.find(answer_key(user, id));
    if (found != group_answers_.end()) return group_.batch.answers[found->second];
  }
  return store_.answer(user, id);
}

Result<std::uint64_t> Draft::next_number(const std::string& counter) {
  if (const auto found = layer_.sequences.find(counter); found != layer_.sequences.end()) {
    return ++layer_.batch.sequences[found->second].value;
  }
  std::uint64_t last = 0;
  if (const auto found = group_.sequences.find(counter); found != group_.sequences.end()) {
    last = group_.batch.sequences[found->second].value;
  } else {
    const Result<std::uint64_t> stored = store_.sequence(counter);
    if (!stored) return stored.error();
    last = *stored;
  }
  layer_.sequences.emplace(counter, layer_.batch.sequences.size());
  layer_.batch.sequences.push_back(SequenceValue{counter, last + 1});
  return last + 1;
}

bool Draft::touched(const EntityKey& key) const { return layer_.find(key) != nullptr; }

void Draft::put(Head head, DataSyncEvent event, std::size_t document_bytes) {
  event.seq = next_seq();
  event.index = static_cast<std::uint32_t>(layer_.batch.events.size());
  layer_.bytes += kEventBytes + event.set.size() + event.unset.size() + event.old.size();
  layer_.put_head(std::move(head), document_bytes);
  layer_.batch.events.push_back(std::move(event));
}

void Draft::put_answer(StoredAnswer answer) {
  layer_.bytes += kEventBytes + answer.body.size();
  layer_.batch.answers.push_back(std::move(answer));
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
  for (StoredAnswer& answer : layer_.batch.answers) {
    group_answers_.insert_or_assign(answer_key(answer.user, answer.id), group_.batch.answers.size());
    group_.batch.answers.push_back(std::move(answer));
  }
  for (SequenceValue& sequence : layer_.batch.sequences) {
    const auto [place, is_new] = group_.sequences.try_emplace(sequence.name, group_.batch.sequences.size());
    if (is_new) {
      group_.batch.sequences.push_back(std::move(sequence));
    } else {
      group_.batch.sequences[place->second].value = sequence.value;
    }
  }
  layer_.clear();
}

void Draft::drop() { layer_.clear(); }

std::vector<DataSyncEvent> Draft::committed() {
  for (std::size_t i = 0; i < group_.batch.heads.size(); ++i) {
    cache_.put(std::move(group_.batch.heads[i]), group_.document_bytes[i]);
  }
  return std::move(group_.batch.events);
}

}  // namespace coterie
