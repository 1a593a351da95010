// What the fake server knows: records and what happened to them, who asks, and what is configured of a type.
import type {
  ClashPolicies,
  DataSyncEvent,
  Entity,
  EntityKey,
  JsonObject,
  JsonValue,
  PastEvent,
  Strategy,
} from '@coterie/protocol';

/** Who asks. Without a session: over HTTP, or by the test itself. */
export interface Author {
  userId: string;
  name?: string;
  colour?: string;
  initials?: string;
  roles: readonly string[];
  sessionId?: string;
  clientId?: string;
}

/** What is configured of a type. */
export interface TypeRules {
  /** Of stale edits that name none; `reject` by default. */
  strategy?: Strategy;
  /** That may be named; all by default. `reject` always may. */
  strategies?: readonly Strategy[];
  /** What becomes of two changes of one field: path to policy. */
  fields?: ClashPolicies;
  /** One field, or several together. */
  unique?: readonly (string | readonly string[])[];
  /** In place of a schema: what is wrong with a document. */
  check?: (data: JsonObject) => { field: string; message: string } | null;
  /** The fields that `search` looks at. */
  search?: readonly string[];
}

/** A record as it stands; a deleted one is kept for its version and its numbers. */
export interface Head {
  readonly entity: Entity;
  readonly deleted: boolean;
  readonly numbers: { readonly [path: string]: string };
}

/** One entry of the log, with the record before and after. */
export interface Logged {
  readonly event: DataSyncEvent;
  readonly old: { [path: string]: JsonValue };
  readonly before: Entity | null;
  readonly after: Entity | null;
}

export function keyOf(key: EntityKey): string {
  return `${key.entityType} ${key.entityId}`;
}

export function pastEvent(logged: Logged): PastEvent {
  const { operation } = logged.event;
  return operation === 'CREATE' ? logged.event : { ...logged.event, old: logged.old };
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
