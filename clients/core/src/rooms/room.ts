// One room as this client holds it: a record, a list, or the events of a type. Its subscription's number, how it
// stands, who is in it, and which records. Nothing here speaks to the server; Rooms does.
import {
  contentText,
  parseFilter,
  Refusal,
  type Entity,
  type Filter,
  type LockEntry,
  type Matches,
  type Position,
  type PresenceEntry,
  type SortPlace,
  type SubscriptionRequest,
} from '@coterie/protocol';
import type { RecordStatus } from '../api/records.js';
import { given } from '../base/given.js';
import type { RecordStore } from '../store/recordStore.js';
import type { Holder, RecordEntry } from '../store/entry.js';
import { Members } from './members.js';

export interface RoomShape {
  entityType: string;
  entityId?: string;
  filter?: Filter;
  sort?: string;
  search?: string;
  pageSize?: number;
  /** Only its events are wanted. */
  eventsOnly?: boolean;
}

/** What is told that the room, or a record, has changed. */
export interface View {
  touch(): void;
}

/** Rooms of the same name are one room. */
export function roomName(shape: RoomShape): string {
  const { entityType, entityId, filter, sort, search, eventsOnly } = shape;
  return contentText([entityType, entityId ?? null, filter ?? null, sort ?? '', search ?? null, eventsOnly ?? false]);
}

export class Room implements Holder {
  readonly name: string;
  status: Exclude<RecordStatus, 'gone'> = 'loading';
  message: string | null = null;
  /** How many hold it: handles that are listened to, drafts, whoever is present. */
  users = 0;
  readonly views = new Set<View>();
  readonly members: Members;
  readonly locks = new Map<number, LockEntry>();
  readonly presence = new Map<string, PresenceEntry>();
  /** The next page; null: all is loaded. */
  cursor: string | null = null;
  /** What is sorted behind it belongs to a page that is not loaded. */
  boundary: SortPlace | null = null;
  loadingMore = false;
  /** Of a search: how the last one ended; null: none has yet. */
  searched: 'answered' | 'refused' | null = null;
  total: number | null = null;
  /** What is held was taken from the cache, at this place of the stream. */
  cachedAt: Position | null = null;
  /** It has been live before: what is held is good up to where the stream was. */
  known = false;
  /** A subscribe is on its way: for its first page, or the next. */
  asked: 'first' | 'next' | null = null;
  turn = 0;
  /** What the stream has said up to here has been taken in. */
  seen = -1;
  /** Counts what came in and went out, for the check against the server. */
  moves = 0;
  private readonly matches: Matches | null = null;

  constructor(
    readonly shape: RoomShape,
    readonly number: number,
    private readonly store: RecordStore,
  ) {
    this.name = roomName(shape);
    const shows = (entry: RecordEntry) => this.shows(entry);
    const ranked = shape.search !== undefined;
    let members: Members | null = null;
    try {
      members = new Members(shape.sort, shows, ranked);
      if (shape.filter) this.matches = parseFilter(shape.filter);
    } catch (error) {
      this.status = 'error';
      this.message = error instanceof Refusal ? error.message : String(error);
    }
    this.members = members ?? new Members('', shows, ranked);
  }

  get isLive(): boolean {
    return this.status === 'live';
  }

  get isRecord(): boolean {
    return this.shape.entityId !== undefined;
  }

  /** A list whose records the server's stream decides: not one that is asked for by words. */
  get isList(): boolean {
    return !this.isRecord && !this.shape.eventsOnly && this.shape.search === undefined;
  }

  request(position: Position | null): SubscriptionRequest {
    const { entityType, entityId, filter, sort, pageSize } = this.shape;
    const quiet = this.shape.eventsOnly || this.shape.search !== undefined;
    return given({
      subscription: this.number,
      entityType,
      entityId,
      filter: quiet ? undefined : filter,
      sort: (this.isList && sort) || undefined,
      limit: this.isList ? Math.max(pageSize ?? 50, this.members.size) : undefined,
      snapshot: quiet ? false : undefined,
      position,
    });
  }

  changed(): void {
    for (const view of this.views) view.touch();
  }

  // ---- its records ----

  /** The first page in place of all that was held. */
  replace(entities: readonly Entity[], cursor: string | undefined, position: Position): void {
    const before = new Set(this.members.all());
    this.seen = position.seq;
    this.turnPage(entities, cursor);
    for (const entity of entities) before.delete(this.takeIn(entity));
    for (const entry of before) this.takeOut(entry);
    ++this.moves;
  }

  extend(entities: readonly Entity[], cursor: string | undefined): void {
    this.turnPage(entities, cursor);
    for (const entity of entities) this.takeIn(entity);
    ++this.moves;
    this.members.touchAll();
  }

  private turnPage(entities: readonly Entity[], cursor: string | undefined): void {
    const last = entities[entities.length - 1];
    this.cursor = cursor ?? null;
    this.boundary = cursor !== undefined && last ? this.members.place(last) : null;
  }

  private takeIn(entity: Entity): RecordEntry {
    const known = this.store.find(entity.entityType, entity.entityId);
    const others = [...(known?.holders ?? [])].some((holder) => holder !== this && holder.isLive);
    const entry = this.store.take(entity, !this.isLive && !others);
    this.put(entry);
    return entry;
  }

  put(entry: RecordEntry): void {
    if (this.members.has(entry)) return;
    this.store.hold(entry, this);
    this.members.add(entry);
    ++this.moves;
    this.changed();
  }

  takeOut(entry: RecordEntry): void {
    if (!this.members.has(entry)) return;
    this.members.remove(entry);
    this.store.release(entry, this);
    ++this.moves;
    this.changed();
  }

  /** Whether a record that is confirmed is one of this list's loaded pages, or behind them. */
  settle(entry: RecordEntry): void {
    if (!entry.confirmed || !this.isList) return;
    const member = this.members.has(entry);
    const belongs = member || !this.matches || this.matches(entry.confirmed);
    if (belongs && this.isWithin(this.members.place(entry.confirmed))) this.put(entry);
    else if (member) this.takeOut(entry);
  }

  /** Whether an event of a record that is not held may bring it into the loaded pages. */
  wants(event: { entityId: string; operation: string; version: number }, paths: readonly string[]): boolean {
    if (this.isRecord) return this.shape.entityId === event.entityId;
    if (!this.isList) return false;
    if (event.operation === 'CREATE') return !this.matches;
    return this.boundary ? this.members.sortsBy(paths) : !this.matches;
  }

  /** Data of a record of this room, for a subscription that has ended: none of it stays. */
  empty(): void {
    for (const entry of this.members.all()) this.takeOut(entry);
    this.locks.clear();
    this.presence.clear();
    this.cursor = this.boundary = this.cachedAt = null;
    this.known = false;
  }

  /** An edit of this client lies over a record of the type: it may come into view, or go. */
  touched(entry: RecordEntry): void {
    if (!this.members.concerns(entry)) return;
    this.members.touch(entry);
    this.changed();
  }

  private shows(entry: RecordEntry): boolean {
    const shown = entry.shown();
    if (!shown) return false;
    const member = this.members.has(entry);
    if (this.isRecord) return member || entry.entityId === this.shape.entityId;
    if (!this.isList) return member;
    if (!member && !shown.pending) return false;
    if (shown.pending && this.matches && !this.matches(shown)) return false;
    return member || this.isWithin(this.members.place(shown));
  }

  private isWithin(place: SortPlace): boolean {
    return this.boundary === null || this.members.compare(place, this.boundary) <= 0;
  }

  // ---- who is there ----

  state(locks: readonly LockEntry[], presence: readonly PresenceEntry[]): void {
    this.locks.clear();
    this.presence.clear();
    for (const lock of locks) this.locks.set(lock.fence, lock);
    // In a record's own room they come without its id, and with it in every push that follows.
    const here = this.shape.entityId === undefined ? {} : { entityId: this.shape.entityId };
    for (const entry of presence) this.presence.set(presenceKey({ ...entry, ...here }), { ...entry, ...here });
    this.changed();
  }

  /** Whether what is said of a record (a lock, who is there) is said to this room. */
  covers(entityType: string, entityId: string | undefined): boolean {
    if (this.shape.entityType !== entityType) return false;
    if (this.isRecord) return this.shape.entityId === entityId;
    if (!this.shape.filter) return true;
    const entry = entityId === undefined ? undefined : this.store.find(entityType, entityId);
    return entry !== undefined && this.members.has(entry);
  }
}

export function presenceKey(entry: { sessionId: string; entityId?: string }): string {
  return `${entry.sessionId} ${entry.entityId ?? ''}`;
}
