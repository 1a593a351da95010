// What an application holds: one connection, its records, its queue.
import type {
  Announcement,
  Changes,
  DataSyncEvent,
  Filter,
  JsonObject,
  MutationOperation,
  Notification,
  RequestMembers,
  RequestType,
  AnswerMembers,
  Strategy,
  UpdateOperation,
} from '@coterie/protocol';
import type { AuthState } from './auth.js';
import type { Observable } from './observable.js';
import type { Conflict, MutationResult, Result } from './outcome.js';
import type { EditOptions, ListHandle, ListOptions, RecordHandle } from './records.js';
import type { ChangesTo, Fields, Path, PathTo, TypeName, TypeOf, ValueAt } from './register.js';
import type { ConnectionState, SyncStatus } from './status.js';

export type GetToken = (why: { reason: 'connect' | 'expiring' | 'refused' }) => Promise<string | null> | string | null;

export interface CoterieOptions {
  /** Where the server is: `https://desk.example` or, in a browser, `/`. */
  url: string | URL;
  /** The access token; null: nobody is signed in (`needs-auth`). Throwing: the network failed, try later. */
  getToken?: GetToken;
  /** A label that comes back in events, 1 to 64 characters. */
  clientId?: string;
  /** What becomes of edits while offline: kept and sent later, or refused at once. */
  offline?: 'queue' | 'refuse';
  /** Queued edits that are older become an item for attention instead of being sent; 7 days by default. */
  maxQueueAgeMs?: number;
  /** One connection for all tabs of this browser; true where Web Locks and BroadcastChannel are there. */
  shareAcrossTabs?: boolean;
  /** Asks before a tab is closed that has work which is not safe. */
  preventUnsavedChanges?: boolean;
  /** Where the queue and the cache live; `indexeddb` in a browser by default, else `memory`. */
  storage?: 'indexeddb' | 'memory';
  /** The name of the database in this browser, for applications that share an origin. */
  storageName?: string;
  transport?: 'auto' | 'websocket' | 'sse';
  /** Clock, timers, randomness, network: parameters, for tests. */
  environment?: Partial<import('../environment.js').Environment>;
}

export interface Coterie {
  readonly connection: Observable<ConnectionState>;
  readonly sync: Observable<SyncStatus>;
  /** Those that wait for a decision here. */
  readonly conflicts: Observable<readonly Conflict[]>;
  readonly notifications: Observable<{ items: readonly Notification[]; unread: number }>;
  readonly announcements: Observable<readonly Announcement[]>;

  /** Live while somebody listens to it, and a moment after. The same name gives the same state. */
  record<K extends TypeName>(entityType: K, entityId: string): RecordHandle<TypeOf<K>>;
  record<T extends object = JsonObject>(entityType: string, entityId: string): RecordHandle<T>;
  list<K extends TypeName>(entityType: K, options?: ListOptions): ListHandle<TypeOf<K>>;
  list<T extends object = JsonObject>(entityType: string, options?: ListOptions): ListHandle<T>;
  /** Every event of these rooms as it comes, once each. */
  watch(
    rooms: readonly { entityType: string; entityId?: string; filter?: Filter }[],
    listener: (event: DataSyncEvent) => void,
  ): () => void;

  create<K extends string>(
    entityType: K,
    data: TypeOf<K>,
    options?: { entityId?: string; number?: { [path: string]: string } },
  ): Promise<MutationResult>;
  /** All or none. Shown at once, taken back when refused. */
  mutate(
    ops: MutationOperation[],
    options?: { strategy?: Strategy; onConflict?: 'answer' | 'store' },
  ): Promise<MutationResult>;
  transaction(): Transaction;

  /** Any request of the protocol, for what has no method of its own. Not queued while offline. */
  request<K extends RequestType>(
    type: K,
    members: RequestMembers[K],
  ): Promise<Result<{ answer: AnswerMembers[keyof AnswerMembers] & { type: string } }>>;
  markRead(which: { upTo: number } | { notificationIds: number[] }): Promise<Result<{ unread: number }>>;

  /** Sends what waits and checks what is held against the server, now. */
  syncNow(): Promise<void>;
  /** Takes a mutation out of the queue that has not been sent. */
  cancel(mutationId: string): boolean;
  reconnect(): void;
  /**
   * After signing in or out: takes the token anew. `wipe` empties the cache (never the queue) of whoever was here. With the
   * state of an `Auth` it knows the rest itself: signing out wipes, and what another user was shown is put away at once.
   */
  authChanged(how?: { wipe?: boolean } | AuthState): void;
  /** Flushes drafts, leaves (locks are free at once). */
  close(): Promise<void>;
}

/** `await coterie.transaction().take('Stock', 'tent', 'available', 2).create('Order', {...}).commit()` */
export interface Transaction {
  create<K extends string>(
    entityType: K,
    data: TypeOf<K>,
    options?: { entityId?: string; number?: { [path: string]: string } },
  ): Transaction;
  update<K extends string>(entityType: K, entityId: string, set: Fields<TypeOf<K>>, options?: EditOptions): Transaction;
  /** Takes `by` away where so much is there, else the whole transaction is `rejected` with `guard_failed`. */
  take<K extends string>(entityType: K, entityId: string, field: PathTo<TypeOf<K>, number>, by: number): Transaction;
  give<K extends string>(entityType: K, entityId: string, field: PathTo<TypeOf<K>, number>, by: number): Transaction;
  /** From one value to another: "approve if still submitted". */
  transition<K extends string, P extends Path<TypeOf<K>>>(
    entityType: K,
    entityId: string,
    field: P,
    from: ValueAt<TypeOf<K>, P>,
    to: ValueAt<TypeOf<K>, P>,
    set?: Fields<TypeOf<K>>,
  ): Transaction;
  /** The first record that fits. */
  firstOf<K extends string>(
    entityType: K,
    where: Filter,
    change: Omit<UpdateOperation, 'op' | 'entityType' | 'entityId' | 'where' | keyof Changes> & ChangesTo<TypeOf<K>>,
  ): Transaction;
  delete(entityType: string, entityId: string, options?: EditOptions): Transaction;
  add(operation: MutationOperation): Transaction;
  commit(options?: { strategy?: Strategy; onConflict?: 'answer' | 'store' }): Promise<MutationResult>;
}
