// How a call ended. Every call ends in exactly one of these; none hangs and none throws for what a server may say.
import type { Committed, ConflictAnswer, Filter, JsonValue, Rejected } from '@coterie/protocol';

/** `message`: in words, for people. `committed`: it is on disk. `conflict`, `rejected`: decided, nothing changed. `failed`: not decided. */
export type MutationResult =
  | ({ ok: true; status: 'committed' } & Committed)
  | { ok: false; status: 'conflict'; message: string; conflict: Conflict }
  | ({ ok: false; status: 'rejected' } & Rejected)
  | { ok: false; status: 'failed'; code: string; message: string; retry: boolean; retryAfterMs?: number }
  /** Taken out of the queue by `cancel` before it was sent. */
  | { ok: false; status: 'cancelled'; message: string };

export type Result<T> =
  ({ ok: true } & T) | { ok: false; code: string; message: string; retry: boolean; retryAfterMs?: number };

export type Decision = 'use-mine' | 'use-theirs' | 'merge' | { [path: string]: JsonValue | undefined };

/** A stale edit that is to be decided. Stands in lists (`coterie.conflicts`) until it is resolved or dismissed. */
export interface Conflict extends Omit<ConflictAnswer, 'notStored'> {
  /** Of this object, for lists. */
  readonly key: string;
  /** Since when it waits, ms since the epoch. */
  readonly since: number;
  /** Values: path to value; `undefined` takes the field away. Fields that are not named stay theirs. */
  resolve(decision: Decision): Promise<MutationResult>;
  /** Gives one's own change up; the same as `use-theirs`. */
  dismiss(): void;
}

/** A write that ended otherwise than its author meant, or waits too long: never lost, never in the way of others. */
export interface AttentionItem {
  readonly mutationId: string;
  readonly entityType?: string;
  readonly entityId?: string;
  /** In words, for people. */
  readonly message: string;
  readonly reason: 'conflict' | 'rejected' | 'too-old' | 'unknown';
  readonly code?: string;
  readonly queuedAt: number;
  readonly conflict?: Conflict;
  readonly guard?: Filter;
  /** Sends it again as a new mutation (after `rejected` and `too-old`). */
  retry(): Promise<MutationResult>;
  discard(): void;
}
