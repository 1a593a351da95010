// A document (`data`) and the dotted paths into it: through objects only, a list is named as a whole. Nothing here
// changes what it is given; results share what is unchanged, so that a screen can tell by identity what to draw anew.
// `__proto__` is a name like any other: members are looked up and put as own ones, never assigned.
import type { JsonObject, JsonValue } from './json.js';
import { Refusal } from './refusal.js';

const MOST_STEPS = 32;

/** Names of members: not empty, no `.`, no control character, no `$` in front. */
export function isMemberName(text: string): boolean {
  return text !== '' && text[0] !== '$' && !/[.\u0000-\u001f\u007f-\u009f]/.test(text);
}

/** The steps of a path. Throws a Refusal: `bad_name`, or `too_large` where it is too long. */
export function parsePath(text: string): string[] {
  const steps = text.split('.');
  steps.forEach((step, i) => {
    if (!isMemberName(step))
      throw new Refusal(
        'bad_name',
        "A field path is made of member names with dots between them: none empty, no control character, none that begins with '$'.",
      );
    if (i === MOST_STEPS) throw new Refusal('too_large', `A field path has at most ${MOST_STEPS} steps.`);
  });
  return steps;
}

/** Whether the one path is the other, or a parent of it: such two never stand side by side in a change. */
export function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name, or undefined. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object with one member put in place; the others keep their order. */
export function withMember(object: JsonObject, name: string, value: JsonValue): JsonObject {
  const copy = { ...object };
  putMember(copy, name, value);
  return copy;
}

/** Puts a member into an object that nobody else holds yet. */
export function putMember(object: JsonObject, name: string, value: JsonValue): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

/** What stands at a path; undefined where nothing does, or where the way leads through anything but objects. */
export function getAt(document: JsonObject, path: string | readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const step of stepsOf(path)) {
    if (!isObject(value)) return undefined;
    value = member(value, step);
  }
  return value;
}

/** The document with `value` at the path, missing parents made; null where the way leads through no object. */
export function setAt(
  document: JsonObject,
  path: string | readonly string[],
  value: JsonValue,
  from = 0,
): JsonObject | null {
  const steps = stepsOf(path);
  const step = steps[from] ?? '';
  if (from + 1 === steps.length) return withMember(document, step, value);
  const next = member(document, step) ?? {};
  if (member(document, step) === null || !isObject(next)) return null;
  const below = setAt(next, steps, value, from + 1);
  return below && withMember(document, step, below);
}

/** The document without what stands at the path; the very same one where nothing does. Parents stay. */
export function unsetAt(document: JsonObject, path: string | readonly string[], from = 0): JsonObject {
  const steps = stepsOf(path);
  const step = steps[from] ?? '';
  const next = member(document, step);
  if (from + 1 < steps.length) {
    if (!isObject(next)) return document;
    const below = unsetAt(next, steps, from + 1);
    return below === next ? document : withMember(document, step, below);
  }
  if (next === undefined) return document;
  const copy = { ...document };
  delete copy[step];
  return copy;
}

/** Equality of documents: the order of members does not count, that of items does. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
}

/** One text for all values that are the same, for sets of them and for "the same content as before". */
export function contentText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(contentText).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const object = value;
  const members = Object.keys(object).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${contentText(object[name] ?? null)}`).join()}}`;
}

function stepsOf(path: string | readonly string[]): readonly string[] {
  return typeof path === 'string' ? path.split('.') : path;
}
