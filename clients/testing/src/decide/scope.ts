// What deciding an operation needs, and how it ends other than well: by throwing a Refused, whose answer names why.
import type {
  ConflictAnswer,
  Entity,
  JsonObject,
  MutationOperation,
  Rejected,
  RejectionCode,
  RequestMembers,
} from '@coterie/protocol';
import { keyOf, type Author, type Head, type Logged, type TypeRules } from '../model.js';
import type { NumberFormats } from './numberFormat.js';
import type { Draft } from '../store.js';
import type { Locks } from '../locks.js';

export type Refusing = ({ type: 'rejected' } & Rejected) | ({ type: 'conflict' } & ConflictAnswer);

export class Refused extends Error {
  constructor(readonly answer: Refusing) {
    super(answer.message);
  }
}

/** What somebody may do: absent, all. */
export interface Access {
  reads(entity: Entity): boolean;
  writes(entity: Entity, action: MutationOperation['op']): boolean;
}

/** Those whose changes an edit wrote over. */
export interface Overwritten {
  userId: string;
  entityType: string;
  entityId: string;
  version: number;
  fields: string[];
}

export interface Scope {
  mutation: RequestMembers['mutate'];
  op: MutationOperation;
  index: number;
  author: Author;
  /** ms since the epoch. */
  now: number;
  epoch: string;
  rules: TypeRules;
  sequences: NumberFormats;
  access: Access | null;
  draft: Draft;
  locks: Locks;
  newId: () => string;
  /** Locks that this edit renews. */
  used: number[];
  overwritten: Overwritten[];
}

export function reject(
  scope: Scope,
  code: RejectionCode,
  message: string,
  more: Partial<Pick<Rejected, 'field' | 'current' | 'guard' | 'holder'>> & { retry?: boolean } = {},
): Refused {
  const { mutationId } = scope.mutation;
  return new Refused({ type: 'rejected', mutationId, opIndex: scope.index, code, message, retry: false, ...more });
}

export function guardOf(op: MutationOperation): JsonObject | undefined {
  return 'guard' in op ? op.guard : undefined;
}

export function baseOf(op: MutationOperation): number | undefined {
  return 'baseVersion' in op ? op.baseVersion : undefined;
}

/** The next version of a record: who and when. A CREATE begins it anew. */
export function stepped(scope: Scope, head: Head, data: JsonObject, operation: 'CREATE' | 'UPDATE' | 'DELETE'): Head {
  const at = new Date(scope.now).toISOString();
  const by = scope.author.userId;
  const begun = operation === 'CREATE' ? { createdAt: at, createdBy: by } : {};
  const version = head.entity.version + 1;
  return {
    ...head,
    entity: { ...head.entity, ...begun, version, data, updatedAt: at, updatedBy: by },
    deleted: operation === 'DELETE',
  };
}

export function loggedEvent(
  scope: Scope,
  before: Head,
  after: Head,
  what: Pick<Logged['event'], 'operation' | 'cause'> & Partial<Logged['event']>,
  old: Logged['old'],
): Logged {
  const { entityType, entityId, version } = after.entity;
  const { userId, sessionId, clientId } = scope.author;
  return {
    event: {
      seq: scope.draft.seq,
      entityType,
      entityId,
      version,
      userId,
      ...(sessionId ? { sessionId } : {}),
      ...(clientId ? { clientId } : {}),
      mutationId: scope.mutation.mutationId,
      timestamp: new Date(scope.now).toISOString(),
      ...what,
    },
    old,
    before: before.deleted || before.entity.version === 0 ? null : before.entity,
    after: after.deleted ? null : after.entity,
  };
}

/** The record an operation names, as it stands in this mutation. */
export function findTarget(scope: Scope, mayBeDeleted = false): Head {
  const { op } = scope;
  const key = keyOf({ entityType: op.entityType, entityId: op.entityId ?? '' });
  if (scope.draft.touched(key))
    throw reject(scope, 'invalid', 'A mutation may hold one operation for each record; this is a second.');
  const head = scope.draft.head(key);
  const asksForMore = head?.deleted && (mayBeDeleted || baseOf(op) !== undefined);
  if (!head || (head.deleted && !asksForMore)) throw reject(scope, 'not_found', 'There is no such record.');
  if (!head.deleted) checkSeen(scope, head);
  return head;
}

/** What one may not read is not there; what one may not write is forbidden. */
export function checkSeen(scope: Scope, head: Head): void {
  if (!scope.access) return;
  if (!scope.access.reads(head.entity)) throw reject(scope, 'not_found', 'There is no such record.');
  checkMay(scope, head);
}

function checkMay(scope: Scope, head: Head): void {
  if (scope.access && !scope.access.writes(head.entity, scope.op.op))
    throw reject(scope, 'forbidden', `You may not ${scope.op.op} this record.`);
}

/** Nothing is moved out of one's rights. */
export function checkMayBecome(scope: Scope, head: Head): void {
  if (scope.access && !scope.access.writes(head.entity, scope.op.op))
    throw reject(
      scope,
      'forbidden',
      `You may not ${scope.op.op} a record to be like this: it would leave what you may do.`,
    );
}
