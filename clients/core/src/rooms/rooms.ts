// All rooms of this client: which are wanted, how each is joined and left, and what the stream says to them. A room is
// left a moment after its last user has gone, so that a screen that is built anew finds it as it was.
import {
  changedPaths,
  type AnswerMembers,
  type DataSyncEvent,
  type Entity,
  type EntityKey,
  type Position,
  type PushMembers,
  type Snapshot,
  type SubscriptionRequest,
  type SubscriptionStatus,
  type Welcome,
} from '@coterie/protocol';
import { Alarm } from '../base/alarm.js';
import { failureOf, keyOf, type Base, type Failure } from '../base/base.js';
import type { RecordEntry } from '../store/entry.js';
import type { RecordStore } from '../store/recordStore.js';
import { Denials } from './denials.js';
import { eventOf } from './eventOf.js';
import { Fetches } from './fetches.js';
import { presenceKey, Room, roomName, type RoomShape } from './room.js';

const LINGER_MS = 2000;
const RETRY_MS = 1000;

type Watcher = (event: DataSyncEvent, rooms: readonly Room[]) => void;

export class Rooms {
  /** Where the stream stands, as far as it has been taken in. */
  position: Position | null = null;
  connected = false;
  /** Told of each event once, before listeners run. */
  readonly watchers = new Set<Watcher>();
  readonly fetches: Fetches;
  private readonly byName = new Map<string, Room>();
  private readonly byNumber = new Map<number, Room>();
  /** What is to be done with a room in a while: leave it, or ask for it once more. */
  private readonly lingering = new Map<Room, Alarm>();
  private readonly retries = new Map<Room, Alarm>();
  private readonly denials: Denials;
  private named = new Set<Room>();
  /** Of somebody whose rights may have been others. */
  private distrusted = false;

  /** `opened`: a room that is new, to be looked up in the cache; `closed`: one that is left, to be kept there. */
  constructor(
    private readonly base: Base,
    private readonly store: RecordStore,
    private readonly told: { opened(room: Room): void; closed(room: Room): void; changed(): void },
  ) {
    this.denials = new Denials(base);
    this.fetches = new Fetches(
      base,
      store,
      () => this.connected,
      (entry) => this.settle(entry),
    );
  }

  all(): Iterable<Room> {
    return this.byName.values();
  }

  find(shape: RoomShape): Room | undefined {
    return this.byName.get(roomName(shape));
  }

  // ---- wanted and not ----

  hold(shape: RoomShape): Room {
    const name = roomName(shape);
    let room = this.byName.get(name);
    if (!room) {
      room = new Room(shape, this.base.link.nextSubscription(), this.store);
      this.byName.set(name, room);
      this.byNumber.set(room.number, room);
      this.told.opened(room);
      void this.join(room);
    }
    ++room.users;
    this.lingering.get(room)?.clear();
    this.lingering.delete(room);
    return room;
  }

  release(room: Room): void {
    if (--room.users > 0 || !this.byNumber.has(room.number)) return;
    const alarm = new Alarm(this.base, () => this.leave(room));
    this.lingering.set(room, alarm);
    alarm.set(LINGER_MS);
  }

  private leave(room: Room): void {
    this.told.closed(room);
    this.forget(room);
    if (this.connected) void this.base.link.request('unsubscribe', { subscription: room.number });
    this.told.changed();
  }

  private forget(room: Room): void {
    this.byName.delete(room.name);
    this.byNumber.delete(room.number);
    this.lingering.get(room)?.clear();
    this.lingering.delete(room);
    this.retries.get(room)?.clear();
    this.retries.delete(room);
    this.named.delete(room);
    room.empty();
  }

  /** Asks for the room, or anew for all of it. Its answer is taken in with the frame it came in. */
  async join(room: Room): Promise<void> {
    if (!this.connected || room.asked || room.status === 'error') return;
    room.asked = 'first';
    const { position: _, ...request } = room.request(null);
    await this.ask(room, request);
  }

  /** The next page. */
  async more(room: Room): Promise<void> {
    if (room.cursor === null || room.asked || !this.connected) return;
    room.asked = 'next';
    room.loadingMore = true;
    room.changed();
    const { position: _, ...request } = room.request(null);
    await this.ask(room, { ...request, limit: room.shape.pageSize ?? 50, cursor: room.cursor });
    this.base.batch.run(() => {
      room.loadingMore = false;
      room.changed();
    });
  }

  private async ask(room: Room, request: SubscriptionRequest): Promise<void> {
    const turn = ++room.turn;
    const reply = await this.base.link.request('subscribe', request);
    this.base.batch.run(() => {
      // Asked again since, on another connection.
      if (turn !== room.turn) return;
      if (reply.kind === 'answer' && reply.answer.type === 'subscribed') this.subscribed(reply.answer);
      const failed = failureOf(reply);
      const first = room.asked === 'first';
      if (!failed || !this.byNumber.has(room.number)) return;
      room.asked = null;
      if (first && reply.kind === 'answer') this.refuse(room, failed);
    });
  }

  private refuse(room: Room, failed: Failure): void {
    if (failed.retry) return this.joinLater(room, failed.retryAfterMs ?? RETRY_MS);
    const denied = this.denials.note(room.shape.entityType, failed);
    if (denied) room.empty();
    room.status = denied ? 'denied' : 'error';
    room.message = failed.message;
    room.changed();
    this.told.changed();
  }

  private joinLater(room: Room, ms: number): void {
    let alarm = this.retries.get(room);
    if (!alarm) this.retries.set(room, (alarm = new Alarm(this.base, () => void this.join(room))));
    alarm.set(ms);
  }

  // ---- a connection ----

  requests(): SubscriptionRequest[] {
    this.named = new Set(this.byName.values());
    return [...this.named].map((room) => room.request(this.knownAt(room)));
  }

  private knownAt(room: Room): Position | null {
    if (this.distrusted) return null;
    return room.known ? this.position : room.cachedAt;
  }

  welcomed(welcome: Welcome, statuses: readonly SubscriptionStatus[]): void {
    this.connected = true;
    this.distrusted = false;
    const byNumber = new Map(statuses.map((status) => [status.subscription, status]));
    this.position = welcome.position;
    for (const room of this.byName.values()) {
      const status = byNumber.get(room.number);
      room.asked = null;
      if (room.status === 'denied') room.status = 'loading';
      if (!status || !this.named.has(room)) void this.join(room);
      else if (status.status === 'refused')
        this.refuse(room, { ok: false, code: status.reason ?? 'forbidden', message: 'No such room.', retry: false });
      else if (status.status !== 'recovered') room.known = false;
      else if (room.cachedAt && !room.known) room.seen = room.cachedAt.seq;
    }
    this.fetches.again();
    this.told.changed();
  }

  closed(): void {
    this.connected = false;
    for (const room of this.byName.values()) {
      room.asked = null;
      room.loadingMore = false;
      if (room.status === 'live') room.status = 'stale';
      room.changed();
    }
    this.told.changed();
  }

  /** Whoever was here may have seen more than who comes: nothing is resumed, all is asked for anew. */
  distrust(): void {
    this.distrusted = true;
    this.position = null;
  }

  /** Nothing of what was held is shown any more. */
  clear(): void {
    for (const room of this.byName.values()) {
      room.empty();
      if (room.status !== 'error') room.status = 'loading';
      room.changed();
    }
  }

  /** Asked for anew, each of them: they are somebody else's now. */
  joinAll(): void {
    for (const room of this.byName.values()) {
      room.known = false;
      void this.join(room);
    }
  }

  close(): void {
    for (const alarm of [...this.lingering.values(), ...this.retries.values()]) alarm.clear();
    this.fetches.close();
  }

  /** A frame has been applied whole. */
  moved(position: Position | null): void {
    if (!position || (this.position?.epoch === position.epoch && this.position.seq > position.seq)) return;
    this.position = position;
    for (const room of this.byName.values()) if (room.status === 'live') room.seen = Math.max(room.seen, position.seq);
  }

  get allLive(): boolean {
    for (const room of this.byName.values()) if (room.status === 'loading' || room.status === 'stale') return false;
    return true;
  }

  // ---- what the stream says ----

  subscribed(answer: AnswerMembers['subscribed']): void {
    const room = this.byNumber.get(answer.subscription);
    if (!room?.asked) return;
    const asked = room.asked;
    room.asked = null;
    if (asked === 'next') room.extend(answer.entities, answer.cursor);
    else this.begin(room, answer);
    room.state(answer.locks, answer.presence);
    if (asked === 'first') this.goLive(room);
  }

  snapshot(snapshot: Snapshot): void {
    const room = this.byNumber.get(snapshot.subscription);
    if (!room) return;
    if (snapshot.entities) this.begin(room, { ...snapshot, entities: snapshot.entities });
    room.state(snapshot.locks, snapshot.presence);
    this.goLive(room);
  }

  private begin(room: Room, page: { entities: Entity[]; cursor?: string; position: Position }): void {
    const had = room.members.size;
    if (room.shape.search !== undefined || room.shape.eventsOnly) {
      room.seen = page.position.seq;
      return;
    }
    room.replace(page.entities, page.cursor, page.position);
    // A list of several pages stays as long as it was.
    if (room.isList && room.members.size < had && room.cursor !== null) void this.more(room);
  }

  private goLive(room: Room): void {
    room.status = 'live';
    room.message = null;
    room.known = true;
    room.cachedAt = null;
    room.changed();
    this.told.changed();
  }

  unsubscribed({ subscription, code }: PushMembers['unsubscribed']): void {
    const room = this.byNumber.get(subscription);
    if (!room) return;
    room.known = false;
    room.asked = null;
    if (room.status === 'live') room.status = 'stale';
    const retry = code === 'overloaded' || code === 'unavailable';
    this.refuse(room, { ok: false, code, message: 'The server has ended this room.', retry });
  }

  event(event: DataSyncEvent): void {
    const paths = changedPaths(event);
    const rooms = this.concerned(event, event.seq);
    const held = this.store.find(event.entityType, event.entityId);
    const telling = rooms.filter((room) => room.isRecord || !room.shape.filter || (held && room.members.has(held)));
    if (held || rooms.some((room) => room.wants(event, paths))) this.apply(event, rooms);
    if (this.position && event.seq <= this.position.seq) return;
    for (const watcher of this.watchers) this.base.batch.guard(() => watcher(event, telling));
  }

  private apply(event: DataSyncEvent, rooms: readonly Room[]): void {
    const taken = this.store.event(event);
    const entry = this.store.entry(event.entityType, event.entityId);
    if (taken === 'missing') this.fetches.fetch(entry);
    for (const room of rooms) {
      if (event.operation === 'DELETE') room.takeOut(entry);
      else if (room.isRecord) room.put(entry);
      else if (event.operation === 'CREATE' ? !room.shape.filter : room.members.has(entry)) room.settle(entry);
    }
    this.store.tidy(entry);
  }

  /** How a record stands has been learnt otherwise than from an event. */
  private settle(entry: RecordEntry): void {
    for (const room of this.concerned(entry, Infinity)) {
      if (!entry.confirmed) room.takeOut(entry);
      else if (room.isRecord) room.put(entry);
      else room.settle(entry);
    }
    this.store.tidy(entry);
  }

  enter(push: PushMembers['enter']): void {
    const rooms = this.numbered(push.subscriptions, push.seq);
    if (rooms.length === 0) return;
    const entry = this.store.take(push);
    for (const room of rooms) {
      if (room.isRecord || room.members.has(entry)) room.put(entry);
      else if (room.isList) room.settle(entry);
    }
    this.store.tidy(entry);
    if (this.position && push.seq <= this.position.seq) return;
    const event: DataSyncEvent = { ...eventOf(push), seq: push.seq };
    for (const watcher of this.watchers) this.base.batch.guard(() => watcher(event, rooms));
  }

  gone(push: PushMembers['gone']): void {
    const entry = this.store.find(push.entityType, push.entityId);
    if (entry) for (const room of this.numbered(push.subscriptions, push.seq)) room.takeOut(entry);
  }

  lock({ state, ...lock }: PushMembers['lock']): void {
    for (const room of this.byName.values()) {
      if (!room.covers(lock.entityType, lock.entityId)) continue;
      if (state === 'acquired') room.locks.set(lock.fence, lock);
      else room.locks.delete(lock.fence);
      room.changed();
    }
  }

  presence(push: PushMembers['presence']): void {
    const id = push.entityId === undefined ? {} : { entityId: push.entityId };
    for (const room of this.byName.values()) {
      if (!room.covers(push.entityType, push.entityId)) continue;
      for (const entry of [...push.joins, ...push.updates])
        room.presence.set(presenceKey({ ...entry, ...id }), { ...entry, ...id });
      for (const { sessionId } of push.leaves) room.presence.delete(presenceKey({ sessionId, ...id }));
      room.changed();
    }
  }

  private concerned(key: EntityKey, seq: number): Room[] {
    return [...this.byName.values()].filter(
      (room) =>
        room.shape.entityType === key.entityType &&
        (!room.isRecord || room.shape.entityId === key.entityId) &&
        seq > room.seen,
    );
  }

  private numbered(numbers: readonly number[], seq: number): Room[] {
    return numbers.flatMap((number) => this.byNumber.get(number) ?? []).filter((room) => seq > room.seen);
  }

  /** How an entry has changed concerns these, beside whoever looks at the record itself. */
  touched(entry: RecordEntry): void {
    for (const room of this.byName.values()) if (room.shape.entityType === entry.entityType) room.touched(entry);
  }

  /** Whether a change of the record will be told, and whether that is still to be waited for. */
  coverage(entityType: string, entityId: string): 'none' | 'coming' | 'live' {
    const key = keyOf(entityType, entityId);
    let covered: 'none' | 'live' = 'none';
    for (const room of this.byName.values()) {
      if (room.shape.entityType !== entityType || (room.isRecord && room.shape.entityId !== entityId)) continue;
      if (room.status === 'loading' || room.status === 'stale') return 'coming';
      if (room.status === 'live') covered = 'live';
    }
    return this.fetches.has(key) ? 'coming' : covered;
  }
}
