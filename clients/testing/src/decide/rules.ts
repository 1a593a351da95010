// What stands in the way of an operation besides its base: locks, guards, the rules of its type; and the numbers of
// sequences, which are a record's own for life.
import { getAt, parseFilter, sameValue, setAt, contentText, type JsonObject, type JsonValue } from '@coterie/protocol';
import { pathsOf } from '@coterie/protocol/decode';
import { keyOf, type Head } from '../model.js';
import type { HeldLock } from '../locks.js';
import { counterOf, numberText } from './numberFormat.js';
import { guardOf, reject, type Scope } from './scope.js';

// ---- locks ----

function isHeldBy(lock: HeldLock, { author, op }: Scope): boolean {
  if (author.sessionId !== undefined && lock.holder.sessionId === author.sessionId) return true;
  return lock.holder.userId === author.userId && (op.fences ?? []).includes(lock.fence);
}

export function checkLocks(scope: Scope, head: Head): void {
  const { op, locks, author } = scope;
  for (const fence of op.fences ?? []) {
    if (locks.find(fence)?.holder.userId === author.userId) continue;
    throw reject(
      scope,
      'fenced',
      `The lock with fence ${fence} is not yours any more. Take it again, look at the record, and send a new mutation.`,
    );
  }
  const places = op.op === 'update' ? pathsOf(op) : [undefined];
  for (const place of places) {
    for (const lock of locks.on(head.entity, place)) {
      if (!isHeldBy(lock, scope)) throw locked(scope, lock, place);
      scope.used.push(lock.fence);
    }
  }
}

function locked(scope: Scope, lock: HeldLock, changed: string | undefined) {
  const who = lock.holder.name || lock.holder.userId;
  const field = changed ?? lock.field;
  return reject(
    scope,
    'locked',
    `${who} holds a lock on ${lock.field ?? 'this record'}; try again when it is released.`,
    { ...(field === undefined ? {} : { field }), holder: lock.holder, retry: true },
  );
}

// ---- guards ----

export function passesGuard(scope: Scope, head: Head): boolean {
  const guard = guardOf(scope.op);
  return !guard || parseFilter(guard)(head.entity);
}

export function guardFailed(scope: Scope, head: Head) {
  const guard = guardOf(scope.op);
  return reject(scope, 'guard_failed', 'The record does not meet the guard of the operation.', {
    ...(head.deleted ? {} : { current: head.entity }),
    ...(guard ? { guard } : {}),
  });
}

// ---- the rules of a type ----

/** Held to by every create, update and restore, after the change. */
export function checkRules(scope: Scope, before: Head, after: Head): void {
  if (after.deleted) return;
  const { check, unique = [] } = scope.rules;
  const fault = check?.(after.entity.data);
  const old = scope.op.op === 'create' || before.deleted ? null : check?.(before.entity.data);
  // What was wrong before may stay until somebody mends it.
  if (fault && !(old && old.field === fault.field && old.message === fault.message))
    throw reject(scope, 'invalid', fault.message, { field: fault.field });
  for (const rule of unique) checkUnique(scope, after, typeof rule === 'string' ? [rule] : rule);
}

function valueOf(fields: readonly string[], data: JsonObject): string | null {
  const values = fields.map((field) => getAt(data, field) ?? null);
  return values.includes(null) ? null : contentText(values);
}

function checkUnique(scope: Scope, after: Head, fields: readonly string[]): void {
  const value = valueOf(fields, after.entity.data);
  if (value === null) return;
  const key = keyOf(after.entity);
  for (const other of scope.draft.live(after.entity.entityType)) {
    if (keyOf(other.entity) === key || valueOf(fields, other.entity.data) !== value) continue;
    const [field = ''] = fields;
    const message = `Another record has this value already: ${fields.join(' and ')} must be unique.`;
    throw reject(scope, 'unique', message, { field });
  }
}

// ---- numbers ----

const isEmpty = (value: JsonValue | undefined) => value === undefined || value === null || value === '';

function put(scope: Scope, data: JsonObject, field: string, value: JsonValue): JsonObject {
  const after = setAt(data, field, value);
  if (!after)
    throw reject(scope, 'invalid', 'The path of the number leads through a value that is not an object.', { field });
  return after;
}

/** Draws the numbers that an operation asks for; the record keeps them for life. */
export function fillNumbers(scope: Scope, head: Head, data: JsonObject): { data: JsonObject; drawn: Head['numbers'] } {
  const { op } = scope;
  let filled = data;
  const drawn: { [path: string]: string } = {};
  for (const [field, sequence] of Object.entries(('number' in op ? op.number : undefined) ?? {})) {
    const now = getAt(filled, field);
    const own = head.numbers[field];
    if (op.op === 'create' && own !== undefined && own === now) {
      drawn[field] = own;
      continue;
    }
    if (!isEmpty(now))
      throw reject(scope, 'invalid', 'A number goes into an empty field only; this one has a value.', { field });
    const number = scope.draft.nextNumber(counterOf(scope.sequences, sequence, scope.now));
    drawn[field] = numberText(scope.sequences, sequence, scope.now, number);
    filled = put(scope, filled, field, drawn[field]);
  }
  return { data: filled, drawn };
}

export function putBackNumbers(scope: Scope, head: Head, data: JsonObject): JsonObject {
  let filled = data;
  for (const [field, number] of Object.entries(head.numbers))
    if (isEmpty(getAt(filled, field))) filled = put(scope, filled, field, number);
  return filled;
}

export function checkNumbers(scope: Scope, numbers: Head['numbers'], data: JsonObject): void {
  for (const [field, number] of Object.entries(numbers))
    if (!sameValue(getAt(data, field), number))
      throw reject(scope, 'invalid', "This field holds the record's number; it is read-only.", { field });
}
