// A list, for an application: a room's records in its order, page by page.
import type { Result } from '../api/outcome.js';
import type { ListHandle, ListOptions, ListState, Shown } from '../api/records.js';
import { ask } from '../base/base.js';
import { Source } from '../base/batch.js';
import { given } from '../base/given.js';
import type { Room, RoomShape } from '../rooms/room.js';
import { SearchPages } from '../rooms/searchPages.js';
import type { Core } from './core.js';

const PAGE = 50;

export class LiveList extends Source<ListState> implements ListHandle {
  private readonly shape: RoomShape & { pageSize: number };
  private room: Room | null = null;
  private search: SearchPages | null = null;
  /** Ids that have been shown, where new ones above are held back; null: not yet, or nothing is held. */
  private seen: Set<string> | null = null;
  private above = 0;

  constructor(
    private readonly core: Core,
    entityType: string,
    private readonly options: ListOptions,
  ) {
    super(
      core.base.batch,
      () => this.state(),
      (by) => this.watch(by),
    );
    const { filter, sort, search, pageSize } = options;
    this.shape = given({ entityType, filter, sort, search, pageSize: pageSize ?? PAGE });
  }

  private watch(by: boolean): void {
    const { rooms } = this.core;
    if (by) {
      this.room = rooms.hold(this.shape);
      this.room.views.add(this);
      if (this.shape.search !== undefined) this.search = SearchPages.of(this.core, this.room);
      return;
    }
    if (!this.room) return;
    this.room.views.delete(this);
    rooms.release(this.room);
    this.room = this.search = null;
  }

  private state(): ListState {
    const room = this.room ?? this.core.rooms.find(this.shape);
    const items = room && room.status !== 'denied' ? this.held(room.members.items(), room) : [];
    return given({
      status: room ? this.status(room) : 'loading',
      items,
      hasMore: room ? room.cursor !== null : false,
      loadingMore: room?.loadingMore ?? false,
      newAbove: this.above,
      total: room?.total ?? undefined,
      locks: [...(room?.locks.values() ?? [])],
      presence: [...(room?.presence.values() ?? [])],
      message: room?.message ?? undefined,
    });
  }

  /** A list by words is what its search was told, while its room is live. */
  private status(room: Room): ListState['status'] {
    if (room.status !== 'live' || !this.search || room.searched === 'answered') return room.status;
    return room.searched === 'refused' ? 'error' : 'loading';
  }

  /** Without those that have come in above the first one shown; one's own are always shown. */
  private held(items: readonly Shown[], room: Room): readonly Shown[] {
    this.above = 0;
    if (!this.options.hold || (room.status === 'loading' && !this.seen)) return items;
    const { seen } = this;
    const first = seen ? items.findIndex((item) => seen.has(item.entityId)) : 0;
    const shown = items.filter((item, i) => !seen || i >= first || item.pending || seen.has(item.entityId));
    this.above = items.length - shown.length;
    this.seen = new Set(shown.map((item) => item.entityId));
    return this.above > 0 ? shown : items;
  }

  showNew(): void {
    this.seen = null;
    this.core.base.batch.run(() => this.touch());
  }

  async loadMore(): Promise<void> {
    if (this.search) await this.search.more();
    else if (this.room) await this.core.rooms.more(this.room);
  }

  async refresh(): Promise<void> {
    this.seen = null;
    if (this.search) await this.search.ask();
    else if (this.room) await this.core.rooms.join(this.room);
  }

  async count(): Promise<Result<{ total: number }>> {
    const { entityType, filter, search } = this.shape;
    const asked = given({ entityType, filter, search, count: true, limit: 1, data: false });
    const told = await ask(this.core.base, 'list', asked, 'entities');
    if (!told.ok) return told;
    const { total = 0 } = told.answer;
    this.core.base.batch.run(() => {
      if (this.room) this.room.total = total;
      this.room?.changed();
    });
    return { ok: true, total };
  }
}
