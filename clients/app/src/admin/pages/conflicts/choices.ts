// Which side is taken, field by field, and what that comes to as a decision.
import type { JsonObject, JsonValue } from '@coterie/protocol';
import type { DecisionTaken, StoredConflict } from '../../api/adminApi.js';

export type Side = 'current' | 'yours';
export type Choices = { readonly [path: string]: Side };

/** The value at a path of a document; undefined: there is none. */
export function valueAt(document: JsonObject | null, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document ?? undefined;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** What was changed by its author alone is taken; what clashes stays as it stands until somebody chooses. */
export function choicesOf(conflict: Pick<StoredConflict, 'fields'>): Choices {
  return Object.fromEntries(
    Object.entries(conflict.fields).map(([path, verdict]) => [path, verdict === 'yours' ? 'yours' : 'current']),
  );
}

/** Null: this cannot be said by fields (the record is deleted, or the edit deletes it). */
export function resolutionOf(
  conflict: Pick<StoredConflict, 'fields' | 'current' | 'yours'>,
  choices: Choices,
): DecisionTaken | null {
  if (conflict.current === null || conflict.yours === null || Object.keys(conflict.fields).length === 0) return null;
  const taken = Object.keys(conflict.fields).filter((path) => choices[path] === 'yours');
  if (taken.length === 0) return 'use-theirs';
  const set: { [path: string]: JsonValue } = {};
  const unset: string[] = [];
  for (const path of taken) {
    const value = valueAt(conflict.yours, path);
    if (value === undefined) unset.push(path);
    else set[path] = value;
  }
  return {
    ...(Object.keys(set).length > 0 ? { set } : {}),
    ...(unset.length > 0 ? { unset } : {}),
  };
}
