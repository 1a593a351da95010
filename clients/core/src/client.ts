// One client: its parts put together, and what the link and the page say handed on to them.
import type {
  AnswerMembers,
  DataSyncEvent,
  Filter,
  JsonObject,
  MutationOperation,
  RequestMembers,
  RequestType,
  SubscriptionStatus,
  Welcome,
} from '@coterie/protocol';
import type { AuthState } from './api/auth.js';
import type { Coterie, CoterieOptions, Transaction } from './api/client.js';
import type { MutationResult, Result } from './api/outcome.js';
import type { ListHandle, ListOptions, RecordHandle } from './api/records.js';
import { Alarm } from './base/alarm.js';
import { failureOf, noAnswer, type Base } from './base/base.js';
import { Batch } from './base/batch.js';
import type { Environment } from './environment.js';
import type { Frame, Link, LinkUser } from './link/link.js';
import type { Persistence } from './persist/persistence.js';
import { Handles } from './handles/handles.js';
import type { Core } from './handles/core.js';
import { Steps } from './handles/transaction.js';
import { watch } from './handles/watch.js';
import { Adoption } from './queue/adoption.js';
import type { Sending } from './queue/attention.js';
import { Outbox } from './queue/outbox.js';
import { RoomCache } from './rooms/roomCache.js';
import { RoomCheck } from './rooms/roomCheck.js';
import { Rooms } from './rooms/rooms.js';
import { applyMessage } from './session/applyMessage.js';
import { Inbox } from './session/inbox.js';
import { LockTable } from './session/lockTable.js';
import { PresenceTable } from './session/presenceTable.js';
import { Signals } from './session/signals.js';
import { SyncState } from './session/syncState.js';
import { RecordStore } from './store/recordStore.js';

const CHECK_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
/** How long closing waits for what is being saved. */
const CLOSE_MS = 2000;

export interface ClientParts {
  environment: Environment;
  link: Link;
  persistence: Persistence;
}
export type ClientOptions = Pick<CoterieOptions, 'offline' | 'maxQueueAgeMs' | 'preventUnsavedChanges' | 'storageName'>;

export class Client implements Coterie {
  readonly connection: Coterie['connection'];
  private readonly base: Base;
  private readonly store: RecordStore;
  private readonly rooms: Rooms;
  private readonly outbox: Outbox;
  private readonly core: Core;
  private readonly handles: Handles;
  private readonly locks: LockTable;
  private readonly presence: PresenceTable;
  private readonly signals: Signals;
  private readonly inbox: Inbox;
  private readonly state: SyncState;
  private readonly cache: RoomCache;
  private readonly roomCheck: RoomCheck;
  private readonly adoption: Adoption;
  private readonly minute: Alarm;
  private readonly stops: (() => void)[];
  private readonly name: string;
  private isClosed = false;

  constructor(
    private readonly parts: ClientParts,
    options: ClientOptions = {},
  ) {
    const { environment, link } = parts;
    this.name = `coterie:${options.storageName ?? 'coterie'}`;
    const base = (this.base = makeBase(parts));
    const owner = environment.newId();
    this.store = new RecordStore((entry, event) => this.changed(entry, event));
    this.state = new SyncState(
      base,
      () => this.rooms,
      () => this.outbox,
    );
    const queueChanged = () => this.state.changed();
    this.rooms = new Rooms(base, this.store, {
      opened: (room) => this.cache.load(room),
      closed: (room) => this.cache.save(room),
      changed: queueChanged,
    });
    this.outbox = new Outbox(base, this.store, this.rooms, queueOptions(options, owner), queueChanged);
    this.outbox.userId = environment.page.keep?.get(`${this.name}:user`) ?? null;
    this.cache = new RoomCache(
      base,
      this.store,
      () => this.rooms,
      () => this.outbox.userId,
    );
    this.roomCheck = new RoomCheck(base, this.store, this.rooms);
    this.adoption = new Adoption(base, this.outbox, owner, this.name);
    this.locks = new LockTable(base, () => this.core.drafts);
    this.presence = new PresenceTable(base, this.rooms);
    this.signals = new Signals(base);
    this.inbox = new Inbox(base);
    this.core = {
      base,
      store: this.store,
      rooms: this.rooms,
      outbox: this.outbox,
      locks: this.locks,
      presence: this.presence,
      signals: this.signals,
      recordViews: new Map(),
      drafts: new Set(),
    };
    this.handles = new Handles(this.core);
    this.connection = link.state;
    this.minute = new Alarm(base, () => this.eachMinute());
    this.stops = [environment.page.listen((what) => this.page(what))];
    if (options.preventUnsavedChanges) this.stops.push(environment.page.guardLeaving(() => this.isUnsafe()));
    this.begin();
  }

  private begin(): void {
    this.minute.set(CHECK_MS);
    // A disk that does not answer must not keep edits from being sent for ever.
    const late = new Alarm(this.base, () => this.outbox.restored());
    late.set(CLOSE_MS);
    void this.adoption.adopt(true).then(() => {
      late.clear();
      this.base.batch.run(() => this.outbox.restored());
    });
    this.parts.link.start(this.linkUser());
  }

  private changed(entry: Parameters<Rooms['touched']>[0], event?: DataSyncEvent): void {
    this.rooms.touched(entry);
    for (const view of [...(this.core.recordViews.get(entry.key) ?? [])]) view.touch(event);
  }

  // ---- what the link says ----

  private linkUser(): LinkUser {
    return {
      rooms: () => this.rooms.requests(),
      welcomed: (welcome, statuses, sameSession) => this.welcomed(welcome, statuses, sameSession),
      frame: (frame) => this.frame(frame),
      closed: () => {
        // While they are live: what is shown now is what a reload without a network has to show.
        this.cache.saveAll();
        this.base.batch.run(() => this.rooms.closed());
      },
    };
  }

  private welcomed(welcome: Welcome, statuses: readonly SubscriptionStatus[], sameSession: boolean): void {
    this.base.batch.run(() => {
      const before = this.outbox.userId;
      const changed = before !== null && before !== welcome.user.id;
      this.rooms.welcomed(welcome, statuses);
      if (changed) this.changeUser();
      this.outbox.welcomed(welcome);
      this.parts.environment.page.keep?.set(`${this.name}:user`, welcome.user.id);
      this.locks.welcomed(sameSession);
      this.presence.welcomed();
      this.outbox.pump();
      for (const room of this.rooms.all()) room.changed();
    });
    void this.inbox.welcomed();
    if (this.outbox.userId !== null) void this.adoption.adopt(false);
  }

  /** What was shown belongs to somebody else. */
  private changeUser(): void {
    this.rooms.clear();
    this.rooms.joinAll();
    this.inbox.clear();
  }

  private frame({ messages, position }: Frame): void {
    this.base.batch.run(() => {
      for (const message of messages) this.base.batch.guard(() => applyMessage(this.appliers, message));
      this.rooms.moved(position);
      this.outbox.settle();
      this.state.followFrame();
    });
  }

  private get appliers() {
    const { rooms, outbox, locks, signals, inbox } = this;
    return { rooms, outbox, locks, signals, inbox };
  }

  // ---- what the page says ----

  private page(what: 'online' | 'offline' | 'visible' | 'hidden' | 'leaving'): void {
    if (what === 'visible') return this.locks.visible();
    if (what !== 'hidden' && what !== 'leaving') return;
    this.base.batch.run(() => {
      for (const draft of [...this.core.drafts]) draft.hurry();
    });
    this.cache.saveAll();
  }

  private isUnsafe(): boolean {
    if ([...this.core.drafts].some((draft) => draft.isDirty)) return true;
    const { unsafe, waiting } = this.outbox;
    return this.parts.persistence.outlives ? unsafe > 0 : waiting.length > 0;
  }

  private eachMinute(): void {
    this.minute.set(CHECK_MS);
    void this.adoption.adopt(false);
    this.cache.saveAll();
    if (this.rooms.connected) void this.roomCheck.next();
  }

  // ---- the public interface ----

  get sync(): Coterie['sync'] {
    return this.state.observable;
  }

  get conflicts(): Coterie['conflicts'] {
    return this.outbox.attention.conflicts;
  }

  get notifications(): Coterie['notifications'] {
    return this.inbox.notifications;
  }

  get announcements(): Coterie['announcements'] {
    return this.inbox.announcements;
  }

  record<T extends object = JsonObject>(entityType: string, entityId: string): RecordHandle<T> {
    return this.handles.record(entityType, entityId) as unknown as RecordHandle<T>;
  }

  list<T extends object = JsonObject>(entityType: string, options: ListOptions = {}): ListHandle<T> {
    return this.handles.list(entityType, options) as unknown as ListHandle<T>;
  }

  watch(
    rooms: readonly { entityType: string; entityId?: string; filter?: Filter }[],
    listener: (event: DataSyncEvent) => void,
  ): () => void {
    return watch(this.core, rooms, listener);
  }

  create(
    entityType: string,
    data: JsonObject,
    options: { entityId?: string; number?: { [path: string]: string } } = {},
  ): Promise<MutationResult> {
    return this.mutate([{ op: 'create', entityType, data, ...options }]);
  }

  mutate(ops: MutationOperation[], options?: Sending): Promise<MutationResult> {
    return this.outbox.submit(ops, options).result;
  }

  transaction(): Transaction {
    return new Steps(this.outbox);
  }

  async request<K extends RequestType>(
    type: K,
    members: RequestMembers[K],
  ): Promise<Result<{ answer: AnswerMembers[keyof AnswerMembers] & { type: string } }>> {
    const reply = await this.parts.link.request(type, members);
    if (reply.kind !== 'answer' || reply.answer.type === 'error') return failureOf(reply) ?? noAnswer();
    return { ok: true, answer: reply.answer };
  }

  markRead(which: { upTo: number } | { notificationIds: number[] }): Promise<Result<{ unread: number }>> {
    return this.inbox.markRead(which);
  }

  async syncNow(): Promise<void> {
    this.base.batch.run(() => this.outbox.hurry());
    void this.adoption.adopt(false);
    await this.roomCheck.all();
  }

  cancel(mutationId: string): boolean {
    return this.outbox.cancel(mutationId);
  }

  reconnect(): void {
    this.parts.link.reconnect();
  }

  authChanged(how: { wipe?: boolean } | AuthState = {}): void {
    const state = 'status' in how ? how : null;
    const wipe = 'status' in how ? how.status === 'signed-out' && !how.reason : how.wipe;
    const userId = state?.user?.id ?? null;
    this.base.batch.run(() => {
      this.rooms.distrust();
      const isOther = userId !== null && userId !== this.outbox.userId;
      if (!wipe && !isOther) return;
      this.rooms.clear();
      this.inbox.clear();
      this.parts.environment.page.keep?.set(`${this.name}:user`, userId);
      if (isOther) this.outbox.belongTo(userId);
      if (wipe) void this.base.safely(this.parts.persistence.wipeCache());
    });
    this.parts.link.authChanged();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const { environment, link, persistence } = this.parts;
    for (const draft of [...this.core.drafts]) draft.hurry();
    const late = new Promise<void>((done) => environment.setTimer(() => done(), CLOSE_MS));
    await Promise.race([this.outbox.settled(), late]);
    this.cache.saveAll();
    await Promise.race([this.outbox.written(), late]);
    for (const stop of this.stops) stop();
    for (const part of [this.minute, { clear: () => this.state.close() }]) part.clear();
    this.locks.close();
    this.presence.close();
    this.inbox.close();
    this.rooms.close();
    this.base.batch.run(() => this.outbox.close());
    this.adoption.end();
    await link.close(true);
    await this.base.safely(persistence.close());
  }
}

function queueOptions(options: ClientOptions, owner: string) {
  return { offline: options.offline ?? 'queue', maxQueueAgeMs: options.maxQueueAgeMs ?? WEEK_MS, owner };
}

function makeBase({ environment, link, persistence }: ClientParts): Base {
  const log: Base['log'] = (level, text, details) => environment.log?.(level, text, details);
  const safely = (work: Promise<unknown>) =>
    work.then(
      () => {},
      (error: unknown) => log('error', 'What was to be kept on disk could not be.', error),
    );
  let last = Promise.resolve();
  const write: Base['write'] = (work) => (last = Promise.all([last, safely(work())]).then(() => {}));
  const batch = new Batch((error) => log('error', 'A listener has thrown.', error));
  return { environment, link, persistence, batch, log, safely, write };
}
