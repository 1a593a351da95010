// Where everything meets: the records, who is connected, what a change means to whom.
import type { Holder, JsonObject, Notification, RequestMembers } from '@coterie/protocol';
import type { Clock } from './clock.js';
import { contentOf, decideMutation, type Context, type Decision } from './decide/mutate.js';
import type { NumberFormats } from './decide/numberFormat.js';
import { Inbox } from './inbox.js';
import { Locks, type LockChange } from './locks.js';
import { keyOf, type Author, type TypeRules } from './model.js';
import { rightsOf, type Rights, type RightsRule } from './rights.js';
import { Live } from './session/live.js';
import { Presence } from './session/presence.js';
import { Registry } from './session/registry.js';
import { Store } from './store.js';
import { Users, type FakeUser } from './users.js';

export interface DeskOptions {
  types: { readonly [entityType: string]: TypeRules };
  sequences: NumberFormats;
  users: { readonly [id: string]: FakeUser };
  clock: Clock;
  tokenLifeMs?: number;
}

export class Desk {
  readonly store = new Store();
  readonly clock: Clock;
  readonly types: DeskOptions['types'];
  private readonly sequences: NumberFormats;
  readonly users: Users;
  readonly inbox: Inbox;
  readonly locks: Locks;
  readonly presence: Presence;
  readonly sessions: Registry;
  private readonly rights = new Map<string, Rights>();
  private rightsMade = 0;
  private ids = 0;

  constructor(options: DeskOptions) {
    const flush = () => this.flush();
    this.clock = options.clock;
    this.types = options.types;
    this.sequences = options.sequences;
    this.users = new Users(options.clock, options.users, options.tokenLifeMs);
    this.inbox = new Inbox(options.clock);
    this.locks = new Locks(options.clock, (change) => this.tellLock(change), flush);
    this.presence = new Presence(options.clock, flush);
    this.sessions = new Registry(options.clock, (sessionId) => {
      this.locks.endSession(sessionId);
      this.presence.endSession(sessionId);
      this.flush();
    });
  }

  // ---- turns ----

  /** All that was said in this turn goes out, one frame for each connection. */
  flush(): void {
    for (const push of this.presence.publish())
      for (const live of this.sessions.live())
        if (this.hearsPresence(live, push)) live.say({ type: 'presence', ...push });
    for (const live of this.sessions.live()) live.flush();
  }

  private hearsPresence(live: Live, { entityType, entityId }: { entityType: string; entityId?: string }): boolean {
    return [...live.subscriptions.values()].some(
      (subscription) =>
        live.hears(subscription, entityType, entityId) &&
        // Presence at a record reaches restricted readers where they have subscribed that record.
        (!live.access || entityId === undefined || subscription.room.entityId !== undefined),
    );
  }

  // ---- rights ----

  rightsOf(author: Author): Rights | null {
    return this.rights.get(author.userId) ?? null;
  }

  /** Each room of the user is sent anew, or ended. */
  setRights(userId: string, rule: RightsRule | null): void {
    if (rule) this.rights.set(userId, rightsOf(rule, `r${++this.rightsMade}`));
    else this.rights.delete(userId);
    for (const live of this.sessions.live()) {
      if (live.author.userId !== userId) continue;
      const rights = this.rightsOf(live.author);
      live.access = rights;
      live.rights = rights?.fingerprint ?? '';
      for (const subscription of [...live.subscriptions.values()]) {
        if (rights?.readsNothing) {
          live.subscriptions.delete(subscription.number);
          live.say({ type: 'unsubscribed', subscription: subscription.number, code: 'forbidden' });
        } else live.say({ type: 'snapshot', reason: 'rights', ...this.roomPage(live, subscription.number) });
      }
    }
    this.flush();
  }

  // ---- changes ----

  newId(): string {
    return `id-${String(++this.ids).padStart(6, '0')}`;
  }

  context(author: Author): Context {
    return {
      author,
      now: this.clock.now(),
      locks: this.locks,
      newId: () => this.newId(),
      sequences: this.sequences,
      rules: (entityType) => this.types[entityType] ?? {},
      access: (one) => this.rightsOf(one),
    };
  }

  decide(author: Author, mutation: RequestMembers['mutate'], source: JsonObject): Decision {
    return decideMutation(this.store, mutation, contentOf(source), this.context(author));
  }

  /** What would become of a mutation; nothing is kept of it. */
  rehearse(author: Author, mutation: RequestMembers['mutate']): Decision {
    const store = this.store.copy();
    return decideMutation(store, mutation, '', {
      ...this.context(author),
      locks: new Locks(
        this.clock,
        () => {},
        () => {},
      ),
    });
  }

  /** Tells everyone what a decision did; after its answer, so that `committed` stands before its own events. */
  publish(author: Author, decision: Decision): void {
    for (const fence of decision.used) this.locks.used(fence);
    for (const { userId, ...about } of decision.overwritten)
      this.notify(userId, { kind: 'overwritten', ...about, userId: author.userId });
    for (const logged of decision.events) for (const live of this.sessions.live()) live.tell(logged);
    for (const { event } of decision.events) if (event.operation === 'DELETE') this.locks.endRecord(event);
  }

  notify(userId: string, notice: Omit<Notification, 'notificationId' | 'timestamp'>): void {
    const notification = this.inbox.notify(userId, notice);
    for (const live of this.sessions.live())
      if (live.author.userId === userId) live.say({ type: 'notification', ...notification });
  }

  // ---- rooms ----

  /** A room as it stands: what `subscribed` and `snapshot` hold of it. */
  roomPage(live: Live, number: number, query: { sort?: string; limit?: number; cursor?: string } = {}) {
    const subscription = live.subscriptions.get(number);
    const { entityType, entityId } = subscription?.room ?? { entityType: '' };
    const page = this.store.page({
      entityType,
      ...(entityId === undefined ? {} : { entityId }),
      matches: (subscription && live.matches(subscription)) ?? (() => true),
      sort: query.sort ?? subscription?.sort ?? '',
      limit: query.limit ?? subscription?.limit ?? 1,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
    return { ...this.roomState(live, number), ...page };
  }

  /** The locks and presence of a room. */
  roomState(live: Live, number: number) {
    const subscription = live.subscriptions.get(number);
    const { entityType, entityId } = subscription?.room ?? { entityType: '' };
    const locks = this.locks
      .all()
      .filter((lock) => lock.entityType === entityType && (entityId === undefined || lock.entityId === entityId))
      .filter((lock) => this.sees(live, lock))
      .map((lock) => this.locks.shown(lock));
    const there = this.presence.list({ entityType, ...(entityId === undefined ? {} : { entityId }) });
    const presence = live.access && entityId === undefined ? there.filter((one) => one.entityId === undefined) : there;
    return { subscription: number, position: this.store.position(live.rights), locks, presence };
  }

  private sees(live: Live, key: { entityType: string; entityId: string }): boolean {
    const entity = this.store.find(keyOf(key));
    return !live.access || (entity !== undefined && live.access.reads(entity));
  }

  // ---- locks ----

  private tellLock({ state, lock, by }: LockChange): void {
    const shown = this.locks.shown(lock);
    const holder: Holder = by ?? lock.holder;
    const push = { type: 'lock', state, ...shown, holder, ttlMs: state === 'acquired' ? shown.ttlMs : 0 } as const;
    for (const live of this.sessions.live()) {
      const hears = [...live.subscriptions.values()].some((one) => live.hears(one, lock.entityType, lock.entityId));
      const loses = (state === 'expired' || state === 'taken') && live.author.sessionId === lock.holder.sessionId;
      if ((hears && (state !== 'acquired' || this.sees(live, lock))) || loses) live.say(push);
    }
    if (state === 'taken' && by && by.userId !== lock.holder.userId) {
      const { entityType, entityId, field } = lock;
      this.notify(lock.holder.userId, {
        kind: 'lockTaken',
        entityType,
        entityId,
        fields: field === undefined ? [] : [field],
        userId: by.userId,
      });
    }
  }
}
