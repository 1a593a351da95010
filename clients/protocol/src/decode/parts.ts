// What several requests have in common: filters, sorts, limits, positions, and what may stand in a document.
import { isMemberName, isObject, parsePath } from '../document.js';
import type { Position } from '../entity.js';
import { parseFilter } from '../filter.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Filter } from '../operation.js';
import { Refusal, within } from '../refusal.js';
import { parseSort } from '../sort.js';
import { bad, badName, ObjectReader } from './objectReader.js';

export const MOST_DEPTH = 32;

/** The sizes that a request is held to; the server's own by default. */
export interface DecodeLimits {
  messageBytes: number;
  entityBytes: number;
  operations: number;
  subscriptions: number;
  stateBytes: number;
  pageEntities: number;
}

/** An empty filter is none. */
export function takeFilter(reader: ObjectReader, name: string): Filter | undefined {
  const value = reader.take(name);
  if (value === undefined) return undefined;
  within(name, () => parseFilter(value));
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

export function takeSort(reader: ObjectReader): string | undefined {
  const text = reader.text('sort');
  if (text !== undefined) within('sort', () => parseSort(text));
  return text || undefined;
}

/** At least 1; more than a page holds is taken as a page. */
export function takeLimit(reader: ObjectReader, limits: DecodeLimits): number | undefined {
  const limit = reader.integer('limit', 1);
  return limit === undefined ? undefined : Math.min(limit, limits.pageEntities);
}

/** What else it holds is the server's own of another day. */
export function positionOf(value: JsonObject): Position {
  return within('position', () => {
    const reader = new ObjectReader(value);
    const position: Position = { epoch: reader.neededText('epoch'), seq: reader.neededInteger('seq', 0) };
    const rights = reader.text('rights');
    return rights === undefined ? position : { ...position, rights };
  });
}

/** Null is no position. */
export function takePosition(reader: ObjectReader): Position | null | undefined {
  const value = reader.take('position');
  if (value === undefined || value === null) return value;
  if (!isObject(value)) throw bad('`position` has to be an object or null.', 'position');
  return positionOf(value);
}

/** Whether a value may stand in a document with `depth` levels left: names of members, and how deep it goes. */
export function checkValue(value: JsonValue, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw new Refusal('bad_json', `A document is at most ${MOST_DEPTH} deep.`);
  if (Array.isArray(value)) {
    value.forEach((item, i) => within(`[${i}]`, () => checkValue(item, depth - 1)));
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (!isMemberName(name))
      throw badName(
        "A member's name is not empty, holds no . and no control character and does not begin with $.",
        name,
      );
    within(name, () => checkValue(inner, depth - 1));
  }
}

/** A path whose refusal names `place`. */
export function pathAt(text: string, place: string): string[] {
  try {
    return parsePath(text);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, error.message, place) : error;
  }
}
