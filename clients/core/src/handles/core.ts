// What the handles of an application share: the parts of one client.
import type { DataSyncEvent } from '@coterie/protocol';
import type { Base } from '../base/base.js';
import type { Outbox } from '../queue/outbox.js';
import type { Rooms } from '../rooms/rooms.js';
import type { View } from '../rooms/room.js';
import type { LockTable } from '../session/lockTable.js';
import type { PresenceTable } from '../session/presenceTable.js';
import type { Signals } from '../session/signals.js';
import type { RecordStore } from '../store/recordStore.js';

export interface RecordView extends View {
  touch(event?: DataSyncEvent): void;
}

/** A draft that is looked at, or holds something that is not safe yet. */
export interface ActiveDraft extends RecordView {
  /** Of its record. */
  readonly key: string;
  readonly isDirty: boolean;
  /** The page may go: what waits goes into the queue now. */
  hurry(): void;
}

export interface Core {
  readonly base: Base;
  readonly store: RecordStore;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  readonly locks: LockTable;
  readonly presence: PresenceTable;
  readonly signals: Signals;
  /** Whoever looks at one record, by its key. */
  readonly recordViews: Map<string, Set<RecordView>>;
  readonly drafts: Set<ActiveDraft>;
}

export function addTo<T>(map: Map<string, Set<T>>, key: string, item: T): void {
  const set = map.get(key);
  if (set) set.add(item);
  else map.set(key, new Set([item]));
}

export function takeFrom<T>(map: Map<string, Set<T>>, key: string, item: T): void {
  const set = map.get(key);
  set?.delete(item);
  if (set?.size === 0) map.delete(key);
}
