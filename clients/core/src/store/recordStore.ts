// All records that rooms, edits or the cache hold, each once. Versions decide what is news: what is known already is
// left aside, and a hole means that the record is asked for.
import { applyChange, changedPaths, sameValue, type DataSyncEvent, type Entity } from '@coterie/protocol';
import { keyOf } from '../base/base.js';
import { RecordEntry, type Holder, type Overlay } from './entry.js';

/** `missing`: it cannot be told from this event how the record stands. */
export type Taken = 'news' | 'known' | 'missing';

export class RecordStore {
  private readonly entries = new Map<string, RecordEntry>();

  /** `changed`: how it stands, or what lies over it. `event`: what did it, where that is known. */
  constructor(private readonly changed: (entry: RecordEntry, event?: DataSyncEvent) => void) {}

  find(entityType: string, entityId: string): RecordEntry | undefined {
    return this.entries.get(keyOf(entityType, entityId));
  }

  entry(entityType: string, entityId: string): RecordEntry {
    const key = keyOf(entityType, entityId);
    let entry = this.entries.get(key);
    if (!entry) this.entries.set(key, (entry = new RecordEntry(entityType, entityId)));
    return entry;
  }

  all(): Iterable<RecordEntry> {
    return this.entries.values();
  }

  get size(): number {
    return this.entries.size;
  }

  /** The whole record as it stood at some moment. `force`: whatever is held is older, be its version what it may. */
  take(entity: Entity, force = false): RecordEntry {
    const entry = this.entry(entity.entityType, entity.entityId);
    if (entity.version < entry.version && !force) return entry;
    // The same version may show other fields, where this user's rights have changed.
    if (entity.version === entry.version && entry.confirmed && sameValue(entity.data, entry.confirmed.data))
      return entry;
    const { entityType, entityId, version, data, createdAt, createdBy, updatedAt, updatedBy } = entity;
    entry.confirmed = { entityType, entityId, version, data, createdAt, createdBy, updatedAt, updatedBy };
    entry.version = version;
    this.touch(entry);
    return entry;
  }

  /** Of a record that is held, or that a room wants. */
  event(event: DataSyncEvent): Taken {
    const entry = this.entry(event.entityType, event.entityId);
    if (event.version <= entry.version) return 'known';
    entry.heardOf = Math.max(entry.heardOf, event.version);
    const after = this.after(entry, event);
    if (after === undefined) return 'missing';
    entry.confirmed = after;
    entry.version = event.version;
    entry.lastChange = { userId: event.userId, fields: changedPaths(event), at: event.timestamp };
    this.touch(entry, event);
    return 'news';
  }

  private after(entry: RecordEntry, event: DataSyncEvent): Entity | null | undefined {
    const { entityType, entityId, version, timestamp, userId } = event;
    const updated = { updatedAt: timestamp, updatedBy: userId };
    if (event.operation === 'DELETE') return null;
    if (event.operation === 'CREATE' && event.data)
      return { entityType, entityId, version, data: event.data, createdAt: timestamp, createdBy: userId, ...updated };
    if (event.operation !== 'UPDATE' || !entry.confirmed || version !== entry.version + 1) return undefined;
    const data = applyChange(entry.confirmed.data, event);
    return data ? { ...entry.confirmed, version, data, ...updated } : undefined;
  }

  /** It is not there any more, or not for this user: no data stays. `version` 0: nothing is known of it. */
  drop(entry: RecordEntry, version: number): void {
    if (entry.confirmed === null && entry.version === version) return;
    entry.confirmed = null;
    entry.version = version;
    this.touch(entry);
  }

  hold(entry: RecordEntry, holder: Holder): void {
    entry.holders.add(holder);
  }

  release(entry: RecordEntry, holder: Holder): void {
    entry.holders.delete(holder);
    if (entry.holders.size === 0) this.drop(entry, 0);
    this.tidy(entry);
  }

  lay(entry: RecordEntry, over: Overlay): void {
    entry.overlays.push(over);
    this.touch(entry);
  }

  lift(entry: RecordEntry, over: Overlay): void {
    const at = entry.overlays.indexOf(over);
    if (at < 0) return;
    entry.overlays.splice(at, 1);
    this.touch(entry);
    this.tidy(entry);
  }

  /** Forgets what nobody holds. */
  tidy(entry: RecordEntry): void {
    if (entry.isIdle && this.entries.get(entry.key) === entry) this.entries.delete(entry.key);
  }

  touch(entry: RecordEntry, event?: DataSyncEvent): void {
    entry.changed();
    this.changed(entry, event);
  }
}
