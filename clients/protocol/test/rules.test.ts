// Filters, sorts, changes, merges and their settling, by the golden vectors.
import { describe, expect, it } from 'vitest';
import {
  applyChange,
  compareBy,
  merge,
  parseFilter,
  parseSort,
  Refusal,
  settle,
  type ClashPolicies,
  type Entity,
  type JsonObject,
  type JsonValue,
} from '../src/index.js';
import { vectors } from './vectors.js';

interface Refused {
  error?: { code: string; member?: string };
}

function entity(data: JsonObject, meta: Partial<Entity> & { id?: string } = {}): Entity {
  const { id = 'x', ...rest } = meta;
  const time = '2026-11-23T04:00:00.000Z';
  return {
    entityType: 'T',
    entityId: id,
    version: 1,
    data,
    createdAt: time,
    createdBy: 'u',
    updatedAt: time,
    updatedBy: 'u',
    ...rest,
  };
}

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function expectRefused(work: () => unknown, error: { code: string; member?: string }): void {
  const refusal = refusalOf(work);
  expect(refusal.code).toBe(error.code);
  if (error.member !== undefined) expect(refusal.member).toBe(error.member);
}

describe('Filters let through what the vectors let through', () => {
  type Case = Refused & { filter: JsonValue; document?: JsonObject; meta?: Partial<Entity>; matches?: boolean };
  it.each(vectors<Case>('filter'))('$name', ({ filter, document = {}, meta, matches, error }) => {
    if (error) expectRefused(() => parseFilter(filter), error);
    else expect(parseFilter(filter)(entity(document, meta))).toBe(matches);
  });
});

describe('Sorts order as the vectors do', () => {
  type Case = Refused & { sort: string; records?: { id: string; data: JsonObject }[] };
  it.each(vectors<Case>('sort'))('$name', ({ sort, records = [], error }) => {
    if (error) return expectRefused(() => parseSort(sort), error);
    const compare = compareBy(parseSort(sort));
    const entities = records.map(({ id, data }) => entity(data, { id }));
    const ids = [...entities]
      .reverse()
      .sort(compare)
      .map((one) => one.entityId);
    expect(ids).toEqual(records.map(({ id }) => id));
    for (const [i, a] of entities.entries())
      for (const [j, b] of entities.entries()) expect(Math.sign(compare(a, b))).toBe(Math.sign(i - j));
  });
});

describe('Changes lead from one document to the other as the vectors do', () => {
  type Case = { before: JsonObject; set: JsonObject; unset: string[]; after?: JsonObject; error?: string };
  it.each(vectors<Case>('apply'))('$name', ({ before, set, unset, after, error }) => {
    const untouched = JSON.stringify(before);
    const result = applyChange(before, { set, unset });
    expect(JSON.stringify(before)).toBe(untouched);
    if (error) expect(result).toBeNull();
    else expect(JSON.stringify(sorted(result))).toBe(JSON.stringify(sorted(after)));
  });
});

describe('Merges give the verdicts of the vectors', () => {
  type Case = {
    base: JsonObject;
    current: JsonObject;
    yours: JsonObject;
    fields: JsonObject;
    merged: JsonObject;
    policies: ClashPolicies;
  };
  const check = (result: ReturnType<typeof merge>, { fields, merged }: Case) => {
    expect(result.fields).toEqual(fields);
    expect(result.merged).toEqual(merged);
    expect(result.clashes).toBe(Object.values(fields).includes('clash'));
    const takenFromThem = Object.entries(fields).filter(
      ([, verdict]) => verdict === 'theirs' || verdict === 'combined',
    );
    expect(takenFromThem.map(([path]) => path)).toEqual(expect.arrayContaining(result.theirs));
  };
  it.each(vectors<Case>('merge'))('merge: $name', (one) => check(merge(one.base, one.current, one.yours), one));
  it.each(vectors<Case>('merge'))('settled by no policy: $name', (one) =>
    check(settle(one.base, one.current, one.yours), one),
  );
  it.each(vectors<Case>('settle'))('settle: $name', (one) =>
    check(settle(one.base, one.current, one.yours, one.policies), one),
  );
});

/** The value with its members in one order, `__proto__` among them (which toEqual does not look at). */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
