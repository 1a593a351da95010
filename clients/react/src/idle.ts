// What stands in for a client that is not there: on a server, and before the first effect of a provider. It shows
// the beginning of everything, listens to nothing, and ends every call at once as not done.
import type {
  AuthState,
  ConnectionState,
  Coterie,
  Draft,
  DraftField,
  DraftState,
  Auth,
  ListHandle,
  ListState,
  Observable,
  RecordHandle,
  RecordState,
  SyncStatus,
  Transaction,
} from '@coterie/client';

export const noList: readonly never[] = [];
export const firstConnection: ConnectionState = { state: 'connecting', attempt: 0, role: 'alone' };
export const firstSync: SyncStatus = {
  pending: 0,
  oldestPendingMs: 0,
  lastSyncedAt: null,
  firstSyncDone: false,
  attention: noList,
  queued: noList,
};
export const firstNotifications = { items: noList, unread: 0 };
export const firstRecord: RecordState<never> = {
  status: 'loading',
  entity: null,
  data: null,
  version: 0,
  lastChange: null,
  locks: noList,
  others: noList,
};
export const firstList: ListState<never> = {
  status: 'loading',
  items: noList,
  hasMore: false,
  loadingMore: false,
  newAbove: 0,
  locks: noList,
  presence: noList,
};
export const firstDraft: DraftState<never> = { value: null, dirty: noList, saveState: 'clean', conflict: null };
export const firstAuth: AuthState = { status: 'unknown', user: null, accessToken: null };

const nothing = (): void => {};
const still = <T>(value: T): Observable<T> => ({ get: () => value, subscribe: () => nothing });
/** Shows an empty list, for ever. */
export const none = still(noList);
/** A call that could not be made. */
export const notDone = (code: string, message: string, retry = false) =>
  ({ ok: false, status: 'failed', code, message, retry }) as const;

const refuse = async () => notDone('not_connected', 'Not connected.', true);
const refuseNone = async () => notDone('no_id', 'No id yet.');
/** Whatever is asked of it and not in `has` is a call that is refused. (It is no promise: `then` is nothing.) */
const quiet = <H extends object>(has: object, call: () => unknown = refuse): H =>
  new Proxy({ then: undefined, ...has }, { get: (own, name) => (name in own ? Reflect.get(own, name) : call) }) as H;

export const noField: DraftField = { value: undefined, dirty: false };
const draft = quiet<Draft<never>>({ ...still(firstDraft), field: () => noField });
const list = quiet<ListHandle<never>>(still(firstList));
const transaction: Transaction = quiet({ commit: refuse }, () => transaction);
export const idleDraft = <T extends object>(): Draft<T> => draft as unknown as Draft<T>;
export const idleRecord = <T extends object>(entityType: string, entityId: string): RecordHandle<T> =>
  quiet({ ...still(firstRecord), entityType, entityId, draft: idleDraft }, entityId ? refuse : refuseNone);
/** Of no id: it stays `loading` and does nothing. */
export const noRecord: object = idleRecord('', '');
export const idleAuth = quiet<Auth>(still(firstAuth));

export const idle = quiet<Coterie>({
  connection: still(firstConnection),
  sync: still(firstSync),
  conflicts: none,
  notifications: still(firstNotifications),
  announcements: none,
  record: idleRecord,
  list: () => list,
  watch: () => nothing,
  cancel: nothing,
  transaction: () => transaction,
});
