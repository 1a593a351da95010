// Whether an edit may join the queue, and what it needs that its author did not say.
import type { MutationOperation } from '@coterie/protocol';
import { failure, keyOf, type Failure } from '../base/base.js';
import { unfit } from '../base/unfit.js';
import type { MutationResult } from '../api/outcome.js';
import type { Pending } from './pending.js';

export interface OutboxOptions {
  offline: 'queue' | 'refuse';
  maxQueueAgeMs: number;
  /** This tab, among all that keep their queues in the same place. */
  owner: string;
}

/** `pending`: absent where it was refused at once. */
export interface Submitted {
  pending?: Pending;
  result: Promise<MutationResult>;
}

const MOST = 1000;
const MOST_TEXT = 8 * 1024 * 1024;

/** Null: it may. */
export function refusalOf(ops: readonly MutationOperation[], waiting: readonly Pending[]): Failure | null {
  const bad = ops
    .flatMap(Object.values)
    .map((part) => unfit(part))
    .find((found) => found !== null);
  if (bad) return failure('invalid', bad);
  const text = waiting.reduce((sum, pending) => sum + pending.size, 0);
  if (waiting.length >= MOST || text > MOST_TEXT)
    return failure('limit', 'Too many edits wait to be sent. Connect first, or cancel some.', true);
  const keys = ops.flatMap((op) => (op.entityId === undefined ? [] : [keyOf(op.entityType, op.entityId)]));
  if (ops.length === 0 || new Set(keys).size < keys.length)
    return failure('bad_request', 'A mutation has at least one operation, and at most one for each record.');
  return null;
}

/** Of an edit after this one. A clock that was set back does not put it before. */
export function momentAfter(last: Pending | undefined, now: number): number {
  const before = last?.mutation.queuedAt ?? 0;
  return before > now ? before + 1 : now;
}
