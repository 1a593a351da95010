// What carries the messages of one tab: a session of its own, or another tab that has one for all.
import type { ClientRequest, Position, SubscriptionRequest, SubscriptionStatus, Welcome } from '@coterie/protocol';
import type { ConnectionState } from '../api/status.js';

/** Ids of requests and numbers of subscriptions: each tab has its own range, the session itself has range 0. */
export const TAB_RANGE = 2 ** 20;

export function tabOf(number: number): number {
  return Math.floor(number / TAB_RANGE);
}

export interface Welcomed {
  welcome: Welcome;
  statuses: readonly SubscriptionStatus[];
  sameSession: boolean;
  /** Where the stream stands: the welcome's, unless this tab came later. */
  position: Position;
}

/** Told by a carrier, in this order for each connection: `rooms`, `welcomed`, frames, `closed`. */
export interface CarrierUser {
  rooms(): SubscriptionRequest[];
  welcomed(welcomed: Welcomed): void;
  frame(text: string, aside: boolean): void;
  closed(): void;
  told(state: ConnectionState): void;
  /** A request was never sent. */
  unsent(id: number): void;
}

export interface Carrier {
  start(): void;
  /** False: there is no connection, and nothing was sent. */
  send(message: ClientRequest): boolean;
  /** A request was not answered in time: the connection is made anew. */
  unanswered(): void;
  reconnect(): void;
  authChanged(): void;
  close(leave: boolean): void;
}
