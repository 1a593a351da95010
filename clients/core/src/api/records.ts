// One record and lists of them, as an application sees them: confirmed state and pending edits together.
import type {
  Entity,
  Filter,
  JsonObject,
  JsonValue,
  LockEntry,
  PastEvent,
  PresenceEntry,
  PushMembers,
  Strategy,
} from '@coterie/protocol';
import type { Observable } from './observable.js';
import type { Conflict, Decision, MutationResult, Result } from './outcome.js';
import type { ChangesTo, Fields, Path, PresenceState, ValueAt } from './register.js';

/** `stale`: shown from memory or disk, not live now. `denied` and `gone` carry no data. */
export type RecordStatus = 'loading' | 'live' | 'stale' | 'gone' | 'denied' | 'error';

export interface LastChange {
  readonly userId: string;
  readonly fields: readonly string[];
  readonly at: string;
}

/** Somebody who is there, and what they say of it. */
export interface Present extends Omit<PresenceEntry, 'state'> {
  state: PresenceState;
}

/** What is shown of one record. */
export interface Shown<T extends object = JsonObject> extends Entity<T> {
  /** Whether edits of this client that are not confirmed yet are laid over it. */
  readonly pending: boolean;
}

export interface RecordState<T extends object = JsonObject> {
  readonly status: RecordStatus;
  readonly entity: Shown<T> | null;
  readonly data: T | null;
  /** Of the confirmed state; 0: none. */
  readonly version: number;
  readonly lastChange: LastChange | null;
  readonly locks: readonly LockEntry[];
  /** Who else is there (this session left out). */
  readonly others: readonly Present[];
  readonly message?: string;
}

export interface EditOptions {
  strategy?: Strategy;
  guard?: Filter;
  /** Says for itself what it rests on; by default the version that is shown, else what stands when the server is asked. */
  baseVersion?: number;
  onConflict?: 'answer' | 'store';
}

export interface RecordHandle<T extends object = JsonObject> extends Observable<RecordState<T>> {
  readonly entityType: string;
  readonly entityId: string;
  update(changes: ChangesTo<T>, options?: EditOptions): Promise<MutationResult>;
  /** `set` of these paths. */
  set(fields: Fields<T>, options?: EditOptions): Promise<MutationResult>;
  delete(options?: EditOptions): Promise<MutationResult>;
  restore(toVersion: number, options?: EditOptions): Promise<MutationResult>;
  draft(options?: DraftOptions): Draft<T>;
  lock(field?: Path<T>, options?: { steal?: boolean; ttlMs?: number }): Promise<LockResult>;
  /** Says to the others what this session is about here; null: not here any more. */
  present(state: PresenceState | null): void;
  signal(name: string, data: JsonValue): Promise<Result<object>>;
  /** What the others in this record's room signal, while somebody listens to the record. */
  onSignal(listener: (signal: Signal) => void): () => void;
  history(options?: { before?: number; limit?: number }): Promise<Result<{ events: PastEvent[]; next?: number }>>;
  at(version: number): Promise<Result<{ entity: Entity<T> }>>;
}

/** A word from somebody who is in the room: not stored, in no order with changes. */
export type Signal = PushMembers['signal'];

export type LockResult =
  | { ok: true; lock: HeldLock }
  | { ok: false; status: 'denied'; holder: LockEntry['holder']; field?: string; ttlMs: number }
  | { ok: false; status: 'failed'; code: string; message: string; retry: boolean };

/** Renewed by itself while it is held; `lost` when it has ended otherwise than by `release`. */
export interface HeldLock extends Observable<'held' | 'lost' | 'released'> {
  readonly fence: number;
  readonly field?: string;
  release(): Promise<void>;
}

// ---- editing ----

export interface DraftOptions {
  /** Wait after the last keystroke, ms; 1000 by default. 0: at once. */
  debounceMs?: number;
  /** At the latest after so long, ms; 5000 by default. */
  maxWaitMs?: number;
  strategy?: Strategy;
  /** Take a lock of each field that is edited: on focus, given back on blur. */
  lock?: 'on-focus' | 'none';
}

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'queued' | 'conflict' | 'rejected';

export interface DraftField<V = JsonValue> {
  readonly value: V | undefined;
  /** Changed here and not confirmed. */
  readonly dirty: boolean;
  /** Somebody has changed it since this edit began; the value that stands at the server now. */
  readonly remote?: { value: V | undefined; userId: string };
  readonly lockedBy?: LockEntry['holder'];
  readonly error?: string;
}

export interface DraftState<T extends object = JsonObject> {
  /** The record with one's own edits; fields that are not dirty follow the others' changes. */
  readonly value: T | null;
  readonly dirty: readonly string[];
  readonly saveState: SaveState;
  readonly conflict: Conflict | null;
  readonly message?: string;
}

/** An editing of one record: dirty fields, debounce, conflict. A remote change never overwrites a dirty field. */
export interface Draft<T extends object = JsonObject> extends Observable<DraftState<T>> {
  field<P extends Path<T>>(path: P): DraftField<ValueAt<T, P>>;
  /** `now`: a choice, not typing: sent at once. */
  set<P extends Path<T>>(path: P, value: ValueAt<T, P> | undefined, options?: { now?: boolean }): void;
  focus(path: Path<T>): void;
  blur(path: Path<T>): void;
  /** Sends what waits; ends when it is decided, or in the queue. */
  flush(): Promise<MutationResult | null>;
  /** Takes back what is not sent. */
  revert(): void;
  /** Back to before the last edit that was saved here. */
  undo(): Promise<MutationResult | null>;
  resolve(decision: Decision): Promise<MutationResult>;
  /** Flushes and ends. */
  close(): void;
}

// ---- lists ----

export interface ListOptions {
  filter?: Filter;
  /** `"-dueDate,name"`. */
  sort?: string;
  /** By words; such a list is asked for, not live, and asked again when its type changes. */
  search?: string;
  /** 50 by default. */
  pageSize?: number;
  /** Records that come in above the first one shown are counted in `newAbove`, and shown by `showNew`. */
  hold?: boolean;
}

export interface ListState<T extends object = JsonObject> {
  readonly status: 'loading' | 'live' | 'stale' | 'denied' | 'error';
  readonly items: readonly Shown<T>[];
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  /** Records that have come in above what is shown, where `hold` is on. */
  readonly newAbove: number;
  /** A hint, where it was counted. */
  readonly total?: number;
  readonly locks: readonly LockEntry[];
  readonly presence: readonly Present[];
  readonly message?: string;
}

export interface ListHandle<T extends object = JsonObject> extends Observable<ListState<T>> {
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  count(): Promise<Result<{ total: number }>>;
  /** Shows what was held back above. */
  showNew(): void;
}
