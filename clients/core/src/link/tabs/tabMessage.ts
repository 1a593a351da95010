// What tabs of one browser say to each other, and the check that it is that: a channel has everybody of the origin on it.
import type { ClientRequest, Position, SubscriptionRequest, SubscriptionStatus, Welcome } from '@coterie/protocol';
import type { ConnectionState } from '../../api/status.js';
import { tabOf } from '../carrier.js';
import type { Inheritance } from '../sessionTypes.js';

/** Of a tab to its leader. `nonce`: the answer to this very hello is waited for. */
export type FollowerMessage = { from: number } & (
  | { kind: 'hello'; nonce: number }
  | { kind: 'rooms'; round: number; rooms: SubscriptionRequest[] }
  | { kind: 'request'; message: ClientRequest }
  | { kind: 'unanswered' }
  | { kind: 'reconnect' }
  | { kind: 'authChanged' }
  | { kind: 'alive?' }
  | { kind: 'leave' }
);

/** Of the leader to its tabs. `term` names one leadership: what comes of an older one is left aside. */
export type LeaderMessage = { from: number; term: string } & (
  | { kind: 'leader' }
  | { kind: 'sync'; to: number; nonce: number; state: ConnectionState; session: Inheritance | null; tabs: number[] }
  | { kind: 'tabs'; tabs: number[] }
  | { kind: 'rooms?'; round: number }
  | { kind: 'state'; state: ConnectionState }
  | { kind: 'welcome'; welcome: Welcome; statuses: SubscriptionStatus[]; sameSession: boolean; position: Position }
  | { kind: 'frame'; text: string; aside: boolean }
  | { kind: 'closed' }
  | { kind: 'unsent'; to: number; id: number }
  | { kind: 'alive' }
);

export type TabMessage = FollowerMessage | LeaderMessage;

/** `Omit` that keeps a union a union. */
export type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

type Check = (value: unknown) => boolean;
type Shape = { [member: string]: Check };

const number: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const having =
  (shape: Shape): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([name, check]) => check((value as { [name: string]: unknown })[name]));

const position = having({ epoch: text, seq: number });
const welcome = having({ sessionId: text, resume: text, position, heartbeatMs: number, limits: having({}) });
const state = having({ state: text, attempt: number, role: text });
const session: Check = (value) => value === null || having({ welcome, position })(value);

const SHAPES: { [kind: string]: Shape } = {
  hello: { nonce: number },
  rooms: { round: number, rooms: listOf(having({ subscription: number, entityType: text })) },
  request: { message: having({ id: number, type: text }) },
  unanswered: {},
  reconnect: {},
  authChanged: {},
  'alive?': {},
  leave: {},
  leader: { term: text },
  sync: { term: text, to: number, nonce: number, state, session, tabs: listOf(number) },
  tabs: { term: text, tabs: listOf(number) },
  'rooms?': { term: text, round: number },
  state: { term: text, state },
  welcome: {
    term: text,
    welcome,
    statuses: listOf(having({ subscription: number, status: text })),
    sameSession: flag,
    position,
  },
  frame: { term: text, text, aside: flag },
  closed: { term: text },
  unsent: { term: text, to: number, id: number },
  alive: { term: text },
};

/** Requests that are a tab's own affair; the rest is the session's. */
const OF_THE_SESSION = new Set(['hello', 'refresh', 'pong']);

export function readTabMessage(data: unknown): TabMessage | null {
  if (!having({ from: number, kind: text })(data)) return null;
  const message = data as TabMessage;
  const shape = Object.hasOwn(SHAPES, message.kind) ? SHAPES[message.kind] : undefined;
  if (!shape || !having(shape)(data)) return null;
  if (message.kind === 'request') {
    const { id, type } = message.message;
    return tabOf(id) === message.from && !OF_THE_SESSION.has(type) ? message : null;
  }
  if (message.kind === 'rooms') {
    return message.rooms.every((room) => tabOf(room.subscription) === message.from) ? message : null;
  }
  return message;
}
