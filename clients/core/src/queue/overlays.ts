// What pending edits lay over the confirmed records, and when it is taken away again: not before the stream has told
// of the commit, so that the old value never flashes up.
import type { RecordEntry } from '../store/entry.js';
import type { RecordStore } from '../store/recordStore.js';
import type { Rooms } from '../rooms/rooms.js';
import type { Pending } from './pending.js';

export class Overlays {
  constructor(
    private readonly store: RecordStore,
    private readonly rooms: Rooms,
  ) {}

  /** `userId`: of whoever is here, where the edit was made before anybody was known. */
  lay(pending: Pending, userId: string | null): void {
    const { ops, queuedAt } = pending.mutation;
    const stamps = { userId: pending.mutation.userId ?? userId ?? '', now: new Date(queuedAt).toISOString() };
    for (const op of ops) {
      if (op.entityId === undefined) continue;
      const laid = { entry: this.store.entry(op.entityType, op.entityId), over: { op, stamps } };
      pending.overlays.push(laid);
      this.store.lay(laid.entry, laid.over);
    }
  }

  lift(pending: Pending): void {
    for (const { entry, over } of pending.overlays.splice(0)) this.store.lift(entry, over);
  }

  /** Takes away what the stream has told of, or never will. */
  settle(pending: Pending): void {
    if (pending.seq === null) return;
    for (const laid of [...pending.overlays]) {
      if (!this.isTold(pending, laid.entry)) continue;
      pending.overlays.splice(pending.overlays.indexOf(laid), 1);
      this.store.lift(laid.entry, laid.over);
    }
  }

  private isTold(pending: Pending, entry: RecordEntry): boolean {
    const version = pending.versions.get(entry.key);
    if (version !== undefined && entry.version >= version) return true;
    const coverage = this.rooms.coverage(entry.entityType, entry.entityId);
    if (coverage === 'none') return pending.state === 'decided';
    return coverage === 'live' && (this.rooms.position?.seq ?? 0) >= (pending.seq ?? Infinity);
  }
}
