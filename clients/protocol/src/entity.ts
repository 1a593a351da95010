// One record, and what a commit did to it.
import type { JsonObject, JsonValue } from './json.js';

export interface EntityKey {
  entityType: string;
  entityId: string;
}

/** One record as the server answers it. Times are RFC 3339 in UTC with milliseconds. */
export interface Entity<T extends object = JsonObject> extends EntityKey {
  version: number;
  data: T;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';
export type Cause = 'user' | 'merge' | 'restore' | 'sync' | 'system';

/** What one commit did to one record. All events of a commit share its `seq`. */
export interface DataSyncEvent extends EntityKey {
  seq: number;
  operation: Operation;
  version: number;
  /** The whole document, of a CREATE. */
  data?: JsonObject;
  /** The new value of each path, of an UPDATE. Empty where all that changed is hidden from the reader. */
  set?: { [path: string]: JsonValue };
  unset?: string[];
  userId: string;
  sessionId?: string;
  clientId?: string;
  mutationId?: string;
  timestamp: string;
  cause: Cause;
}

/** An event as a history tells it: `old` holds the values before it (of a DELETE, the whole document). */
export interface PastEvent extends DataSyncEvent {
  old?: JsonObject;
}

/** Everything up to and including `seq`, of one epoch. Kept and sent back whole; it may grow members. */
export interface Position {
  epoch: string;
  seq: number;
  [more: string]: JsonValue | undefined;
}

export interface Holder {
  userId: string;
  name?: string;
  sessionId: string;
  clientId?: string;
}

/** A lock as a room shows it. `field` absent: the whole record. */
export interface LockEntry extends EntityKey {
  field?: string;
  holder: Holder;
  fence: number;
  ttlMs: number;
}

/** Somebody who is in a room, and what they are about there. */
export interface PresenceEntry {
  sessionId: string;
  userId: string;
  name?: string;
  colour?: string;
  initials?: string;
  clientId?: string;
  entityId?: string;
  state: JsonObject;
  since: string;
}

export interface UserProfile {
  id: string;
  name: string;
  colour?: string;
  initials?: string;
}
