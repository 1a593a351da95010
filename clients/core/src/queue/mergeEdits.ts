// Two edits of one record that are both still here become one: the later value of each field, under the first id.
import { isObject, overlaps, setAt, type JsonValue, type UpdateOperation } from '@coterie/protocol';
import { given } from '../base/given.js';
import type { QueuedMutation } from '../persist/persistence.js';

type Edit = Pick<QueuedMutation, 'ops' | 'strategy' | 'onConflict' | 'decides'>;

/** The operation of a plain edit: one record, values set and unset, nothing else that could fail. */
function plain(edit: Edit): UpdateOperation | null {
  const [op, more] = edit.ops;
  if (!op || more || op.op !== 'update' || edit.decides !== undefined) return null;
  const known = ['op', 'entityType', 'entityId', 'baseVersion', 'set', 'unset', 'strategy'];
  return Object.keys(op).every((name) => known.includes(name)) ? op : null;
}

/** Null: they stay two. */
export function mergeEdits(first: Edit, second: Edit): UpdateOperation | null {
  const a = plain(first);
  const b = plain(second);
  if (!a || !b || first.strategy !== second.strategy || first.onConflict !== second.onConflict) return null;
  const same = (['entityType', 'entityId', 'baseVersion', 'strategy'] as const).every((name) => a[name] === b[name]);
  return same && a.entityId !== undefined ? join(a, b) : null;
}

function join(a: UpdateOperation, b: UpdateOperation): UpdateOperation | null {
  const set = new Map(Object.entries(a.set ?? {}));
  const unset = new Set(a.unset);
  const changes: [string, JsonValue | undefined][] = [
    ...(b.unset ?? []).map((path): [string, undefined] => [path, undefined]),
    ...Object.entries(b.set ?? {}),
  ];
  for (const [path, value] of changes) {
    const above = [...set.keys(), ...unset].find(
      (other) => path !== other && overlaps(path, other) && path.length > other.length,
    );
    if (above !== undefined) {
      // Within a value that the first edit set as a whole.
      const whole = set.get(above);
      const below = isObject(whole) && value !== undefined ? setAt(whole, path.slice(above.length + 1), value) : null;
      if (!below) return null;
      set.set(above, below);
      continue;
    }
    for (const other of [...set.keys()]) if (overlaps(path, other)) set.delete(other);
    for (const other of [...unset]) if (overlaps(path, other)) unset.delete(other);
    if (value === undefined) unset.add(path);
    else set.set(path, value);
  }
  return given({
    ...a,
    set: set.size > 0 ? Object.fromEntries(set) : undefined,
    unset: unset.size > 0 ? [...unset] : undefined,
  });
}
