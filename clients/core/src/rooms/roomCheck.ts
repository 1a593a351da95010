// What is held, held against the server: once a minute one room in turn, by versions alone. A difference should never
// be found; where one is, it is mended and written to the log.
import type { Entity } from '@coterie/protocol';
import { ask, type Base } from '../base/base.js';
import { given } from '../base/given.js';
import type { RecordStore } from '../store/recordStore.js';
import type { Room } from './room.js';
import type { Rooms } from './rooms.js';

/** How long the stream may take to reach the moment of the answer. */
const REACH_MS = 5000;
const MOST = 1000;

export class RoomCheck {
  private turn = 0;

  constructor(
    private readonly base: Base,
    private readonly store: RecordStore,
    private readonly rooms: Rooms,
  ) {}

  /** The next room. */
  async next(): Promise<void> {
    const live = this.live();
    const room = live[this.turn++ % Math.max(live.length, 1)];
    if (room) await this.check(room);
  }

  async all(): Promise<void> {
    for (const room of this.live()) await this.check(room);
  }

  private live(): Room[] {
    return [...this.rooms.all()].filter((room) => room.isLive && (room.isRecord || room.isList));
  }

  private async check(room: Room): Promise<void> {
    const { entityType, entityId, filter, sort } = room.shape;
    const { moves } = room;
    const asked = given({
      entityType,
      filter: entityId === undefined ? filter : { $id: entityId },
      sort: sort ?? '',
      limit: Math.min(Math.max(room.members.size, 1), MOST),
      data: false,
    });
    const told = await ask(this.base, 'list', asked, 'entities');
    if (!told.ok) return;
    const { entities, position, cursor } = told.answer;
    if (!(await this.reached(position.seq)) || !room.isLive) return;
    this.base.batch.run(() => this.compare(room, entities, cursor !== undefined, room.moves === moves));
  }

  /** `still`: nothing has come in or gone out since it was asked for. */
  private compare(room: Room, entities: readonly Entity[], more: boolean, still: boolean): void {
    const told = new Set<string>();
    for (const { entityType, entityId, version } of entities) {
      told.add(entityId);
      const entry = this.store.find(entityType, entityId);
      if (!entry || !room.members.has(entry) || entry.version >= version) continue;
      this.base.log('warn', 'A record was older than it is at the server.', { entityType, entityId, version });
      entry.heardOf = Math.max(entry.heardOf, version);
      this.rooms.fetches.fetch(entry);
    }
    const held = room.members.all();
    const strange = held.filter((entry) => !told.has(entry.entityId)).length;
    const missing = entities.length - (held.length - strange);
    const all = !more && room.cursor === null;
    const differs = room.isRecord || all ? strange + missing > 0 : missing > 0;
    if (!still || !differs) return;
    this.base.log('warn', 'A room held other records than it has at the server.', { room: room.name });
    void this.rooms.join(room);
  }

  private async reached(seq: number): Promise<boolean> {
    const { environment } = this.base;
    const until = environment.monotonic() + REACH_MS;
    while ((this.rooms.position?.seq ?? -1) < seq) {
      if (!this.rooms.connected || environment.monotonic() >= until) return false;
      await new Promise<void>((done) => environment.setTimer(() => done(), 200));
    }
    return true;
  }
}
