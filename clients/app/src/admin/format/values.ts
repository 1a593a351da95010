// A value of a record on one line.
import type { JsonValue, PastEvent } from '@coterie/protocol';

export const longestText = 80;

export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return '(nothing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '(empty)';
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}

export interface FieldChange {
  readonly path: string;
  readonly old: JsonValue | undefined;
  readonly now: JsonValue | undefined;
}

/** What an event did, field by field: the old value and the new one. */
export function fieldChanges(event: PastEvent): FieldChange[] {
  const old = event.old ?? {};
  if (event.operation === 'CREATE') {
    return Object.entries(event.data ?? {}).map(([path, now]) => ({ path, old: undefined, now }));
  }
  if (event.operation === 'DELETE') {
    return Object.entries(old).map(([path, value]) => ({ path, old: value, now: undefined }));
  }
  const set = Object.entries(event.set ?? {}).map(([path, now]) => ({ path, old: old[path], now }));
  const unset = (event.unset ?? []).map((path) => ({ path, old: old[path], now: undefined }));
  return [...set, ...unset];
}
