// Who is where, and what about. Nothing of it is stored. Each room is told of its changes once a turn, and of one
// session's ten times a second at most.
import { compareText, type JsonObject, type PresenceEntry, type PushMembers, type Room } from '@coterie/protocol';
import type { TimerHandle } from '@coterie/client';
import type { Clock } from '../clock.js';
import { timeText, type Author } from '../model.js';

const SLOT_MS = 100;
const GRACE_MS = 15_000;

type Place = Pick<Room, 'entityType' | 'entityId'>;

interface Entry {
  readonly place: Place;
  author: Author & { sessionId: string };
  /** The subscription it was said by: it ends with it. */
  subscription: number;
  state: JsonObject | null;
  shown: JsonObject | null;
  since: string;
  slot: number;
  orphaned: boolean;
}

export class Presence {
  private entries = new Map<string, Entry>();
  private timer: TimerHandle | null = null;

  constructor(
    private readonly clock: Clock,
    /** After a change whose time has come. */
    private readonly flush: () => void,
  ) {}

  set(place: Place, author: Author & { sessionId: string }, subscription: number, state: JsonObject | null): void {
    const key = keyOf(place, author.sessionId);
    const known = this.entries.get(key);
    if (!known && !state) return;
    const entry = known ?? {
      place: { entityType: place.entityType, ...(place.entityId === undefined ? {} : { entityId: place.entityId }) },
      author,
      subscription,
      state: null,
      shown: null,
      since: '',
      slot: this.clock.monotonic(),
      orphaned: false,
    };
    if (!entry.state) entry.since = timeText(this.clock.now());
    Object.assign(entry, { author, subscription, state, orphaned: false });
    this.entries.set(key, entry);
  }

  /** Whoever has joined the room again is there again. */
  subscribed(place: Place, sessionId: string, subscription: number): void {
    const entry = this.entries.get(keyOf(place, sessionId));
    if (entry) Object.assign(entry, { subscription, orphaned: false });
  }

  unsubscribed(place: Place, sessionId: string, subscription: number): void {
    const entry = this.entries.get(keyOf(place, sessionId));
    if (entry?.subscription === subscription) this.leave(entry);
  }

  /** `replaced`: its successor has said which rooms it is in (`kept`); else it may be back in a moment. */
  connectionGone(sessionId: string, replaced: boolean, kept: readonly Place[] = []): void {
    for (const entry of this.of(sessionId)) {
      if (replaced) {
        if (!kept.some((place) => keyOf(place, sessionId) === keyOf(entry.place, sessionId))) this.leave(entry);
        continue;
      }
      entry.orphaned = true;
      this.clock.setTimer(() => {
        if (!entry.orphaned) return;
        this.leave(entry);
        this.flush();
      }, GRACE_MS);
    }
  }

  endSession(sessionId: string): void {
    for (const entry of this.of(sessionId)) this.leave(entry);
  }

  forget(): void {
    this.entries = new Map();
  }

  /** Those of a room; of a type's room with the records they are at. */
  list({ entityType, entityId }: Place): PresenceEntry[] {
    return [...this.entries.values()]
      .filter(({ place, shown }) => shown && place.entityType === entityType)
      .filter(({ place }) => entityId === undefined || place.entityId === entityId)
      .sort((a, b) => compareText(keyOf(a.place, a.author.sessionId), keyOf(b.place, b.author.sessionId)))
      .map((entry) => shownEntry(entry, entityId === undefined ? entry.place.entityId : undefined));
  }

  /** What the rooms are to be told now. */
  publish(): PushMembers['presence'][] {
    const pushes = new Map<string, PushMembers['presence']>();
    const now = this.clock.monotonic();
    for (const [key, entry] of this.entries) {
      if (entry.state === entry.shown) {
        if (!entry.state) this.entries.delete(key);
        continue;
      }
      if (entry.slot > now) {
        this.waitFor(entry.slot);
        continue;
      }
      const place = keyOf(entry.place, '');
      const push = pushes.get(place) ?? { ...entry.place, joins: [], updates: [], leaves: [] };
      pushes.set(place, push);
      const { sessionId, userId } = entry.author;
      const wasShown = entry.shown !== null;
      entry.shown = entry.state;
      entry.slot = now + SLOT_MS;
      if (entry.state) (wasShown ? push.updates : push.joins).push(shownEntry(entry, undefined));
      else {
        push.leaves.push({ sessionId, userId });
        this.entries.delete(key);
      }
    }
    return [...pushes.values()];
  }

  /** Looks again when a slot begins. */
  private waitFor(slot: number): void {
    if (this.timer) return;
    const again = () => {
      this.timer = null;
      this.flush();
    };
    this.timer = this.clock.setTimer(again, slot - this.clock.monotonic());
  }

  private of(sessionId: string): Entry[] {
    return [...this.entries.values()].filter((entry) => entry.author.sessionId === sessionId);
  }

  /** Without waiting for its slot: it says nothing more. */
  private leave(entry: Entry): void {
    entry.state = null;
    entry.slot = 0;
  }
}

function keyOf({ entityType, entityId }: Place, sessionId: string): string {
  return `${entityType} ${entityId ?? ''} ${sessionId}`;
}

function shownEntry({ author, state, shown, since }: Entry, entityId: string | undefined): PresenceEntry {
  const { sessionId, userId, name, colour, initials, clientId } = author;
  return {
    sessionId,
    userId,
    ...(name ? { name } : {}),
    ...(colour ? { colour } : {}),
    ...(initials ? { initials } : {}),
    ...(clientId ? { clientId } : {}),
    ...(entityId === undefined ? {} : { entityId }),
    state: shown ?? state ?? {},
    since,
  };
}
