// What is chosen for each field of a conflict, and the decision that it makes.
import type { Conflict, Decision } from '@coterie/client';
import { getAt } from '@coterie/protocol';
import type { JsonObject, JsonValue } from '@coterie/protocol';

/** `merged`: what a policy made of both. */
export type Choice = 'theirs' | 'base' | 'yours' | 'merged' | { readonly own: string };
export type Choices = { readonly [path: string]: Choice };

/** Of a conflict, what a choice needs; a stored one of the server has it too. */
export type Sides = Pick<Conflict, 'base' | 'current' | 'yours' | 'merged' | 'fields'>;

/** What stands at a dotted path. */
export const valueAt = (data: JsonObject | null, path: string): JsonValue | undefined =>
  data ? getAt(data, path) : undefined;

/** What is typed in place of another value: of its kind where it can be, else a text. */
export function readLike(example: JsonValue | undefined, text: string): JsonValue {
  if (typeof example === 'string' || example === undefined) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Those that a person has to look at come first. */
export const pathsOf = ({ fields }: Sides): string[] =>
  Object.keys(fields).sort((a, b) => +(fields[b] === 'clash') - +(fields[a] === 'clash') || (a < b ? -1 : 1));

/** Where nothing is chosen: yours where only you changed it, both where a policy joined them, else theirs. */
export function choiceOf({ fields, merged }: Sides, choices: Choices, path: string): Choice {
  const verdict = fields[path];
  return choices[path] ?? (verdict === 'yours' ? verdict : verdict === 'combined' && merged ? 'merged' : 'theirs');
}

/** Null: it cannot be said by fields (one side has deleted the record). */
export function decisionOf(conflict: Sides, choices: Choices): Decision | null {
  const { current, base, yours, merged, fields } = conflict;
  const values: { [path: string]: JsonValue | undefined } = {};
  if (!current || !yours || !Object.keys(fields).length) return null;
  for (const path of Object.keys(fields)) {
    const choice = choiceOf(conflict, choices, path);
    if (choice === 'theirs') continue;
    if (typeof choice === 'object') values[path] = readLike(valueAt(yours, path) ?? valueAt(current, path), choice.own);
    else values[path] = valueAt({ base, yours, merged }[choice], path);
  }
  return Object.keys(values).length ? values : 'use-theirs';
}
