// An edit that rests on an older version: what happened since, what it leads to, and the conflict that says so.
import {
  applyChanges,
  merge,
  overlaps,
  changedPaths,
  type Changes,
  type ConflictAnswer,
  type JsonObject,
  type Merge,
  type Strategy,
} from '@coterie/protocol';
import { keyOf, type Head, type Logged } from '../model.js';
import { baseOf, Refused, reject, type Scope } from './scope.js';
import { staleMessage } from './staleMessage.js';

const MOST_LOOK_BACK = 1000;
const MOST_AUTHORS = 50;

export interface Standing {
  stale: boolean;
  strategy: Strategy;
  /** Null: it was deleted then. */
  base: JsonObject | null;
  since: readonly Logged[];
}

const FRESH: Standing = { stale: false, strategy: 'reject', base: null, since: [] };

function conflictOf(scope: Scope, head: Head, message: string): ConflictAnswer {
  const { entityType, entityId, version, data } = head.entity;
  return {
    mutationId: scope.mutation.mutationId,
    opIndex: scope.index,
    entityType,
    entityId,
    message,
    baseVersion: baseOf(scope.op) ?? 0,
    currentVersion: version,
    base: null,
    current: head.deleted ? null : data,
    yours: null,
    fields: {},
    merged: null,
    changedBy: [],
  };
}

/** Nothing to compare with; the client loads the record again. */
function unavailableBase(scope: Scope, head: Head, message: string): Refused {
  return new Refused({ type: 'conflict', ...conflictOf(scope, head, message), baseUnavailable: true });
}

function checkStrategy(scope: Scope): void {
  const { rules, op, mutation } = scope;
  const named = ('strategy' in op ? op.strategy : undefined) ?? mutation.strategy;
  if (!rules.strategies || !named || named === 'reject' || rules.strategies.includes(named)) return;
  const allowed = ['reject', ...rules.strategies.filter((strategy) => strategy !== 'reject')].join(' or ');
  throw reject(scope, 'invalid', `The strategy ${named} is not allowed for the type ${op.entityType}; use ${allowed}.`);
}

function lookBack(scope: Scope, head: Head, base: number): Standing {
  const { op, mutation, rules } = scope;
  const steps = head.entity.version - base;
  if (steps > MOST_LOOK_BACK)
    throw unavailableBase(
      scope,
      head,
      `More than ${MOST_LOOK_BACK} versions have passed since yours. Load the record again.`,
    );
  const since = scope.draft.since(keyOf(head.entity), base);
  if (since.length !== steps)
    throw unavailableBase(scope, head, 'The version you edited is not kept any more. Load the record again.');
  const strategy = ('strategy' in op ? op.strategy : undefined) ?? mutation.strategy ?? rules.strategy ?? 'reject';
  const document = since[0] ? (since[0].before?.data ?? null) : head.deleted ? null : head.entity.data;
  return { stale: true, strategy, base: document, since };
}

/** Whether the base version lets the edit through as it is. `revives`: a restore may rest on a deletion. */
export function heedBase(scope: Scope, head: Head, revives = false): Standing {
  checkStrategy(scope);
  const base = baseOf(scope.op);
  if (base === undefined) return FRESH;
  if (scope.mutation.epoch !== undefined && scope.mutation.epoch !== scope.epoch)
    throw unavailableBase(scope, head, 'Your copy is of another history of this database. Load the record again.');
  if (base > head.entity.version)
    throw unavailableBase(scope, head, 'There is no such version yet. Load the record again.');
  if (base === head.entity.version && (!head.deleted || revives)) return FRESH;
  const standing = lookBack(scope, head, base);
  if (!head.deleted) return standing;
  const yours = scope.op.op === 'update' ? propose(scope.op, standing.base, true) : null;
  throw staleConflict(scope, head, standing, yours, null);
}

/** The base with the edit; null where it does not fit. `adjusted`: with what adds and removes, too. */
export function propose(op: Changes, base: JsonObject | null, adjusted: boolean): JsonObject | null {
  if (!base) return null;
  const { set = {}, unset = [], increment = {}, append = {}, remove = {} } = op;
  const done = applyChanges(base, adjusted ? { set, unset, increment, append, remove } : { set, unset });
  return done.ok ? done.data : null;
}

export function staleConflict(
  scope: Scope,
  head: Head,
  standing: Standing,
  yours: JsonObject | null,
  merged: Merge | null,
): Refused {
  const { base, since } = standing;
  // Where nothing of ours can be joined: only they changed anything.
  const shown = merged ?? (base && !head.deleted ? merge(base, head.entity.data, base) : null);
  const fields = shown?.fields ?? {};
  const message = staleMessage({
    reader: scope.author.userId,
    now: scope.now,
    op: scope.op.op,
    head,
    since,
    fields,
  });
  return new Refused({
    type: 'conflict',
    ...conflictOf(scope, head, message),
    base,
    yours,
    fields,
    merged: shown?.merged ?? null,
    changedBy: changedBy(since),
  });
}

export function changedBy(since: readonly Logged[]): ConflictAnswer['changedBy'] {
  return since
    .slice(-MOST_AUTHORS)
    .map(({ event: { version, userId, timestamp } }) => ({ version, userId, timestamp }));
}

/** Those whose changes lie on these paths (without any: all of them) since the base. */
export function noteOverwritten(scope: Scope, standing: Standing, after: Head, paths: readonly string[]): void {
  const byUser = new Map<string, Set<string>>();
  for (const { event } of standing.since) {
    if (event.userId === scope.author.userId) continue;
    // Of a whole document its members; a deletion wrote none.
    for (const path of [...changedPaths(event), ...Object.keys(event.data ?? {})]) {
      if (paths.length > 0 && !paths.some((own) => overlaps(own, path))) continue;
      byUser.set(event.userId, (byUser.get(event.userId) ?? new Set()).add(path));
    }
  }
  const { entityType, entityId, version } = after.entity;
  for (const [userId, fields] of byUser)
    scope.overwritten.push({ userId, entityType, entityId, version, fields: [...fields].sort() });
}
