// The rules: what a mutation does to the state it finds, or why it does nothing. Written once, for every
// store. Order of checks: repeat, rights, existence, locks, staleness, guard, the change itself, its size,
// the type's schema, its unique fields. The first operation that fails ends the mutation, and nothing of it
// stays. Pure but for what it reads through Draft: no clock, no randomness, no I/O. Thread: sequencer. Laws
// 1, 4, 5, 8.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "protocol/access.hpp"
#include "protocol/mutation.hpp"
#include "storage/author.hpp"
#include "storage/draft.hpp"
#include "storage/inbox.hpp"
#include "storage/mutation_outcome.hpp"
#include "storage/number_format.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

class LockTable;

struct DecideContext {
  Author author;
  Timestamp now;
  Epoch epoch;
  Cause cause = Cause::user;
  const NumberFormats* numbers = nullptr;
  const TypeTable* types =
      nullptr;                   // null: every type has the defaults. Its unique rules the store has adopted
  AccessBook* access = nullptr;  // null: everyone may everything
  const LockTable* locks = nullptr;   // none: nobody holds anything
  std::function<EntityId()> make_id;  // for a create that names none
  std::size_t entity_bytes = 48 * 1024;
  std::size_t transaction_bytes = 1024 * 1024;
  InboxLimits inbox;
};

// Of that type; the defaults where none are configured.
const TypeRules& rules_of(const DecideContext& context, const EntityType& type);

// Someone whose change a latest-wins edit wrote over: they are told.
struct Overwritten {
  UserId user;  // whose change it was
  EntityKey key;
  Version version;  // of the edit that wrote over it
  std::vector<FieldPath> fields;
};

struct Decision {
  MutationOutcome outcome;
  std::vector<Overwritten> overwritten;
  std::vector<Fence> used_locks;  // of a committed one: locks of its author that it changed fields of
};

// Decides one mutation on the draft. Committed: its changes are in the draft under one new seq. Else: the
// draft is as it was. Errors of the store itself (the database cannot be read) come as the Error outcome.
Decision decide(const Mutation& mutation, const DecideContext& context, Draft& draft);
// Decides a stored conflict, by a mutation of the decider's that commits together with the conflict's new
// state. A record that has changed since it was looked at is a conflict again: nothing is decided.
Decision decide(const DecideConflict& request, const DecideContext& context, Draft& draft);

}  // namespace coterie
