// A list by words. The server finds, and what it finds lags a little behind what is written: so it is asked for, and
// asked again a moment after its type has changed. What is found is patched by the stream like any other record.
import type { DataSyncEvent, Entity } from '@coterie/protocol';
import { Alarm } from '../base/alarm.js';
import { failureOf, type Base } from '../base/base.js';
import { given } from '../base/given.js';
import type { RecordStore } from '../store/recordStore.js';
import type { Room } from './room.js';
import type { Rooms } from './rooms.js';

const QUIET_MS = 500;
const LAG_MS = 1000;

export class SearchPages {
  private static readonly known = new WeakMap<Room, SearchPages>();
  private readonly alarm: Alarm;
  private asking = 0;

  /** The same for all who show that room. */
  static of(core: { base: Base; store: RecordStore; rooms: Rooms }, room: Room): SearchPages {
    let pages = SearchPages.known.get(room);
    if (!pages) SearchPages.known.set(room, (pages = new SearchPages(core, room)));
    return pages;
  }

  private constructor(
    private readonly core: { base: Base; store: RecordStore; rooms: Rooms },
    private readonly room: Room,
  ) {
    this.alarm = new Alarm(core.base, () => void this.ask());
    const watcher = (event: DataSyncEvent) => {
      if (event.entityType === room.shape.entityType) this.again(watcher);
    };
    core.rooms.watchers.add(watcher);
    // Each time the room is live anew, changes may have been missed.
    room.views.add({ touch: () => this.followStatus() });
    this.followStatus();
  }

  private wasLive = false;
  private followStatus(): void {
    if (this.room.isLive && !this.wasLive) this.alarm.within(0);
    this.wasLive = this.room.isLive;
  }

  private again(watcher: (event: DataSyncEvent) => void): void {
    if (this.core.rooms.find(this.room.shape) === this.room) this.alarm.within(QUIET_MS);
    else {
      this.core.rooms.watchers.delete(watcher);
      this.alarm.clear();
    }
  }

  /** The first page, or as many as are shown. */
  async ask(): Promise<void> {
    const { pageSize } = this.room.shape;
    await this.list({ limit: Math.max(pageSize ?? 50, this.room.members.size) }, true);
  }

  async more(): Promise<void> {
    const { cursor, shape } = this.room;
    if (cursor === null || this.room.loadingMore) return;
    this.room.loadingMore = true;
    await this.list({ limit: shape.pageSize ?? 50, cursor }, false);
  }

  private async list(page: { limit: number; cursor?: string }, first: boolean): Promise<void> {
    const { entityType, filter, sort, search } = this.room.shape;
    const turn = ++this.asking;
    const asked = { ...given({ entityType, filter, sort, search }), ...page };
    const reply = await this.core.base.link.request('list', asked);
    this.core.base.batch.run(() => {
      this.room.loadingMore = false;
      this.room.changed();
      if (turn !== this.asking || this.core.rooms.find(this.room.shape) !== this.room) return;
      const failed = failureOf(reply);
      this.room.message = failed && reply.kind === 'answer' ? failed.message : null;
      if (failed && reply.kind === 'answer') {
        if (failed.retry) this.alarm.within(failed.retryAfterMs ?? LAG_MS);
        else this.room.searched = 'refused';
      }
      if (reply.kind !== 'answer' || reply.answer.type !== 'entities') return;
      this.take(reply.answer.entities, reply.answer.cursor, first);
      if ((reply.answer.searchLag ?? 0) > 0) this.alarm.within(LAG_MS);
    });
  }

  private take(entities: readonly Entity[], cursor: string | undefined, first: boolean): void {
    const { store } = this.core;
    const found = entities.map((entity) => store.take(entity));
    const kept = new Set(found);
    // Anew, so that they stand in the order of this answer.
    if (first) for (const entry of this.room.members.all()) if (!kept.has(entry)) this.room.takeOut(entry);
    if (first) this.room.members.rankAnew();
    for (const entry of found) {
      this.room.put(entry);
      this.room.members.add(entry);
    }
    this.room.cursor = cursor ?? null;
    this.room.searched = 'answered';
    this.room.changed();
  }
}
