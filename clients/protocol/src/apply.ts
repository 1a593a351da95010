// What an operation makes of a document, as the server does it: for showing an edit before it is confirmed.
import type { JsonObject, JsonValue } from './json.js';
import { getAt, sameValue, setAt, unsetAt } from './document.js';
import type { Changes, MutationOperation } from './operation.js';

export type Applied = { ok: true; data: JsonObject } | { ok: false; field: string; message: string };

/** What `stamp` fills in; absent: stamps are left out, for the server to make. */
export interface StampValues {
  userId: string;
  now: string;
}

/** A number as the protocol holds it, or null where it is out of range. */
function exact(number: number): number | null {
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number + 0 : null;
}

/** What a step cannot be done to. */
class Fault {
  constructor(readonly message: string) {}
}
/** From what stands there to what shall stand there; undefined: as it is. */
type Step = (now: JsonValue | undefined) => JsonValue | undefined | Fault;

const nothing = (value: JsonValue | undefined) => value === undefined || value === null;

function increased(by: number): Step {
  return (now) => {
    if (!nothing(now) && typeof now !== 'number')
      return new Fault('Only a number can be incremented; this field holds something else.');
    return (
      exact((typeof now === 'number' ? now : 0) + by) ??
      new Fault('The sum is out of range: numbers lie within plus or minus 2^53-1.')
    );
  };
}

function appended(items: readonly JsonValue[]): Step {
  return (now) => {
    if (items.length === 0) return undefined;
    if (nothing(now)) return [...items];
    return Array.isArray(now) ? [...now, ...items] : new Fault('Only a list can be appended to.');
  };
}

function removed(items: readonly JsonValue[]): Step {
  return (now) => {
    if (nothing(now)) return undefined;
    if (!Array.isArray(now)) return new Fault('Only from a list can items be removed.');
    return now.filter((old) => !items.some((item) => sameValue(item, old)));
  };
}

/** The steps of an update, in the server's order. */
function stepsOf(changes: Changes, stamps: StampValues | undefined): [path: string, step: Step][] {
  const each = <T>(of: { [path: string]: T } | undefined, step: (value: T) => Step) =>
    Object.entries(of ?? {}).map(([path, value]): [string, Step] => [path, step(value)]);
  return [
    ...each(changes.set, (value) => () => value),
    ...each(changes.increment, increased),
    ...each(changes.append, appended),
    ...each(changes.remove, removed),
    ...each(stamps && changes.stamp, (stamp) => () => (stamp === '$now' ? stamps?.now : stamps?.userId)),
  ];
}

/** The document after an update's changes. `number` is the server's alone and left as it is. */
export function applyChanges(document: JsonObject, changes: Changes, stamps?: StampValues): Applied {
  let data = document;
  for (const path of changes.unset ?? []) data = unsetAt(data, path);
  for (const [path, step] of stepsOf(changes, stamps)) {
    const value = step(getAt(data, path));
    if (value instanceof Fault) return { ok: false, field: path, message: value.message };
    if (value === undefined) continue;
    const after = setAt(data, path, value);
    if (!after)
      return {
        ok: false,
        field: path,
        message: 'The path leads through a value that is not an object; set that one as a whole.',
      };
    data = after;
  }
  return { ok: true, data };
}

/**
 * What is shown of a record under an operation that is not decided: null where there is none (deleted, or not yet
 * created). What cannot be told here (a restore, a change that does not fit) leaves it as it is.
 */
export function overlay(data: JsonObject | null, op: MutationOperation, stamps?: StampValues): JsonObject | null {
  if (op.op === 'delete') return null;
  if (op.op === 'create') {
    const made = applyChanges(op.data, op.stamp ? { stamp: op.stamp } : {}, stamps);
    return made.ok ? made.data : op.data;
  }
  if (op.op === 'restore' || data === null) return data;
  const applied = applyChanges(data, op, stamps);
  return applied.ok ? applied.data : data;
}
