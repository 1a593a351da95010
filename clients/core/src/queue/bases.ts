// Which version an edit rests on, where its author did not say: the one that is shown; else the last that a `watch` was
// told of; else what stands when the server is first asked, which the queue does before it sends the edit.
import type { Answer, DataSyncEvent, MutationOperation, Strategy } from '@coterie/protocol';
import { keyOf } from '../base/base.js';
import type { Link, LinkReply } from '../link/link.js';
import type { QueuedMutation } from '../persist/persistence.js';
import type { RecordStore } from '../store/recordStore.js';
import { follow } from './follow.js';
import type { Pending } from './pending.js';

/** In place of a version: made on a record that waits to be created. */
const CREATED_HERE = 0;
/** In place of a version: to be looked up. */
export const NOT_SEEN = -1;
const MOST_HEARD = 1000;

type Next = (op: MutationOperation, base: number, strategy?: Strategy) => number;
type Based = Exclude<MutationOperation, { op: 'create' }> & { entityId: string };

/** The first operation whose record has to be looked up, if any. */
export function unseenOf(ops: readonly MutationOperation[]): Based | undefined {
  return ops.find((op): op is Based => op.op !== 'create' && op.baseVersion === NOT_SEEN);
}

/** The first that was made on a record whose creation came to nothing. */
export function orphanOf(ops: readonly MutationOperation[]): MutationOperation | undefined {
  return ops.find((op) => op.op !== 'create' && op.baseVersion === CREATED_HERE);
}

/** Whether any of them rests on a version, and so on an epoch. */
export function restsOnVersion(ops: readonly MutationOperation[]): boolean {
  return ops.some((op) => op.op !== 'create' && (op.baseVersion ?? NOT_SEEN) !== NOT_SEEN);
}

/** Whether the operation has to say which version it rests on. */
function needsBase(op: MutationOperation): boolean {
  return op.op !== 'update' || op.unset !== undefined || (op.set !== undefined && op.guard === undefined);
}

/** Of a record that is to come back, the version of its deletion is asked for. */
export function lookUp(link: Link, { op, entityType, entityId }: Based): Promise<LinkReply> {
  if (op === 'restore') return link.request('history', { entityType, entityId, limit: 1 });
  return link.request('get', { entityType, entityId });
}

/** Undefined: there is no such record. */
export function versionIn(answer: Answer): number | undefined {
  return answer.type === 'events' ? answer.events[0]?.version : answer.type === 'entity' ? answer.version : undefined;
}

/** Moves what a mutation rests on in one record. False: it stays. */
export function rebase(mutation: QueuedMutation, key: string, next: Next): boolean {
  let moved = false;
  mutation.ops = mutation.ops.map((op) => {
    if (op.op === 'create' || op.entityId === undefined || op.baseVersion === undefined) return op;
    if (keyOf(op.entityType, op.entityId) !== key) return op;
    const baseVersion = next(op, op.baseVersion, mutation.strategy);
    moved ||= baseVersion !== op.baseVersion;
    return { ...op, baseVersion };
  });
  return moved;
}

export class Bases {
  /** The newest version of each record that somebody who watches has been told of. */
  private readonly heard = new Map<string, number>();

  constructor(private readonly store: RecordStore) {}

  /** Of what is shown. */
  of(entityType: string, entityId: string): number {
    const entry = this.store.find(entityType, entityId);
    if (entry?.confirmed) return entry.version;
    return entry?.isBeingCreated ? CREATED_HERE : NOT_SEEN;
  }

  /** With the version where it is needed and not said. `committed`: earlier edits that are not shown as such yet. */
  given(op: MutationOperation, strategy: Strategy | undefined, committed: readonly Pending[]): MutationOperation {
    if (op.op === 'create' || op.entityId === undefined) return op;
    const { entityType, entityId } = op;
    const wanted = op.baseVersion ?? (needsBase(op) ? this.of(entityType, entityId) : undefined);
    if (wanted === undefined) return op;
    const key = keyOf(entityType, entityId);
    const known = wanted === NOT_SEEN ? (this.heard.get(key) ?? wanted) : wanted;
    const baseVersion = committed.reduce((version, earlier) => follow(earlier, key, op, version, strategy), known);
    return { ...op, baseVersion };
  }

  hear({ entityType, entityId, operation, version }: DataSyncEvent): void {
    const key = keyOf(entityType, entityId);
    this.heard.delete(key);
    if (operation !== 'DELETE') this.heard.set(key, version);
    const [oldest] = this.heard.keys();
    if (this.heard.size > MOST_HEARD && oldest !== undefined) this.heard.delete(oldest);
  }

  /** Nobody is told of this type's events any more, or not of all. */
  unhear(entityType: string): void {
    for (const key of this.heard.keys()) if (key.startsWith(keyOf(entityType, ''))) this.heard.delete(key);
  }
}
