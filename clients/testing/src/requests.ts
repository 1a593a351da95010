// Each request and its answer. `reply` comes first, then what the change means to others, so that `committed` stands
// before its own events.
import {
  compareBy,
  getAt,
  parseFilter,
  parseSort,
  Refusal,
  type Answer,
  type ClientRequest,
  type Entity,
  type JsonObject,
  type RequestMembers,
} from '@coterie/protocol';
import { parseSearch, wordsOf } from '@coterie/protocol/decode';
import type { Conflicts } from './conflicts.js';
import type { Desk } from './desk.js';
import { blameOf, historyPage } from './history.js';
import { LIMITS, PAGE } from './limits.js';
import { keyOf, type Author } from './model.js';
import { sameRoom, type Live } from './session/live.js';

/** An answer without its `id`. */
export type Reply = Answer extends infer A ? (A extends { id: number } ? Omit<A, 'id'> : never) : never;

export interface Requester {
  author: Author;
  /** Its connection; null: over HTTP without one. */
  live: Live | null;
  reply(answer: Reply): void;
}

export function failure(code: string, message: string, member?: string, retry = false): Reply {
  return { type: 'error', code, message, ...(member ? { member } : {}), retry };
}

export class Requests {
  constructor(
    private readonly desk: Desk,
    private readonly conflicts: Conflicts,
  ) {}

  /** Refusals that are thrown on the way are its answer. */
  handle(requester: Requester, request: ClientRequest, source: JsonObject): void {
    try {
      this.dispatch(requester, request, source);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      requester.reply(failure(error.code, error.message, error.member));
    }
  }

  private dispatch(requester: Requester, request: ClientRequest, source: JsonObject): void {
    const { author } = requester;
    const reply = (answer: Reply) => requester.reply(answer);
    switch (request.type) {
      case 'hello':
        return reply(failure('bad_request', 'A connection says hello once.', 'type'));
      case 'ping':
        return reply({ type: 'pong', seq: this.desk.store.seq });
      case 'subscribe':
        return this.subscribe(requester, request);
      case 'unsubscribe':
        return this.unsubscribe(requester, request.subscription);
      case 'get':
        return reply(this.get(author, request));
      case 'list':
        return reply(this.list(author, request));
      case 'history':
        return reply({ type: 'events', ...historyPage(this.desk, author, request) });
      case 'blame':
        return reply(this.blame(author, request));
      case 'mutate': {
        const decision = this.desk.decide(author, request, source);
        reply(this.conflicts.keep(author, request, source, decision.outcome));
        return this.desk.publish(author, decision);
      }
      case 'lock':
        return this.lock(requester, request);
      case 'unlock':
        return this.unlock(requester, request);
      case 'presence':
        return this.presence(requester, request);
      case 'signal':
        return this.signal(requester, request);
      case 'refresh':
        return reply(failure('bad_request', 'This request needs a connection that stays.', 'type'));
      default:
        return this.forPeople(requester, request, source);
    }
  }

  /** What waits for people: conflicts, notifications, announcements. */
  private forPeople(requester: Requester, request: ClientRequest, source: JsonObject): void {
    const { author } = requester;
    const { inbox } = this.desk;
    const reply = (answer: Reply) => requester.reply(answer);
    switch (request.type) {
      case 'conflicts':
        return reply({ type: 'conflicts', ...this.conflicts.list(request, request.limit ?? PAGE) });
      case 'conflict': {
        const shown = this.conflicts.show(request.conflictId, author);
        return reply(shown ? ({ type: 'storedConflict', ...shown } as unknown as Reply) : this.noConflict());
      }
      case 'decide': {
        const decision = this.conflicts.decide(author, request, source);
        if (!decision) return reply(this.noConflict());
        reply(decision.outcome);
        return this.desk.publish(author, decision);
      }
      case 'assign': {
        const { conflictId, assignee } = request;
        const done = this.conflicts.assign(conflictId, assignee, author);
        return reply(done ? { type: 'assigned', conflictId, assignee } : this.noConflict());
      }
      case 'notifications': {
        const { unread = true, limit = PAGE, cursor } = request;
        const before = cursor === undefined ? Infinity : Number(cursor);
        return reply({ type: 'notifications', ...inbox.list(author.userId, unread, limit, before) });
      }
      case 'markRead': {
        const { upTo = 0, notificationIds = [] } = request;
        const isMeant = (id: number) => id <= upTo || notificationIds.includes(id);
        return reply({ type: 'ok', unread: inbox.markRead(author.userId, isMeant) });
      }
      case 'announce':
        return this.announce(requester, request);
      case 'withdraw':
        return this.withdraw(requester, request.announcementId);
      case 'announcements':
        return reply({ type: 'announcements', announcements: inbox.announcements() });
      default:
        return reply(failure('bad_request', 'This fake server keeps no named readers.', 'type'));
    }
  }

  private noConflict(): Reply {
    const message = 'There is no such conflict, or it was decided so long ago that it is forgotten.';
    return failure('not_found', message, 'conflictId');
  }

  // ---- reading ----

  private reads(author: Author, entity: Entity | undefined): entity is Entity {
    return entity !== undefined && (this.desk.rightsOf(author)?.reads(entity) ?? true);
  }

  private get(author: Author, request: RequestMembers['get']): Reply {
    const { store } = this.desk;
    const { version } = request;
    const key = keyOf(request);
    const entity = version === undefined ? store.find(key) : store.at(key, version);
    if (!this.reads(author, entity))
      return failure(
        'not_found',
        version === undefined ? 'No such entity.' : 'This version does not exist, or is not kept any more.',
      );
    return { type: 'entity', ...entity, position: store.position() };
  }

  private list(author: Author, request: RequestMembers['list']): Reply {
    const { store } = this.desk;
    const { entityType, filter, search, sort = '', limit = PAGE, cursor, page, count, data = true } = request;
    if (this.desk.rightsOf(author)?.readsNothing) throw forbiddenType();
    const byFilter = parseFilter(filter ?? {});
    const bySearch = search === undefined ? () => true : this.searching(entityType, search);
    const matches = (record: Parameters<typeof byFilter>[0]) =>
      byFilter(record) && bySearch(record) && this.reads(author, { entityType, ...record } as Entity);
    const all = store
      .live(entityType)
      .filter(matches)
      .sort(compareBy(parseSort(sort)));
    const from = page === undefined ? 0 : (page - 1) * limit;
    const found =
      page === undefined
        ? store.page({ entityType, matches, sort, limit, ...(cursor === undefined ? {} : { cursor }) })
        : { entities: all.slice(from, from + limit) };
    const more = page === undefined && found.entities.length < limit ? {} : pick(found);
    const entities = data ? found.entities : found.entities.map(bare);
    return {
      type: 'entities',
      entities,
      position: store.position(),
      ...more,
      ...(count || page !== undefined ? { total: all.length } : {}),
      ...(page === undefined ? {} : { pageCount: Math.ceil(all.length / limit) }),
      ...(search === undefined ? {} : { searchLag: 0 }),
    };
  }

  private searching(entityType: string, search: string) {
    const fields = this.desk.types[entityType]?.search ?? [];
    if (fields.length === 0)
      throw new Refusal('bad_request', `The type ${entityType} has no fields that are searched.`, 'search');
    const words = parseSearch(search);
    return ({ data }: Pick<Entity, 'data'>) => {
      const found = fields.flatMap((field) => wordsOf(JSON.stringify(getAt(data, field) ?? '')));
      return words.every(({ text, prefix }) => found.some((word) => (prefix ? word.startsWith(text) : word === text)));
    };
  }

  private blame(author: Author, request: RequestMembers['blame']): Reply {
    const entity = this.desk.store.find(keyOf(request));
    if (!this.reads(author, entity)) return failure('not_found', 'No such entity.');
    return { type: 'blame', ...blameOf(this.desk.store.past(keyOf(request)), entity) };
  }

  // ---- rooms ----

  private subscribe(requester: Requester, request: RequestMembers['subscribe']): void {
    const { live } = requester;
    if (!live) return requester.reply(failure('bad_request', 'This request needs a connection that stays.', 'type'));
    const objection = this.objection(live, request);
    if (objection) return requester.reply(objection);
    const limit = request.entityId === undefined ? (request.limit ?? LIMITS.pageEntities) : 1;
    const { subscription: number, sort, cursor } = request;
    const known = live.subscriptions.get(number);
    const subscription = known ?? live.add(request, limit);
    const query = { sort: sort ?? '', limit, ...(cursor === undefined ? {} : { cursor }) };
    const page = this.desk.roomPage(live, number, query);
    if (cursor === undefined) Object.assign(subscription, { sort: query.sort, limit });
    this.desk.presence.subscribed(subscription.room, live.author.sessionId, number);
    requester.reply({ type: 'subscribed', ...(this.wantsEntities(live, request) ? page : without(page)) });
  }

  /** Whoever may have missed something is sent all of it, wanted or not. */
  private wantsEntities(live: Live, { snapshot = true, position }: RequestMembers['subscribe']): boolean {
    const now = this.desk.store.position(live.rights);
    const atHead = position?.epoch === now.epoch && position.seq === now.seq && position['rights'] === now['rights'];
    return snapshot || !(atHead || position === undefined);
  }

  /** Why a room cannot be joined, or null. */
  objection(live: Live, request: RequestMembers['subscribe']): Reply | null {
    const known = live.subscriptions.get(request.subscription);
    if (known && !sameRoom(known.room, request))
      return failure('bad_request', 'This number stands for another room; unsubscribe it first.', 'subscription');
    if (!known && request.cursor !== undefined)
      return failure('bad_request', 'A cursor goes on with a subscription; this number has none.', 'cursor');
    if (!known && live.subscriptions.size >= LIMITS.subscriptions)
      return failure('limit', 'No more rooms for this session; unsubscribe some.', 'subscription');
    if (this.desk.rightsOf(live.author)?.readsNothing)
      return failure('forbidden', 'You may not read records of this type.', 'entityType');
    return null;
  }

  private unsubscribe(requester: Requester, number: number): void {
    const { live } = requester;
    if (!live) return requester.reply(failure('bad_request', 'This request needs a connection that stays.', 'type'));
    const known = live.subscriptions.get(number);
    live.subscriptions.delete(number);
    if (known) this.desk.presence.unsubscribed(known.room, live.author.sessionId, number);
    requester.reply({ type: 'unsubscribed', subscription: number });
  }

  // ---- locks, presence, signals ----

  private lock(requester: Requester, request: RequestMembers['lock']): void {
    const { author } = requester;
    if (author.sessionId === undefined) return requester.reply(NEEDS_SESSION);
    if (!this.reads(author, this.desk.store.find(keyOf(request))))
      return requester.reply(failure('not_found', 'There is no such record to lock.'));
    this.withChangesLater(requester, () => this.desk.locks.lock(request, author) as Reply);
  }

  private unlock(requester: Requester, request: RequestMembers['unlock']): void {
    if (requester.author.sessionId === undefined) return requester.reply(NEEDS_SESSION);
    this.withChangesLater(requester, () => this.desk.locks.unlock(request, requester.author) as Reply);
  }

  /** The answer stands before what its own connection is told of it. */
  private withChangesLater(requester: Requester, work: () => Reply): void {
    const { live } = requester;
    const told = live?.takeOutbox() ?? [];
    const answer = work();
    const changes = live?.takeOutbox() ?? [];
    live?.say(...told);
    requester.reply(answer);
    live?.say(...changes);
  }

  private place(requester: Requester, number: number) {
    const found = requester.live?.subscriptions.get(number);
    if (found && requester.live) return { live: requester.live, room: found.room };
    const missing = requester.live
      ? failure('not_found', 'There is no subscription of this number; subscribe first.', 'subscription')
      : NEEDS_SESSION;
    requester.reply(missing);
    return null;
  }

  private presence(requester: Requester, request: RequestMembers['presence']): void {
    const at = this.place(requester, request.subscription);
    if (!at) return;
    this.desk.presence.set(at.room, at.live.author, request.subscription, request.state);
    requester.reply({ type: 'ok' });
  }

  private signal(requester: Requester, { subscription, name, data }: RequestMembers['signal']): void {
    const at = this.place(requester, subscription);
    if (!at) return;
    const { entityType, entityId } = at.room;
    const { userId, sessionId, clientId } = at.live.author;
    const push = {
      type: 'signal',
      entityType,
      ...(entityId === undefined ? {} : { entityId }),
      name,
      data,
      userId,
      sessionId,
      ...(clientId ? { clientId } : {}),
    } as const;
    for (const live of this.desk.sessions.live()) {
      const member = [...live.subscriptions.values()].some(({ room }) => sameRoom(room, at.room));
      if (member && live !== at.live) live.say(push);
    }
    requester.reply({ type: 'ok' });
  }

  // ---- announcements ----

  private announce(requester: Requester, request: RequestMembers['announce']): void {
    const { text, severity, ttlMs } = request;
    const announcement = this.desk.inbox.announce(requester.author.userId, text, severity, ttlMs);
    requester.reply({ type: 'announced', announcementId: announcement.announcementId, ttlMs: announcement.ttlMs });
    for (const live of this.desk.sessions.live()) live.say({ type: 'announcement', ...announcement });
  }

  private withdraw(requester: Requester, announcementId: number): void {
    if (!this.desk.inbox.withdraw(announcementId)) {
      const message = 'There is no such announcement; it may have expired, or been withdrawn.';
      return requester.reply(failure('not_found', message, 'announcementId'));
    }
    requester.reply({ type: 'withdrawn', announcementId });
    for (const live of this.desk.sessions.live()) live.say({ type: 'announcement', announcementId, withdrawn: true });
  }
}

const NEEDS_SESSION = failure(
  'bad_request',
  'This belongs to a session: send its secret in the header Coterie-Session.',
);

function forbiddenType(): Refusal {
  return new Refusal('forbidden', 'You may not read records of this type.', 'entityType');
}

function bare({ entityType, entityId, version }: Entity): Entity {
  return { entityType, entityId, version } as Entity;
}

function pick({ cursor }: { cursor?: string }): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}

/** The locks and presence alone. */
function without<T extends { entities: Entity[]; cursor?: string }>(page: T): Omit<T, 'cursor'> {
  const { cursor: _, ...rest } = page;
  return { ...rest, entities: [] };
}
