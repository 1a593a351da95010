// What is chosen for each field of a conflict, and the decision that it makes.
import type { Conflict, Decision } from '@coterie/client';
import type { JsonObject, JsonValue } from '@coterie/protocol';

export type Choice = 'theirs' | 'base' | 'yours' | { readonly own: string };
export type Choices = { readonly [path: string]: Choice };

/** What stands at a dotted path. */
export function valueAt(data: JsonObject | null, path: string): JsonValue | undefined {
  let at: JsonValue | undefined = data ?? undefined;
  for (const name of path.split('.'))
    at = typeof at === 'object' && at !== null && !Array.isArray(at) ? at[name] : undefined;
  return at;
}

/** What is typed in place of another value: of its kind where it can be, else a text. */
export function readLike(example: JsonValue | undefined, text: string): JsonValue {
  if (typeof example === 'string' || example === undefined) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Where nothing is chosen: yours where only you changed it, else theirs. */
export const choiceOf = (conflict: Conflict, choices: Choices, path: string): Choice =>
  choices[path] ?? (conflict.fields[path] === 'yours' ? 'yours' : 'theirs');

export function decisionOf(conflict: Conflict, choices: Choices): Decision {
  const values: { [path: string]: JsonValue | undefined } = {};
  for (const path of Object.keys(conflict.fields)) {
    const choice = choiceOf(conflict, choices, path);
    if (choice === 'theirs') continue;
    if (typeof choice === 'object') values[path] = readLike(valueAt(conflict.yours, path), choice.own);
    else values[path] = valueAt(choice === 'base' ? conflict.base : conflict.yours, path);
  }
  return Object.keys(values).length ? values : 'use-theirs';
}
