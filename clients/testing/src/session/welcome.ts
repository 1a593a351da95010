// The answer to a hello: for each room what becomes of it, and then what was missed, or the room anew.
import type { Hello, Position, SubscriptionRequest, SubscriptionStatus } from '@coterie/protocol';
import type { Desk } from '../desk.js';
import { HEARTBEAT_MS, LIMITS } from '../limits.js';
import type { Requests } from '../requests.js';
import type { Identity } from '../users.js';
import type { Live, Subscription } from './live.js';

interface Greeted {
  desk: Desk;
  requests: Requests;
  live: Live;
}

/** What follows the welcome for one room. */
type Following =
  | { kind: 'recovered'; subscription: Subscription; from: number }
  | { kind: 'snapshot'; subscription: Subscription; reason: string }
  | { kind: 'state'; subscription: Subscription };

/** Whether the stream can go on from a position; else why not. */
function resyncReason({ desk, live }: Greeted, position: Position): string | null {
  const { store } = desk;
  // A client ahead of the server saw commits that are no more: another history under the same name.
  if (position.epoch !== store.epoch || position.seq > store.seq) return 'epoch';
  if ((position['rights'] ?? '') !== live.rights) return 'rights';
  return position.seq < store.floor ? 'trimmed' : null;
}

function takeUp(
  greeted: Greeted,
  request: SubscriptionRequest,
  byDefault: Position | undefined,
  following: Following[],
): SubscriptionStatus {
  const { requests, live, desk } = greeted;
  const { subscription: number } = request;
  const objection = requests.objection(live, request);
  if (objection?.type === 'error') return { subscription: number, status: 'refused', reason: objection.code };
  const limit = request.entityId === undefined ? (request.limit ?? LIMITS.pageEntities) : 1;
  const subscription = live.add(request, limit);
  desk.presence.subscribed(subscription.room, live.author.sessionId, number);
  const position = request.position === undefined ? byDefault : request.position;
  if (!position) {
    const bare = request.snapshot === false;
    following.push(bare ? { kind: 'state', subscription } : { kind: 'snapshot', subscription, reason: 'new' });
    return { subscription: number, status: 'new' };
  }
  const reason = resyncReason(greeted, position);
  if (reason !== null) {
    following.push({ kind: 'snapshot', subscription, reason });
    return { subscription: number, status: 'resync', reason };
  }
  following.push({ kind: 'recovered', subscription, from: position.seq });
  return { subscription: number, status: 'recovered' };
}

function follow({ desk, live }: Greeted, following: readonly Following[]): void {
  const recovered = following.flatMap((one) => (one.kind === 'recovered' ? [one] : []));
  const least = Math.min(desk.store.seq, ...recovered.map(({ from }) => from));
  for (const logged of desk.store.log.filter(({ event }) => event.seq > least)) {
    const behind = recovered.filter(({ from }) => logged.event.seq > from);
    live.tell(
      logged,
      behind.map(({ subscription }) => subscription),
    );
  }
  // The locks and presence of rooms that go on come before the rooms that are read.
  const isState = (one: Following) => one.kind !== 'snapshot';
  for (const one of [...following.filter(isState), ...following.filter((other) => !isState(other))]) {
    const { number } = one.subscription;
    if (one.kind === 'snapshot') live.say({ type: 'snapshot', reason: one.reason, ...desk.roomPage(live, number) });
    else live.say({ type: 'snapshot', reason: 'state', ...desk.roomState(live, number) });
  }
}

export function welcome(
  greeted: Greeted,
  id: number,
  hello: Omit<Hello, 'type'>,
  opened: { sessionId: string; secret: string; identity: Identity },
): void {
  const { desk, live } = greeted;
  const following: Following[] = [];
  const subscriptions = (hello.subscriptions ?? []).map((request) =>
    takeUp(greeted, request, hello.position, following),
  );
  const least = Math.min(desk.store.seq, ...following.flatMap((one) => (one.kind === 'recovered' ? [one.from] : [])));
  const { id: userId, name, colour, initials, expiresInMs } = opened.identity;
  live.say({
    id,
    type: 'welcome',
    sessionId: opened.sessionId,
    resume: opened.secret,
    user: { id: userId, name, ...(colour ? { colour } : {}), ...(initials ? { initials } : {}) },
    position: { ...desk.store.position(live.rights), seq: least },
    heartbeatMs: HEARTBEAT_MS,
    limits: LIMITS,
    ...(expiresInMs === undefined ? {} : { tokenExpiresInMs: expiresInMs }),
    features: [],
    subscriptions,
  });
  for (const announcement of desk.inbox.announcements()) live.say({ type: 'announcement', ...announcement });
  follow(greeted, following);
}
