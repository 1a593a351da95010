// What the server says of itself: a message without `id`.
import type { DataSyncEvent, Entity, EntityKey, LockEntry, Position, PresenceEntry } from './entity.js';
import type { JsonObject, JsonValue } from './json.js';

export interface Notification {
  notificationId: number;
  /** `overwritten`, `conflictDecided`, `conflictAssigned`, `lockTaken`; a newer server may know others. */
  kind: string;
  entityType?: string;
  entityId?: string;
  version?: number;
  fields: string[];
  userId: string;
  timestamp: string;
  details?: JsonObject;
  readAt?: string;
}

export interface Announcement {
  announcementId: number;
  text: string;
  severity: 'info' | 'warning';
  userId: string;
  timestamp: string;
  ttlMs: number;
}

export interface Snapshot {
  subscription: number;
  reason: string;
  position: Position;
  /** Absent: the locks and presence alone. */
  entities?: Entity[];
  cursor?: string;
  locks: LockEntry[];
  presence: PresenceEntry[];
}

export interface PushMembers {
  event: DataSyncEvent;
  enter: Entity & { subscriptions: number[]; seq: number };
  gone: EntityKey & { subscriptions: number[]; seq: number };
  snapshot: Snapshot;
  lock: LockEntry & { state: 'acquired' | 'released' | 'expired' | 'taken' };
  presence: {
    entityType: string;
    entityId?: string;
    joins: PresenceEntry[];
    updates: PresenceEntry[];
    leaves: { sessionId: string; userId: string }[];
  };
  signal: {
    entityType: string;
    entityId?: string;
    name: string;
    data: JsonValue;
    userId: string;
    sessionId: string;
    clientId?: string;
  };
  unsubscribed: { subscription: number; code: string };
  notification: Notification;
  announcement: Announcement | { announcementId: number; withdrawn: true };
  authExpiring: { inMs: number };
  ping: { seq: number };
  goodbye: { code: number; reason: string; retryMs: [least: number, most: number] };
}
export type PushType = keyof PushMembers;
export type Push = { [K in PushType]: { type: K } & PushMembers[K] }[PushType];
