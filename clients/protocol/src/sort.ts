// Sorts: `"-dueDate,name"`. The id decides at the end, always ascending, so that every order is total.
import type { JsonValue } from './json.js';
import { metaLook, pathLook, type FilterRecord, type Look } from './filter.js';
import { compareText, compareValues } from './order.js';
import { Refusal } from './refusal.js';

const MOST_KEYS = 8;

export interface SortKey {
  /** The path or the metadata, without its `-`. */
  readonly name: string;
  readonly look: Look;
  readonly descending: boolean;
}

/** The place of one record in a sort: the values of its keys, then its id. */
export interface SortPlace {
  readonly values: readonly (JsonValue | undefined)[];
  readonly id: string;
}

/** `""` is the sort by id alone. Throws a Refusal. */
export function parseSort(text: string): SortKey[] {
  if (text === '') return [];
  const keys: SortKey[] = [];
  for (const part of text.split(',')) {
    if (keys.length === MOST_KEYS) throw new Refusal('too_large', `A sort names at most ${MOST_KEYS} fields.`);
    const key = parseKey(part);
    if (keys.some((other) => other.name === key.name))
      throw new Refusal('bad_request', 'A sort names each field once.');
    keys.push(key);
  }
  return keys;
}

function parseKey(part: string): SortKey {
  const descending = part[0] === '-';
  const name = descending ? part.slice(1) : part;
  if (name === '') throw new Refusal('bad_request', 'A sort is a list of fields, like "-dueDate,name".');
  const look = name[0] === '$' ? metaLook(name) : pathLook(name);
  if (!look)
    throw new Refusal(
      'bad_request',
      `\`${name}\` cannot be sorted by; known are $id, $version, $createdAt, $createdBy, $updatedAt, $updatedBy.`,
    );
  return { name, look, descending };
}

export function placeOf(keys: readonly SortKey[], record: FilterRecord): SortPlace {
  return { values: keys.map((key) => key.look(record)), id: record.entityId };
}

/** Negative: `a` stands before `b`. */
export function comparePlaces(keys: readonly SortKey[], a: SortPlace, b: SortPlace): number {
  for (const [i, key] of keys.entries()) {
    const order = compareValues(a.values[i], b.values[i]);
    if (order !== 0) return key.descending ? -order : order;
  }
  return compareText(a.id, b.id);
}

/** For `Array.sort`. */
export function compareBy(keys: readonly SortKey[]): (a: FilterRecord, b: FilterRecord) => number {
  return (a, b) => comparePlaces(keys, placeOf(keys, a), placeOf(keys, b));
}
