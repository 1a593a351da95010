// Where entities, their log and the committed answers are kept, in commit order. Two faces: Reader answers
// questions from one consistent moment; Store adds what deciding needs, and the one way to change anything.
// Rules (versions, guards, merging, once) do not live here but in decide, written once for every store.
// Thread: a Store belongs to the sequencer's thread; each Reader to the thread that made it. Both block.
// Laws 1, 2, 4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/error.hpp"
#include "protocol/filter.hpp"
#include "protocol/messages.hpp"
#include "protocol/search_words.hpp"
#include "protocol/sort.hpp"
#include "storage/inbox.hpp"
#include "storage/named_reader.hpp"
#include "storage/purge.hpp"
#include "storage/search_text.hpp"

namespace coterie {

struct ListQuery {
  EntityType type;
  std::optional<EntityId> id;  // one entity only: a room's snapshot
  Filter filter;
  Sort sort;
  std::optional<SortPlace> after;  // keyset: the page begins behind this place
  std::size_t offset = 0;          // or by number
  std::size_t limit = 50;
  std::size_t most_bytes =
      256 * 1024;  // the page ends early rather than grow past this; one entity always fits
  bool count = false;
  // Only those found by these words. Without a sort they then come in the order in which they were first
  // made.
  std::optional<Search> search{};
};
struct Page {
  std::vector<Entity> entities;
  std::optional<SortPlace> next;  // absent: the last page
  std::optional<std::uint64_t> total;
  Position position;  // the moment it was read at
  std::optional<std::uint64_t>
      search_lag{};  // with `search`: changes of the type that it does not know of yet
};

// With `after` oldest first, else newest first. The page ends between two commits, never within one, and
// holds at least one commit whole, even where that passes `limit` or `most_bytes`.
struct HistoryQuery {
  std::optional<EntityType> type;
  std::optional<EntityId> id;
  std::optional<Seq> after;
  std::optional<Seq> before;
  std::size_t limit = 50;
  std::size_t most_bytes = 256 * 1024;
  std::optional<UserId> user{};
  std::optional<Timestamp> since{};  // both inclusive
  std::optional<Timestamp> until{};
};
struct HistoryPage {
  std::vector<DataSyncEvent> events;
  // The `after` or `before` that goes on from here; absent: that was all. Even an empty page may have one:
  // it ends where much of the log was looked through and little found.
  std::optional<Seq> next;
};

// A stretch of the log for the rooms of one reader, oldest first, whole commits only, at least one. It may
// end early, even empty, after much that concerned none of these rooms: go on from `up_to` until `at_head`.
struct LogQuery {
  Seq after;
  std::vector<RoomKey> rooms;  // empty: all
  std::size_t most_events = 1000;
  std::size_t most_bytes = 256 * 1024;
};
struct LogPage {
  std::vector<DataSyncEvent> events;
  Seq up_to;  // all of these rooms' events up to here are in `events` or were before them
  bool at_head = false;
};

struct Head;

class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<Position> position() = 0;  // of the newest commit
  virtual Result<Seq> resume_floor() = 0;   // a position before this one is trimmed
  virtual Result<std::optional<Entity>> get(const EntityKey& key) = 0;  // deleted: absent
  // As it stood at that version; absent where it did not exist, was deleted then, or is not known any more.
  virtual Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) = 0;
  virtual Result<Page> list(const ListQuery& query) = 0;
  virtual Result<HistoryPage> history(const HistoryQuery& query) = 0;
  virtual Result<LogPage> log(const LogQuery& query) = 0;
  virtual Result<std::optional<Head>> head(
      const EntityKey& key) = 0;  // deleted ones too; absent: never existed
  // The events of one entity with version > after, oldest first, at most `most`.
  virtual Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                          std::size_t most) = 0;
  virtual InboxReader& inbox() = 0;  // valid until the next call of anything but its own

  // Events may be missing up to here (purged by age or number): nothing can be replayed from before it.
  virtual Result<Seq> purged() = 0;
  virtual Result<LogRest> rest_of_log(Seq after) = 0;
  virtual Result<std::vector<NamedReader>> named_readers() = 0;  // by name
  virtual Result<std::optional<NamedReader>> named_reader(const ReaderName& name) = 0;
};

// The newest state of one entity, parsed: what decisions are made on. Deleted ones stay as tombstones.
struct Head {
  EntityMeta meta;
  bool deleted = false;
  boost::json::object data;  // empty when deleted
  // The numbers it was given, by dotted path: {"orderNumber": "ORD-2026-000123"}. They are its own for life,
  // past a delete: kept by the store (a column of `entity`), judged by decide. Not on the wire. Mostly empty.
  boost::json::object numbers;
  // Its metadata before its last change in memory; of one that was created, those of its life before. Not
  // stored.
  struct Before {
    Timestamp updated_at;
    UserId updated_by;
    Timestamp created_at;
    UserId created_by;
  } before = {};
};

struct StoredAnswer {
  UserId user;
  MutationId id;
  ContentHash content;
  std::string body;  // encode_body(Committed)
  Seq seq;
  Timestamp at;
};

struct SequenceValue {
  std::string name;  // the key: sequence and period, as the format says
  std::uint64_t value = 0;
};

// A value that may stand in one record only (see unique_key.hpp): of this type, by this rule.
struct UniqueKey {
  EntityType type;
  std::string rule;  // stored_name() of its fields
  std::string value;
  friend auto operator<=>(const UniqueKey&, const UniqueKey&) = default;
};
// It passes from one record to another; absent: from or to none.
struct UniqueChange {
  UniqueKey key;
  std::optional<EntityId> from;
  std::optional<EntityId> to;
};

// Everything that one group of mutations changes. Applied whole or not at all.
struct Batch {
  std::vector<Head>
      heads;  // the last state of each entity touched, each once; the version is past the stored one
  std::vector<DataSyncEvent> events;  // in commit order; seq goes on from the store's without a hole
  std::vector<StoredAnswer> answers;
  std::vector<SequenceValue> sequences;
  std::vector<UniqueChange> uniques;       // each key once
  std::vector<NamedReaderChange> readers;  // in order
  InboxChanges inbox;  // with neither events nor answers beside it, a batch draws a number
  bool empty() const {
    return events.empty() && answers.empty() && sequences.empty() && readers.empty() && inbox.empty();
  }
};

struct Match {
  EntityType type;
  Filter filter;
  Sort sort;
  std::function<bool(const EntityId&)> skip;  // those that the caller judges itself
};

// What adopting a table of types did to a store.
struct RuleChange {
  enum class Kind { unique, index } kind{};
  EntityType type;
  std::string fields;  // for people
  bool added = false;  // else dropped
};

class TypeTable;

struct SearchProgress {
  bool follows = false;   // there is an index that follows the log, so that a commit is something to do
  bool more = false;      // call again
  std::uint64_t lag = 0;  // commits that the index does not know of yet
};

class Store : public Reader {
 public:
  InboxStore& inbox() override = 0;
  virtual Result<std::optional<Head>> first_match(const Match& match) = 0;  // live ones only
  virtual Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) = 0;
  virtual Result<std::uint64_t> sequence(const std::string& name) = 0;  // the last number given out; 0: none
  // The record in which the value stands, of a rule that was adopted.
  virtual Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) = 0;

  // Keeps the unique rules and the indexes of this table from now on, and drops all others; between two
  // groups. Wholly or not at all. Error bad_request: a rule is new and records share values, which the
  // message lists. Takes as long as it takes to read the records of a type whose rules are new.
  virtual Result<std::vector<RuleChange>> adopt(const TypeTable& types) = 0;

  // A group begins: what is read until its commit() or release() is of one moment, and costs no lock for each
  // question. A store may do without.
  virtual void begin() {}
  virtual void release() {}  // the group ends without a commit

  // Makes the batch durable (Law 2: on return it survives a power cut), or changes nothing and says why.
  // `unavailable` with retry: nothing changed (disk full). Anything else: unknown; call recover() before
  // going on.
  virtual Result<void> commit(const Batch& batch) = 0;
  // After a commit whose end is unknown: opens anew, and tells the newest seq that is really there.
  virtual Result<Seq> recover() = 0;
  // Forgets answers past their window. Bounded work per call; true: there is more.
  virtual Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) = 0;
  // Forgets events as the step says: see purge.hpp. Bounded work per call.
  virtual Result<PurgeDone> purge(const PurgeStep& step) = 0;
  // Takes some of what was committed into the full-text index, which is never part of a commit. Bounded work.
  virtual Result<SearchProgress> fill_search() = 0;
  // From now on these fields are searched; an index with other fields is filled anew.
  virtual Result<void> configure_search(const SearchFields& fields) = 0;
};

}  // namespace coterie
