// What the administrators' routes answer, as docs/accounts.md and the server's OpenAPI document describe it.
import type { Filter, JsonObject, LockEntry, PastEvent } from '@coterie/protocol';

export interface RoomShown {
  entityType: string;
  entityId?: string;
  filter?: Filter;
}

export interface ConnectionShown {
  sessionId: string;
  userId: string;
  name: string;
  clientId?: string;
  transport: 'websocket' | 'sse';
  address: string;
  userAgent: string;
  connectedAt: string;
  /** How far its stream is: the number of the last commit it was sent. */
  seq: number;
  /** Not catching up. */
  live: boolean;
  queuedBytes: number;
  inFlight: number;
  rooms: RoomShown[];
}

export interface CountedRoom extends RoomShown {
  sessions: number;
}

export interface UserShown {
  id: string;
  name: string;
  colour: string;
  initials: string;
  roles: string[];
  version: number;
  disabled: boolean;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
  lastLoginAt?: string;
}

export interface UserVersion extends UserShown {
  change: string;
}

export interface UserChange {
  name?: string;
  colour?: string;
  initials?: string;
  roles?: string[];
  disabled?: boolean;
  password?: string;
}

/** What a user is signed in with. */
export interface SignInShown {
  id: string;
  userId: string;
  address: string;
  userAgent: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  isActive: boolean;
  current: boolean;
}

export interface ActivityEntry {
  kind: string;
  number: number;
  timestamp: string;
  userId: string;
  subject?: string;
  detail?: string;
  address: string;
  userAgent: string;
  /** SHA-256 of this row and the one before. */
  hash: string;
}

export type ChangeEntry = PastEvent & { kind: 'change' };

export interface LimitHit {
  limit: string;
  hits: number;
  lastAt: string;
}

export interface LimitHits {
  limits: LimitHit[];
  users: (LimitHit & { userId: string })[];
  total: number;
}

export interface RulesHeading {
  version: number;
  origin: string;
  setBy: string;
  setAt: string;
  /** There are none: everyone who is signed in may everything. */
  none: boolean;
}

export interface RulesVersion extends RulesHeading {
  rules: JsonObject;
  /** Something else than the configuration file says. */
  overridesFile?: boolean;
}

export type Allowed = 'no' | 'yes' | 'where';

export interface RulesVerdict {
  userId: string;
  roles: string[];
  version?: number;
  checks: {
    entityType: string;
    actions: { action: string; allowed: Allowed; why: string }[];
    fields: { field: string; access: 'hidden' | 'readOnly'; why: string }[];
  }[];
}

export interface RulesQuestion {
  rules?: JsonObject;
  userId?: string;
  roles?: string[];
  entityTypes?: string[];
  actions?: string[];
  entity?: JsonObject;
}

export interface Configuration {
  host?: string;
  port?: number;
  dev?: boolean;
  allowedOrigins?: string[];
  limits?: { [name: string]: number };
  auth?: JsonObject;
  types?: string[];
  [more: string]: unknown;
}

export type LocksPage = { locks: LockEntry[]; total: number };
