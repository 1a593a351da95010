// What the server answers. `error`: not decided, nothing kept. `committed`, `conflict`, `rejected`: decided.
import type {
  Entity,
  EntityKey,
  Holder,
  LockEntry,
  PastEvent,
  Position,
  PresenceEntry,
  UserProfile,
} from './entity.js';
import type { JsonObject } from './json.js';
import type { Filter, MutationOperation } from './operation.js';
import type { Announcement, Notification } from './pushes.js';
import type { Resolution } from './requests.js';

export interface Limits {
  messageBytes: number;
  bodyBytes: number;
  entityBytes: number;
  transactionBytes: number;
  operations: number;
  subscriptions: number;
  inFlight: number;
  locks: number;
  stateBytes: number;
  pageEntities: number;
  pageBytes: number;
  answers: { ageMs: number; count: number };
  resume: { ageMs: number; count: number };
  conflicts: number;
  notifications: number;
  announcements: number;
  /** Absent: no rate. */
  messages?: { perSecond: number; burst: number };
}

export interface SubscriptionStatus {
  subscription: number;
  status: 'recovered' | 'resync' | 'new' | 'refused';
  reason?: string;
}

export interface Welcome {
  sessionId: string;
  resume: string;
  user: UserProfile;
  position: Position;
  heartbeatMs: number;
  limits: Limits;
  tokenExpiresInMs?: number;
  features: string[];
  subscriptions?: SubscriptionStatus[];
}

export interface Subscribed {
  subscription: number;
  position: Position;
  entities: Entity[];
  cursor?: string;
  locks: LockEntry[];
  presence: PresenceEntry[];
}

/** A word of the protocol's error table, such as `rate_limited`; a newer server may know others. */
export interface ErrorAnswer {
  code: string;
  message: string;
  member?: string;
  /** Whether the very same request may succeed later. */
  retry: boolean;
  retryAfterMs?: number;
  details?: JsonObject;
}

export interface OperationResult extends EntityKey {
  version: number;
  /** The numbers of sequences that were drawn, as texts (`INV-2026-0007`). */
  numbers?: { [path: string]: string };
  merged?: string[];
  entity?: Entity;
}

export interface Committed {
  mutationId: string;
  conflictId?: number;
  seq: number;
  results: OperationResult[];
}

export type Verdict = 'yours' | 'theirs' | 'same' | 'clash' | 'combined';
export interface ChangedBy {
  version: number;
  userId: string;
  timestamp: string;
}

/** A stale edit: nothing was changed; this is all that is needed to decide. */
export interface ConflictAnswer extends EntityKey {
  mutationId: string;
  conflictId?: number;
  notStored?: 'limit' | 'too_large';
  opIndex: number;
  message: string;
  baseVersion: number;
  currentVersion: number;
  base: JsonObject | null;
  baseUnavailable?: boolean;
  current: JsonObject | null;
  yours: JsonObject | null;
  fields: { [path: string]: Verdict };
  merged: JsonObject | null;
  changedBy: ChangedBy[];
}

export type RejectionCode =
  | 'guard_failed'
  | 'locked'
  | 'fenced'
  | 'exists'
  | 'not_found'
  | 'forbidden'
  | 'invalid'
  | 'unique'
  | 'mutation_reused'
  | 'mutation_expired'
  | 'decided';

/** Decided, and nothing was changed. */
export interface Rejected {
  mutationId: string;
  opIndex: number;
  code: RejectionCode;
  message: string;
  field?: string;
  current?: Entity;
  guard?: Filter;
  holder?: Holder;
  retry: boolean;
}

export interface ConflictEntry extends EntityKey {
  conflictId: number;
  state: 'open' | 'decided' | 'dismissed';
  op: MutationOperation['op'];
  userId: string;
  storedAt: string;
  assignee?: string;
  mutationId: string;
  baseVersion: number;
  fields: { [path: string]: Verdict };
  resolution?: Resolution | 'resent';
  decidedBy?: string;
  decidedAt?: string;
  version?: number;
}

/** A program that is told every change under this name, and how far it has come. */
export interface NamedReader {
  reader: string;
  /** Acknowledged. */
  position: Position;
  lag: { events: number; ms: number };
  resync?: 'epoch' | 'trimmed';
  createdAt: string;
  /** To the minute. */
  seenAt: string;
}

/** The members of each answer besides `id` and `type`. */
export interface AnswerMembers {
  welcome: Welcome;
  subscribed: Subscribed;
  unsubscribed: { subscription: number };
  entity: Entity & { position: Position };
  entities: {
    /** Where `data: false` was asked for, each is `entityType`, `entityId` and `version` alone. */
    entities: Entity[];
    position: Position;
    cursor?: string;
    total?: number;
    pageCount?: number;
    searchLag?: number;
  };
  events: { events: PastEvent[]; next?: number };
  blame: EntityKey & {
    version: number;
    fields: { [path: string]: { version: number; userId: string; timestamp: string; cause: string } };
    unknown: string[];
  };
  changes: {
    reader: string;
    events: PastEvent[];
    position: Position;
    lag: { events: number; ms: number };
    resync?: 'epoch' | 'trimmed';
  };
  readers: { readers: NamedReader[] };
  committed: Committed;
  conflict: ConflictAnswer;
  rejected: Rejected;
  locked: { fence: number; ttlMs: number };
  denied: { holder: Holder; field?: string; ttlMs: number };
  unlocked: object;
  ok: { unread?: number };
  conflicts: { conflicts: ConflictEntry[]; cursor?: string; open: number };
  storedConflict: ConflictEntry & ConflictAnswer & { ops: MutationOperation[] };
  assigned: { conflictId: number; assignee: string | null };
  notifications: { notifications: Notification[]; cursor?: string; unread: number };
  announced: { announcementId: number; ttlMs: number };
  withdrawn: { announcementId: number };
  announcements: { announcements: Announcement[] };
  refreshed: { tokenExpiresInMs?: number };
  pong: { seq: number };
  error: ErrorAnswer;
}
export type AnswerType = keyof AnswerMembers;
export type Answer = { [K in AnswerType]: { id: number; type: K } & AnswerMembers[K] }[AnswerType];
