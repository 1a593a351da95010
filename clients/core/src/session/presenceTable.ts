// What this session says of itself in rooms: at most ten times a second, the latest, and again after a reconnect.
import type { EntityKey, JsonObject } from '@coterie/protocol';
import { Alarm } from '../base/alarm.js';
import { failureOf, keyOf, type Base } from '../base/base.js';
import type { Room, View } from '../rooms/room.js';
import type { Rooms } from '../rooms/rooms.js';

const LEAST_MS = 100;

class Said implements View {
  private state: JsonObject | null = null;
  private told = true;
  private lastAt = -Infinity;
  private readonly alarm: Alarm;

  constructor(
    private readonly base: Base,
    readonly room: Room,
  ) {
    this.alarm = new Alarm(base, () => this.tell());
  }

  say(state: JsonObject): void {
    this.state = state;
    this.told = false;
    this.touch();
  }

  again(): void {
    this.told = false;
    this.touch();
  }

  /** When the room is live, and not too often. */
  touch(): void {
    if (this.told || !this.room.isLive) return;
    const wait = this.lastAt + LEAST_MS - this.base.environment.monotonic();
    if (wait > 0) this.alarm.within(wait);
    else this.tell();
  }

  private tell(): void {
    if (this.told || !this.room.isLive) return;
    this.told = true;
    this.lastAt = this.base.environment.monotonic();
    void this.send(this.room.number, this.state);
  }

  private async send(subscription: number, state: JsonObject | null): Promise<void> {
    const failed = failureOf(await this.base.link.request('presence', { subscription, state }));
    if (failed && !failed.retry)
      this.base.log('warn', `Nobody sees what this session is about here: ${failed.message} (${failed.code})`);
  }

  end(): void {
    this.alarm.clear();
  }
}

export class PresenceTable {
  private readonly said = new Map<string, Said>();

  constructor(
    private readonly base: Base,
    private readonly rooms: Rooms,
  ) {}

  say({ entityType, entityId }: EntityKey, state: JsonObject | null): void {
    const key = keyOf(entityType, entityId);
    const known = this.said.get(key);
    if (state !== null) return (known ?? this.begin(key, { entityType, entityId })).say(state);
    if (!known) return;
    known.end();
    if (known.room.isLive) void this.base.link.request('presence', { subscription: known.room.number, state: null });
    this.said.delete(key);
    known.room.views.delete(known);
    this.rooms.release(known.room);
  }

  private begin(key: string, place: EntityKey): Said {
    const room = this.rooms.hold(place);
    const said = new Said(this.base, room);
    room.views.add(said);
    this.said.set(key, said);
    return said;
  }

  welcomed(): void {
    for (const said of this.said.values()) said.again();
  }

  close(): void {
    for (const said of this.said.values()) said.end();
    this.said.clear();
  }
}
