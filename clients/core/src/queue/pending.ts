// One mutation on its way: what waits for its end, what lies over its records meanwhile, and how far it has come.
//
//   waiting -> sending -> decided        decided and committed: shown until the stream has told of it
//      ^          |
//      +----------+ the connection broke, or the server asked to wait: the same again, with the same id
import type { MutationOperation } from '@coterie/protocol';
import type { MutationResult } from '../api/outcome.js';
import { keyOf } from '../base/base.js';
import type { QueuedMutation } from '../persist/persistence.js';
import type { Link } from './follow.js';
import type { Overlay, RecordEntry } from '../store/entry.js';

export class Pending {
  state: 'waiting' | 'sending' | 'decided' = 'waiting';
  /** Not before, by the monotonic clock. */
  retryAt = 0;
  attempts = 0;
  /** Not sent at once: its author may be told long after, so its refusal goes into a list. */
  waited = false;
  /** Its commit, and the version of each record after it, once they are known. */
  seq: number | null = null;
  readonly versions = new Map<string, number>();
  /** What its operations became, for the edits that rest on them. */
  readonly links = new Map<string, Link>();
  readonly overlays: { entry: RecordEntry; over: Overlay }[] = [];
  /** What is being written of it; writes of one mutation follow each other. */
  disk: Promise<void> = Promise.resolve();
  isOnDisk = false;
  readonly result: Promise<MutationResult>;
  /** About how much memory and disk it takes. */
  readonly size: number;
  private end: (result: MutationResult) => void = () => {};

  constructor(readonly mutation: QueuedMutation) {
    this.size = JSON.stringify(mutation.ops).length;
    this.result = new Promise((end) => (this.end = end));
  }

  get id(): string {
    return this.mutation.mutationId;
  }

  /** May have reached the server: the same id stands for the same content. */
  get isFrozen(): boolean {
    return this.mutation.sentAt !== undefined || this.state === 'decided';
  }

  /** The records that it changes. One that the server picks may be any of its type. */
  get touches(): string[] {
    return this.mutation.ops.map(touchedBy);
  }

  /** Told at once when it is decided: before any listener, in the same batch. */
  readonly ended = new Set<(result: MutationResult) => void>();

  finish(result: MutationResult): void {
    this.state = 'decided';
    for (const told of this.ended) told(result);
    this.ended.clear();
    this.end(result);
  }
}

function touchedBy(op: MutationOperation): string {
  return keyOf(op.entityType, op.entityId ?? '');
}

/** Whether an earlier mutation has to be decided before this one is sent. */
export function restsOn(touches: readonly string[], earlier: ReadonlySet<string>): boolean {
  return touches.some((key) => {
    if (earlier.has(key)) return true;
    const type = key.slice(0, key.indexOf('/') + 1);
    // One of the two is "the first that fits".
    return key === type ? [...earlier].some((other) => other.startsWith(type)) : earlier.has(type);
  });
}
