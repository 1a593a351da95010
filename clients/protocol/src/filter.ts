// Filters: `{"status": "good", "quantity": {"$gte": 5}}`, parsed once, then asked of each record. The answers are the
// server's, exactly: absent equals null, other types never compare, texts go by code point, $ne, $nin and $not are
// exact complements.
import type { JsonObject, JsonValue } from './json.js';
import { getAt, isObject, parsePath } from './document.js';
import type { Entity } from './entity.js';
import { compareValues } from './order.js';
import { Refusal, within } from './refusal.js';

/** What a filter or a sort looks at. */
export type FilterRecord = Pick<
  Entity,
  'entityId' | 'version' | 'data' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
>;
export type Matches = (record: FilterRecord) => boolean;
/** What stands in a record under a name. */
export type Look = (record: FilterRecord) => JsonValue | undefined;
type Compare = (found: JsonValue | undefined, operand: JsonValue) => boolean;

const MOST_DEPTH = 8;
const MOST_TERMS = 64;
const MOST_ITEMS = 1000;

const META: { [name: string]: Look } = {
  $id: (record) => record.entityId,
  $version: (record) => record.version,
  $createdAt: (record) => record.createdAt,
  $createdBy: (record) => record.createdBy,
  $updatedAt: (record) => record.updatedAt,
  $updatedBy: (record) => record.updatedBy,
};

const equal: Compare = (found, operand) => (found ?? null) === operand;
const among: Compare = (found, list) => Array.isArray(list) && list.some((item) => equal(found, item));

function ordered(holds: (order: number) => boolean): Compare {
  return (found, operand) =>
    typeof found === typeof operand &&
    (typeof found === 'number' || typeof found === 'string') &&
    holds(compareValues(found, operand));
}

const COMPARISONS: { [name: string]: Compare } = {
  $eq: equal,
  $ne: (found, operand) => !equal(found, operand),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: among,
  $nin: (found, list) => !among(found, list),
  $exists: (found, wanted) => (found !== undefined) === wanted,
  $contains: (found, operand) =>
    typeof found === 'string'
      ? typeof operand === 'string' && found.includes(operand)
      : Array.isArray(found) && found.some((item) => item === operand),
  $startsWith: (found, operand) =>
    typeof found === 'string' && typeof operand === 'string' && found.startsWith(operand),
};

function bad(message: string): Refusal {
  return new Refusal('bad_request', message);
}

/** The metadata of that name (`$id`, `$version`, ...), or undefined. */
export function metaLook(name: string): Look | undefined {
  return Object.hasOwn(META, name) ? META[name] : undefined;
}

export function pathLook(path: string): Look {
  const steps = parsePath(path);
  return (record) => getAt(record.data, steps);
}

/** Throws a Refusal that names the member at fault. */
export function parseFilter(filter: JsonValue): Matches {
  if (!isObject(filter)) throw bad('A filter is an object.');
  return parseObject(filter, 1, { terms: 0 });
}

/** Terms are counted over the whole filter: its cost has a bound. */
interface Count {
  terms: number;
}

function countTerm(count: Count): void {
  if (++count.terms > MOST_TERMS) throw new Refusal('too_large', `A filter holds at most ${MOST_TERMS} terms.`);
}

function every(all: readonly Matches[]): Matches {
  const [first] = all;
  return all.length === 1 && first ? first : (record) => all.every((matches) => matches(record));
}

function parseObject(filter: JsonObject, depth: number, count: Count): Matches {
  if (depth > MOST_DEPTH) throw new Refusal('too_large', `A filter is at most ${MOST_DEPTH} deep.`);
  const all = Object.entries(filter).map(([name, value]) => within(name, () => parseMember(name, value, depth, count)));
  if (all.length === 0 && depth > 1) countTerm(count);
  return every(all);
}

function parseMember(name: string, value: JsonValue, depth: number, count: Count): Matches {
  if (name[0] !== '$') return parseOperators(pathLook(name), value, count);
  if (name === '$and' || name === '$or') {
    const list = parseList(value, depth + 1, count);
    if (list.length === 0) countTerm(count);
    return name === '$and' ? every(list) : (record) => list.some((matches) => matches(record));
  }
  if (name === '$not') {
    if (!isObject(value)) throw bad('$not takes one filter, as an object.');
    const matches = parseObject(value, depth + 1, count);
    return (record) => !matches(record);
  }
  const look = metaLook(name);
  if (look) return parseOperators(look, value, count);
  throw bad(`\`${name}\` is not known here; known are $and, $or, $not, ${Object.keys(META).join(', ')}.`);
}

function parseList(value: JsonValue, depth: number, count: Count): Matches[] {
  if (!Array.isArray(value)) throw bad('A list of filters is needed here.');
  return value.map((item, i) =>
    within(`[${i}]`, () => {
      if (!isObject(item)) throw bad('A list of filters is needed here.');
      return parseObject(item, depth, count);
    }),
  );
}

function parseOperators(look: Look, value: JsonValue, count: Count): Matches {
  if (Array.isArray(value)) throw bad('A list is compared by $in, or item by item by $contains.');
  if (!isObject(value)) return parseTerm(look, '$eq', value, count);
  const operators = Object.entries(value);
  if (operators.length === 0) throw bad(`An operator is missing; known are ${Object.keys(COMPARISONS).join(', ')}.`);
  return every(operators.map(([name, operand]) => within(name, () => parseTerm(look, name, operand, count))));
}

function parseTerm(look: Look, name: string, operand: JsonValue, count: Count): Matches {
  const compare = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (!compare) throw bad(`\`${name}\` is no operator; known are ${Object.keys(COMPARISONS).join(', ')}.`);
  countTerm(count);
  const scalar = (item: JsonValue) => typeof item !== 'object' || item === null;
  if (name === '$in' || name === '$nin') {
    if (!Array.isArray(operand)) throw bad('A list of scalars is needed here.');
    if (operand.length > MOST_ITEMS) throw new Refusal('too_large', `A list holds at most ${MOST_ITEMS} items.`);
    if (!operand.every(scalar)) throw bad('A list of scalars is needed here.');
  } else if (name === '$exists') {
    if (typeof operand !== 'boolean') throw bad('$exists takes true or false.');
  } else if (!scalar(operand)) {
    throw bad('A text, a number, true, false or null is needed here.');
  }
  return (record) => compare(look(record), operand);
}
