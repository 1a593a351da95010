// The operations: create, update, delete, restore. Each looks at existence, locks, staleness, guard, and then at the
// change itself, as the server does.
import {
  applyChanges,
  compareBy,
  difference,
  getAt,
  isObject,
  oldValues,
  parseFilter,
  parseSort,
  sameValue,
  settle,
  type Change,
  type Changes,
  type CreateOperation,
  type JsonObject,
  type Merge,
  type OperationResult,
  type RestoreOperation,
  type UpdateOperation,
} from '@coterie/protocol';
import { pathsOf } from '@coterie/protocol/decode';
import { keyOf, type Head } from '../model.js';
import {
  checkLocks,
  checkNumbers,
  checkRules,
  fillNumbers,
  guardFailed,
  passesGuard,
  putBackNumbers,
} from './rules.js';
import { checkMayBecome, checkSeen, findTarget, loggedEvent, reject, stepped, type Scope } from './scope.js';
import { heedBase, noteOverwritten, propose, staleConflict, type Standing } from './stale.js';

export function decideOperation(scope: Scope): OperationResult {
  const { op } = scope;
  switch (op.op) {
    case 'create':
      return decideCreate(scope, op);
    case 'update':
      return decideUpdate(scope, op);
    case 'delete':
      return decideDelete(scope);
    case 'restore':
      return decideRestore(scope, op);
  }
}

function resultOf(head: Head, more: Partial<OperationResult> = {}): OperationResult {
  const { entityType, entityId, version } = head.entity;
  return { entityType, entityId, version, ...more };
}

/** Nothing was changed: the answer tells the version that stands. */
function unchanged(scope: Scope, head: Head, more: Partial<OperationResult> = {}): OperationResult {
  return resultOf(head, scope.op.return ? { ...more, entity: head.entity } : more);
}

function written(
  scope: Scope,
  before: Head,
  after: Head,
  event: Parameters<typeof loggedEvent>[3],
  old: Parameters<typeof loggedEvent>[4],
  more: Partial<OperationResult> = {},
): OperationResult {
  if (!after.deleted) checkMayBecome(scope, after);
  checkRules(scope, before, after);
  scope.draft.put(after, loggedEvent(scope, before, after, event, old));
  const { return: wanted } = scope.op;
  const shown = wanted === 'before' && !isNew(before) ? before.entity : null;
  const entity = wanted === 'after' && !after.deleted ? after.entity : shown;
  return resultOf(after, entity ? { ...more, entity } : more);
}

function isNew(head: Head): boolean {
  return head.deleted || head.entity.version === 0;
}

function stamps(scope: Scope) {
  return { userId: scope.author.userId, now: new Date(scope.now).toISOString() };
}

function changed(scope: Scope, data: JsonObject, changes: Changes): JsonObject {
  const done = applyChanges(data, changes, stamps(scope));
  if (!done.ok) throw reject(scope, 'invalid', done.message, { field: done.field });
  return done.data;
}

// ---- create ----

function beginning(scope: Scope, op: CreateOperation): Head {
  const { entityType } = op;
  const entityId = op.entityId ?? scope.newId();
  const key = keyOf({ entityType, entityId });
  const found = scope.draft.head(key);
  if (found && !found.deleted) throw reject(scope, 'exists', 'A record with this id is there already.');
  if (scope.draft.touched(key))
    throw reject(scope, 'invalid', 'A mutation may hold one operation for each record; this is a second.');
  const meta = { createdAt: '', createdBy: '', updatedAt: '', updatedBy: '' };
  return found ?? { entity: { entityType, entityId, version: 0, data: {}, ...meta }, deleted: false, numbers: {} };
}

function decideCreate(scope: Scope, op: CreateOperation): OperationResult {
  const head = beginning(scope, op);
  checkLocks(scope, head);
  const stamped = changed(scope, op.data, op.stamp ? { stamp: op.stamp } : {});
  const { data, drawn } = fillNumbers(scope, head, putBackNumbers(scope, head, stamped));
  const numbers = { ...head.numbers, ...drawn };
  checkNumbers(scope, numbers, data);
  const after = { ...stepped(scope, head, data, 'CREATE'), numbers };
  const more = Object.keys(drawn).length > 0 ? { numbers: drawn } : {};
  return written(scope, head, after, { operation: 'CREATE', cause: 'user', data }, {}, more);
}

// ---- update ----

function onlyChecks(op: UpdateOperation): boolean {
  return pathsOf(op).length === 0;
}

/** The first match that passes the guard; where none does, the first match tells why. */
function findMatch(scope: Scope, op: UpdateOperation): Head {
  const where = parseFilter(op.where ?? {});
  const compare = compareBy(parseSort(op.sort ?? ''));
  const found = scope.draft
    .live(op.entityType)
    // A record is changed once in a mutation: what it has been at is passed over.
    .filter(({ entity }) => !scope.draft.touched(keyOf(entity)))
    .filter(({ entity }) => where(entity) && (!scope.access || scope.access.reads(entity)))
    .sort((a, b) => compare(a.entity, b.entity));
  const match = found.find((head) => passesGuard(scope, head));
  if (match) {
    checkSeen(scope, match);
    return match;
  }
  if (found[0]) throw guardFailed(scope, found[0]);
  throw reject(scope, 'not_found', 'No record matches.');
}

/** A stale edit that commits by merging, or null where it commits as it is. */
function judgeBase(scope: Scope, op: UpdateOperation, head: Head): { standing: Standing; merge: Merge | null } {
  const standing = heedBase(scope, head);
  if (!standing.stale || (standing.strategy === 'latest-wins' && !onlyChecks(op))) return { standing, merge: null };
  const yours = propose(op, standing.base, false);
  const merged =
    yours && standing.base ? settle(standing.base, head.entity.data, yours, scope.rules.fields ?? {}) : null;
  if (merged && !merged.clashes && standing.strategy === 'merge' && !onlyChecks(op)) return { standing, merge: merged };
  const shown = propose(op, standing.base, true);
  if (!merged) throw staleConflict(scope, head, standing, shown, null);
  // What adds and removes is done to the proposal too, where it can be.
  const adjusted = propose({ ...op, set: {}, unset: [] }, merged.merged, true);
  throw staleConflict(scope, head, standing, shown, adjusted ? { ...merged, merged: adjusted } : merged);
}

const BLOCKED = 'The path leads through a value that is not an object; set that one as a whole.';

/** Where an edit touches a document: its paths, cut to the first parent that was missing. */
function placesOf(scope: Scope, op: UpdateOperation, before: JsonObject): string[] {
  const places = new Set<string>();
  for (const path of pathsOf(op)) {
    const steps = path.split('.');
    let end = 1;
    while (end < steps.length && isObject(getAt(before, steps.slice(0, end)))) ++end;
    if (end < steps.length && getAt(before, steps.slice(0, end)) !== undefined)
      throw reject(scope, 'invalid', BLOCKED, { field: path });
    places.add(steps.slice(0, end).join('.'));
  }
  return [...places].sort();
}

/** What an event tells of an edit; null where all is as it was. */
function accountOf(places: readonly string[], before: JsonObject, after: JsonObject): Change | null {
  const change: Change = { set: {}, unset: [] };
  for (const place of places) {
    const old = getAt(before, place);
    const now = getAt(after, place);
    if (sameValue(old, now)) continue;
    if (now === undefined) change.unset.push(place);
    else change.set[place] = now;
  }
  return changes(change) ? change : null;
}

function changes(change: Change): boolean {
  return change.unset.length > 0 || Object.keys(change.set).length > 0;
}

function decideUpdate(scope: Scope, op: UpdateOperation): OperationResult {
  const head = op.where ? findMatch(scope, op) : findTarget(scope);
  checkLocks(scope, head);
  const { standing, merge } = judgeBase(scope, op, head);
  if (!passesGuard(scope, head)) throw guardFailed(scope, head);
  if (onlyChecks(op)) return unchanged(scope, head);

  const before = head.entity.data;
  const places = merge ? [] : placesOf(scope, op, before);
  const edited = merge ? changed(scope, merge.merged, { ...op, set: {}, unset: [] }) : changed(scope, before, op);
  const { data, drawn } = fillNumbers(scope, head, edited);
  const numbers = { ...head.numbers, ...drawn };
  checkNumbers(scope, numbers, data);
  const more = {
    ...(Object.keys(drawn).length > 0 ? { numbers: drawn } : {}),
    ...(merge && merge.theirs.length > 0 ? { merged: merge.theirs } : {}),
  };
  const account = merge ? difference(before, data) : accountOf(places, before, data);
  if (!account || !changes(account)) return unchanged(scope, head, more);

  const after = { ...stepped(scope, head, data, 'UPDATE'), numbers };
  if (standing.stale && !merge)
    noteOverwritten(scope, standing, after, [...Object.keys(op.set ?? {}), ...(op.unset ?? [])]);
  if (merge && merge.overridden.length > 0) noteOverwritten(scope, standing, after, merge.overridden);
  const cause = merge ? 'merge' : 'user';
  return written(scope, head, after, { operation: 'UPDATE', cause, ...account }, oldValues(before, account), more);
}

// ---- delete ----

function decideDelete(scope: Scope): OperationResult {
  const head = findTarget(scope);
  checkLocks(scope, head);
  const standing = heedBase(scope, head);
  if (standing.stale && standing.strategy !== 'latest-wins') throw staleConflict(scope, head, standing, null, null);
  if (!passesGuard(scope, head)) throw guardFailed(scope, head);
  const after = stepped(scope, head, {}, 'DELETE');
  if (standing.stale) noteOverwritten(scope, standing, after, []);
  return written(scope, head, after, { operation: 'DELETE', cause: 'user' }, head.entity.data);
}

// ---- restore ----

function contentToRestore(scope: Scope, op: RestoreOperation, head: Head): JsonObject {
  const past = scope.draft.since(keyOf(head.entity), op.toVersion - 1);
  const content = past.find(({ event }) => event.version === op.toVersion)?.after;
  if (!content)
    throw reject(
      scope,
      'invalid',
      'The record has no content at this version that could be restored, or it is not kept any more.',
      { field: 'toVersion' },
    );
  const data = putBackNumbers(scope, head, content.data);
  checkNumbers(scope, head.numbers, data);
  return data;
}

function decideRestore(scope: Scope, op: RestoreOperation): OperationResult {
  const head = findTarget(scope, true);
  checkLocks(scope, head);
  const standing = heedBase(scope, head, true);
  let content = contentToRestore(scope, op, head);
  let merged: Merge | null = null;
  if (standing.stale && standing.strategy !== 'latest-wins') {
    if (!standing.base) throw staleConflict(scope, head, standing, content, null);
    merged = settle(standing.base, head.entity.data, content, scope.rules.fields ?? {});
    if (merged.clashes || standing.strategy !== 'merge') throw staleConflict(scope, head, standing, content, merged);
    content = merged.merged;
  }
  if (!passesGuard(scope, head)) throw guardFailed(scope, head);
  const before = head.entity.data;
  const change = difference(before, content);
  const more = merged && merged.theirs.length > 0 ? { merged: merged.theirs } : {};
  if (!head.deleted && !changes(change)) return unchanged(scope, head, more);
  const operation = head.deleted ? 'CREATE' : 'UPDATE';
  const after = stepped(scope, head, content, operation);
  if (standing.stale && !merged) noteOverwritten(scope, standing, after, []);
  if (merged && merged.overridden.length > 0) noteOverwritten(scope, standing, after, merged.overridden);
  const told = head.deleted ? { data: content } : change;
  const old = head.deleted ? {} : oldValues(before, change);
  return written(scope, head, after, { operation, cause: 'restore', ...told }, old, more);
}
