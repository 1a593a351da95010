// A group in the making: the store's state with the changes of the mutations decided so far laid over it. A
// mutation works in its own layer, kept or dropped whole, so that a refused one leaves no trace and needs no
// savepoint. Thread: sequencer. Laws 1, 4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/hash_index.hpp"
#include "storage/head_cache.hpp"
#include "storage/store.hpp"

namespace coterie {

class InboxDraft;

class Draft {
 public:
  // `last`: the seq of the store's newest commit.
  Draft(Store& store, HeadCache& cache, Seq last) : store_(store), cache_(cache), last_(last) {}
  void expect(std::size_t mutations);  // so many will come, about: room for them is made at once

  // ---- reading: this mutation's layer, then the group's, then the cache, then the store ----
  // Heads are pointed to, because most edits are decided without needing a copy. Valid until the next head,
  // first_match, take, put, keep or drop. Null: there never was such an entity.
  Result<const Head*> head(const EntityKey& key);
  // The head, to be changed and put: moved out of the cache, not copied, where the group has not touched it.
  // One that is not put in the end is read anew; put_back spares that. The entity was found before.
  Result<Head> take(const EntityKey& key);
  void put_back(Head head);  // as it was taken
  // The first live entity of the match, group's changes included, that this mutation has not touched yet.
  // Null: none.
  Result<const Head*> first_match(const EntityType& type, const Filter& filter, const Sort& sort);
  // Of one entity, with version > after and oldest first; at most `most`.
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after, std::size_t most);
  // As it was committed at that version, before this group; absent where the store cannot tell.
  Result<std::optional<Entity>> stored_at(const EntityKey& key, Version version);
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id);
  Result<std::uint64_t> next_number(const std::string& counter);  // takes it, in this layer
  // In which record a value stands that may stand in one only; absent: in none.
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key);
  bool touched(const EntityKey& key) const;                  // by this mutation
  void raise(const std::string& counter, std::uint64_t to);  // of the group itself, between two mutations
  Seq last() const { return last_; }                         // of the commits so far, this group's included
  Seq next_seq() const { return Seq{last_.value() + 1}; }

  // ---- changing: the mutation's layer ----
  // The event gets its seq and index here. `document_bytes`: about the length of the document's text.
  void put(Head head, DataSyncEvent event, std::size_t document_bytes);
  void put_answer(StoredAnswer answer);
  // The value passes to that record, or to none. unique_holder() was asked before, and `holder` is its
  // answer.
  void pass_unique(UniqueKey key, const std::optional<EntityId>& holder, std::optional<EntityId> to);
  std::size_t layer_bytes() const { return layer_.bytes; }
  bool layer_changes() const { return !layer_.batch.events.empty(); }

  InboxDraft inbox();  // the same for conflicts, notifications and announcements: see inbox_draft.hpp

  void keep();  // the layer joins the group; its events, if any, make up commit next_seq()
  void drop();  // the layer is gone

  // ---- the group ----
  const Batch& batch() const { return group_.batch; }
  // Of each of batch().events: its record's metadata before it.
  const std::vector<Head::Before>& before() const { return group_.before; }
  const Head* changed(const EntityKey& key) const { return group_.find(key); }  // null: not by this group
  std::vector<NamedReaderChange>& readers() {
    return group_.batch.readers;
  }  // the group's, beside its mutations
  std::size_t group_bytes() const { return group_.bytes; }
  // The batch is durable: its heads go to the cache, its events to whoever publishes them. The draft has
  // ended.
  std::vector<DataSyncEvent> committed();
  InboxChanges take_inbox() { return std::move(group_.batch.inbox); }

 private:
  friend class InboxDraft;
  struct Layer {
    Batch batch;
    std::vector<Head::Before> before;         // of each of batch.events
    std::vector<std::size_t> document_bytes;  // of each of batch.heads
    HashIndex heads;                          // into batch.heads
    HashIndex answers;                        // into batch.answers; the group's only
    HashIndex uniques;                        // into batch.uniques
    std::size_t bytes = 0;
    void clear();
    const Head* find(const EntityKey& key) const;
    SequenceValue* find_sequence(const std::string& name);
    UniqueChange* find_unique(const UniqueKey& key);
    void add_unique(UniqueChange change);
    void put_head(Head head, std::size_t bytes_of_document);
  };
  const Head* best_changed(const EntityType& type, const Filter& filter, const Sort& sort) const;

  Store& store_;
  HeadCache& cache_;
  Seq last_;
  Layer group_;
  Layer layer_;
  std::optional<std::uint64_t> stored_open_;  // conflicts that are open in the store, once they were counted
};

}  // namespace coterie
