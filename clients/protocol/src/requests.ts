// What a client says. Each request gets exactly one answer with its `id`.
import type { EntityKey, Position } from './entity.js';
import type { JsonObject, JsonValue } from './json.js';
import type { Filter, MutationOperation, Strategy } from './operation.js';

/** The room a subscription is for: one record, all of a type, or those that a filter lets through. */
export interface Room {
  entityType: string;
  entityId?: string;
  filter?: Filter;
}

export interface SubscriptionRequest extends Room {
  subscription: number;
  sort?: string;
  limit?: number;
  cursor?: string;
  snapshot?: boolean;
  position?: Position | null;
}

export interface Hello {
  type: 'hello';
  token?: string;
  clientId?: string;
  resume?: string;
  position?: Position;
  subscriptions?: SubscriptionRequest[];
  features?: string[];
}

export type Resolution =
  'use-mine' | 'use-theirs' | 'merge' | { set?: { [path: string]: JsonValue }; unset?: string[] };

/** Each request by its type: its members besides `id` and `type`. */
export interface RequestMembers {
  hello: Omit<Hello, 'type'>;
  subscribe: SubscriptionRequest;
  unsubscribe: { subscription: number };
  get: EntityKey & { version?: number };
  list: {
    entityType: string;
    filter?: Filter;
    search?: string;
    sort?: string;
    limit?: number;
    cursor?: string;
    page?: number;
    count?: boolean;
    data?: boolean;
    /** Taken out as a whole: asks the right to export, and is noted. */
    export?: boolean;
  };
  history: {
    entityType?: string;
    entityId?: string;
    after?: number;
    before?: number;
    userId?: string;
    since?: string;
    until?: string;
    limit?: number;
    export?: boolean;
  };
  blame: EntityKey;
  changes: { reader: string; entityType?: string; limit?: number; from?: 'now' };
  acknowledge: { reader: string; position: Position };
  readers: object;
  forgetReader: { reader: string };
  mutate: {
    mutationId: string;
    ops: MutationOperation[];
    strategy?: Strategy;
    epoch?: string;
    onConflict?: 'answer' | 'store';
  };
  lock: EntityKey & { field?: string; ttlMs?: number; steal?: boolean; fence?: number };
  unlock: EntityKey & { field?: string; fence: number };
  presence: { subscription: number; state: JsonObject | null };
  signal: { subscription: number; name: string; data: JsonValue };
  conflicts: {
    state?: 'open' | 'decided' | 'dismissed';
    entityType?: string;
    entityId?: string;
    assignee?: string;
    limit?: number;
    cursor?: string;
  };
  conflict: { conflictId: number };
  decide: { conflictId: number; mutationId: string; resolution: Resolution; baseVersion?: number };
  assign: { conflictId: number; assignee: string | null };
  notifications: { unread?: boolean; limit?: number; cursor?: string };
  markRead: { notificationIds?: number[]; upTo?: number };
  announce: { text: string; severity?: 'info' | 'warning'; ttlMs?: number };
  withdraw: { announcementId: number };
  announcements: object;
  refresh: { token: string };
  ping: object;
}

export type RequestType = keyof RequestMembers;
export type ClientRequest = { [K in RequestType]: { id: number; type: K } & RequestMembers[K] }[RequestType];
export type ClientMessage = ClientRequest | { type: 'pong' };
