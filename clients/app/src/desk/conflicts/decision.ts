// A conflict field by field: whose value stands in each, and what is then written.
import type { Decision } from '@coterie/client';
import type { JsonObject, JsonValue, Verdict } from '@coterie/protocol';

export type Side = 'mine' | 'theirs';
export interface Sides {
  readonly base: JsonObject | null;
  readonly current: JsonObject | null;
  readonly yours: JsonObject | null;
  readonly merged: JsonObject | null;
  readonly fields: { [path: string]: Verdict };
}
export type Choices = { readonly [path: string]: Side };

/** Members of members: `address.city`. */
export function valueAt(document: JsonObject | null, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document ?? undefined;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Those that a person has to look at come first. */
export function pathsOf({ fields }: Sides): string[] {
  const rank = (path: string) => (fields[path] === 'clash' ? 0 : 1);
  return Object.keys(fields).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Only the two sides that differ are a choice. */
export const isChoice = (verdict: Verdict | undefined): boolean => verdict === 'clash' || verdict === 'yours';

/** What only I changed stays mine; where both did, theirs stand until I say otherwise. */
export function firstChoices({ fields }: Sides): Choices {
  return Object.fromEntries(
    Object.entries(fields).map(([path, verdict]) => [path, verdict === 'yours' ? 'mine' : 'theirs']),
  );
}

/** The paths that get my value; all the others stay theirs. */
export function decisionOf(sides: Sides, choices: Choices): Decision {
  const mine = Object.keys(sides.fields).filter((path) => isChoice(sides.fields[path]) && choices[path] === 'mine');
  if (mine.length === 0) return 'use-theirs';
  return Object.fromEntries(mine.map((path) => [path, valueAt(sides.yours, path)]));
}
