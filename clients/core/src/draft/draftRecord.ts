// What a draft needs of its record and of the client around it.
import type { DataSyncEvent, Holder, UpdateOperation } from '@coterie/protocol';
import type { Conflict } from '../api/outcome.js';
import type { LockResult, Shown } from '../api/records.js';
import type { Base } from '../base/base.js';
import type { Submitted } from '../queue/admission.js';
import type { Confirmed } from './edits.js';

/** A draft that is looked at, or holds something that is not safe yet. */
export interface ActiveDraft {
  /** Of its record. */
  readonly key: string;
  readonly isDirty: boolean;
  touch(event?: DataSyncEvent): void;
  /** The page may go: what waits goes into the queue now. */
  hurry(): void;
}

export interface DraftRecord {
  readonly key: string;
  readonly base: Base;
  readonly isConnected: boolean;
  shown(): Shown | null;
  confirmed(): Confirmed | null;
  shownVersion(): number | undefined;
  lockedBy(path: string): Holder | null;
  lock(field: string): Promise<LockResult>;
  /** Of this record, resting on that version. */
  operation(baseVersion: number): UpdateOperation;
  submit(op: UpdateOperation): Submitted;
  written(): Promise<void>;
  conflict(key: string): Conflict | null;
  onConflicts(listener: () => void): () => void;
  /** The record is kept live, and the draft told of its changes. */
  enter(draft: ActiveDraft): void;
  leave(draft: ActiveDraft): void;
}
