// Rooms on disk: what was shown last is there at once after a reload, marked stale, and the stream goes on from where
// it stood. A room is written when it is left, when the page may go, and now and then.
import type { CachedRoom } from '../persist/persistence.js';
import type { Base } from '../base/base.js';
import { given } from '../base/given.js';
import { isRoom } from '../persist/sound.js';
import type { RecordStore } from '../store/recordStore.js';
import type { Room } from './room.js';
import type { Rooms } from './rooms.js';

export class RoomCache {
  /** What was written of a room, to write nothing twice. */
  private readonly written = new WeakMap<Room, number>();

  constructor(
    private readonly base: Base,
    private readonly store: RecordStore,
    private readonly rooms: () => Rooms,
    /** Whose cache it is: rooms are kept for each user. */
    private readonly user: () => string | null,
  ) {}

  private key(room: Room): string | null {
    const user = this.user();
    return user === null || room.shape.eventsOnly || room.shape.search !== undefined ? null : `${user} ${room.name}`;
  }

  load(room: Room): void {
    const key = this.key(room);
    if (key === null) return;
    const loaded = this.base.persistence.room(key).then((found) => {
      if (found && isRoom(found.room, found.entities) && key === this.key(room))
        this.base.batch.run(() => this.show(room, found.room, found.entities));
    });
    void this.base.safely(loaded);
  }

  private show(room: Room, cached: CachedRoom, entities: Parameters<RecordStore['take']>[0][]): void {
    if (room.status !== 'loading' || room.known || room.members.size > 0 || this.rooms().find(room.shape) !== room)
      return;
    for (const entity of entities) room.put(this.store.take(entity));
    room.cursor = cached.cursor ?? null;
    room.boundary = cached.boundary ?? null;
    room.cachedAt = cached.position;
    room.status = 'stale';
    room.changed();
  }

  save(room: Room): void {
    const key = this.key(room);
    const { position, fetches } = this.rooms();
    // Of a record that is being asked for it is not known how it stood at this position.
    if (key === null || room.status !== 'live' || !position || !fetches.isIdle) return;
    if (this.written.get(room) === position.seq) return;
    this.written.set(room, position.seq);
    const entities = room.members.all().flatMap((entry) => entry.confirmed ?? []);
    const { cursor, boundary } = room;
    const cached: CachedRoom = given({
      key,
      position,
      ids: entities.map((entity) => entity.entityId),
      hasMore: cursor !== null,
      cursor: cursor ?? undefined,
      boundary: boundary ? { ...boundary, values: boundary.values.map((value) => value ?? null) } : undefined,
      usedAt: this.base.environment.now(),
    });
    void this.base.safely(this.base.persistence.putRoom(cached, entities));
  }

  saveAll(): void {
    for (const room of this.rooms().all()) this.save(room);
  }
}
