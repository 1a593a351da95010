// What an edit did to a document: paths set, paths unset. The form of events, of merges and of the history.
import type { JsonObject, JsonValue } from './json.js';
import { getAt, isObject, member, putMember, sameValue, setAt, unsetAt } from './document.js';

export interface Change {
  set: { [path: string]: JsonValue };
  unset: string[];
}

/**
 * The document after an event's `set` and `unset`, or null where a way leads through anything but an object: then it
 * is another document than the change was made for.
 */
export function applyChange(document: JsonObject, change: Partial<Change>): JsonObject | null {
  let after: JsonObject | null = document;
  for (const path of change.unset ?? []) after = unsetAt(after, path);
  for (const [path, value] of Object.entries(change.set ?? {})) {
    after = setAt(after, path, value);
    if (!after) return null;
  }
  return after;
}

/**
 * The smallest change that leads from one document to the other: members are compared through objects, lists as a
 * whole. A missing object that appears is set as a whole.
 */
export function difference(before: JsonObject, after: JsonObject): Change {
  const change: Change = { set: {}, unset: [] };
  collect('', before, after, change);
  return change;
}

function collect(at: string, before: JsonObject, after: JsonObject, change: Change): void {
  for (const [name, old] of Object.entries(before)) {
    const now = member(after, name);
    if (isObject(old) && isObject(now)) collect(`${at}${name}.`, old, now, change);
    else if (now === undefined) change.unset.push(at + name);
    else if (!sameValue(old, now)) putMember(change.set, at + name, now);
  }
  for (const [name, now] of Object.entries(after))
    if (!Object.hasOwn(before, name)) putMember(change.set, at + name, now);
}

/** The paths of a change. */
export function changedPaths(change: Partial<Change>): string[] {
  return [...Object.keys(change.set ?? {}), ...(change.unset ?? [])];
}

/** What stood at the paths of a change before it; absent ones left out. */
export function oldValues(before: JsonObject, change: Partial<Change>): { [path: string]: JsonValue } {
  const old: { [path: string]: JsonValue } = {};
  for (const path of changedPaths(change)) {
    const value = getAt(before, path);
    if (value !== undefined) putMember(old, path, value);
  }
  return old;
}
