// One connection of a session: what it is subscribed to, and what waits to be sent to it. Everything that is said to it
// in one turn goes out as one frame, so that no commit is ever torn apart.
import {
  parseFilter,
  type Answer,
  type Filter,
  type Matches,
  type Push,
  type Room,
  type StrayError,
  type SubscriptionRequest,
} from '@coterie/protocol';
import type { Author, Logged } from '../model.js';
import type { Access } from '../decide/scope.js';

export type Outgoing = Answer | Push | StrayError;

/** Where frames go: a socket, or an event stream. */
export interface Sink {
  readonly transport: 'websocket' | 'sse';
  frame(messages: readonly Outgoing[]): void;
  close(code: number, reason: string): void;
  /** The line is cut: what was on its way is lost, and nobody is told why. */
  drop(): void;
}

export interface Subscription {
  readonly number: number;
  readonly room: Room;
  sort: string;
  limit: number;
  readonly filter: Matches | null;
}

export function everything(): boolean {
  return true;
}

function roomText({
  entityType,
  entityId,
  filter,
}: {
  entityType: string;
  entityId?: string;
  filter?: Filter;
}): string {
  return JSON.stringify([entityType, entityId ?? null, filter ?? null]);
}

export function sameRoom(a: Room, b: Room): boolean {
  return roomText(a) === roomText(b);
}

export class Live {
  readonly subscriptions = new Map<number, Subscription>();
  private outbox: Outgoing[] = [];
  /** The rights it was last told under; "" : all. */
  rights = '';

  constructor(
    readonly author: Author & { sessionId: string },
    readonly sink: Sink,
    public access: Access | null,
  ) {}

  say(...messages: Outgoing[]): void {
    this.outbox.push(...messages);
  }

  /** What waits, taken out. */
  takeOutbox(): Outgoing[] {
    const waiting = this.outbox;
    this.outbox = [];
    return waiting;
  }

  flush(): void {
    const frame = this.takeOutbox();
    if (frame.length > 0) this.sink.frame(frame);
  }

  add(request: SubscriptionRequest, limit: number): Subscription {
    const { subscription: number, entityType, entityId, filter, sort = '' } = request;
    const room: Room = {
      entityType,
      ...(entityId === undefined ? {} : { entityId }),
      ...(filter === undefined ? {} : { filter }),
    };
    const added = { number, room, sort, limit, filter: filter ? parseFilter(filter) : null };
    this.subscriptions.set(number, added);
    return added;
  }

  /** What a subscription lets through, by its filter and by the rights; null: everything of its room. */
  matches({ filter }: Subscription): Matches | null {
    const { access } = this;
    if (!access) return filter;
    return (record) =>
      (!filter || filter(record)) && access.reads({ entityType: '', ...record } as Parameters<Access['reads']>[0]);
  }

  /** Whether a room would tell of a record, or of a type as such. */
  hears(subscription: Subscription, entityType: string, entityId?: string): boolean {
    const { room } = subscription;
    return room.entityType === entityType && (room.entityId === undefined || room.entityId === entityId);
  }

  /**
   * What a change means to these rooms: the event once, however many of them tell it; then what came into filters, and
   * what left them.
   */
  tell({ event, before, after }: Logged, subscriptions: Iterable<Subscription> = this.subscriptions.values()): void {
    let told = false;
    // Rooms of one filter are told together; a room that holds the rights alone counts as one of its own.
    const moves = new Map<string, { number: number; enters: boolean }[]>();
    for (const subscription of subscriptions) {
      if (!this.hears(subscription, event.entityType, event.entityId)) continue;
      const matches = this.matches(subscription);
      const was = before !== null && (matches?.(before) ?? true);
      const is = after !== null && (matches?.(after) ?? true);
      if (!matches || (was && (is || after === null))) told = true;
      else if (is || was) {
        const room = roomText(subscription.room);
        moves.set(room, [...(moves.get(room) ?? []), { number: subscription.number, enters: is }]);
      }
    }
    if (told) this.say({ type: 'event', ...event });
    for (const moved of moves.values()) this.tellMoved(event, after, moved);
  }

  private tellMoved(
    { seq, entityType, entityId }: Logged['event'],
    after: Logged['after'],
    moved: readonly { number: number; enters: boolean }[],
  ): void {
    const subscriptions = moved.map(({ number }) => number);
    if (moved[0]?.enters && after) this.say({ type: 'enter', subscriptions, seq, ...after });
    else this.say({ type: 'gone', subscriptions, seq, entityType, entityId });
  }
}
