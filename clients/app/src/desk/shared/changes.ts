// Which cells somebody else has changed lately: found by comparing what a list shows with what it showed before.
import type { Shown } from '@coterie/client';
import { useEffect, useRef, useState } from 'react';

export interface CellChange {
  readonly by: string;
  readonly at: string;
  /** Another one for each change: what restarts the flash. */
  readonly turn: number;
}
export type CellChanges = ReadonlyMap<string, CellChange>;

const most = 400;
export const cellKey = (entityId: string, field: string): string => `${entityId} ${field}`;

/** The cells of `after` that are not as in `before`; what `me` changed, here or in another window, is none. */
export function remoteChanges<T extends object>(
  before: ReadonlyMap<string, Shown<T>>,
  after: readonly Shown<T>[],
  me?: string,
): { entity: Shown<T>; fields: string[] }[] {
  const found: { entity: Shown<T>; fields: string[] }[] = [];
  for (const entity of after) {
    const old = before.get(entity.entityId);
    if (!old || old === entity || entity.version <= old.version || entity.pending) continue;
    if (me !== undefined && entity.updatedBy === me) continue;
    const was = old.data as Record<string, unknown>;
    const is = entity.data as Record<string, unknown>;
    const fields = Object.keys({ ...was, ...is }).filter(
      (field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]),
    );
    if (fields.length) found.push({ entity, fields });
  }
  return found;
}

export function useCellChanges<T extends object>(items: readonly Shown<T>[], me: string | undefined): CellChanges {
  const before = useRef<ReadonlyMap<string, Shown<T>>>(new Map());
  const turn = useRef(0);
  const [changes, setChanges] = useState<CellChanges>(new Map());
  useEffect(() => {
    const found = remoteChanges(before.current, items, me);
    before.current = new Map(items.map((item) => [item.entityId, item]));
    if (!found.length) return;
    setChanges((old) => {
      const next = new Map(old);
      for (const { entity, fields } of found) {
        for (const field of fields) {
          const key = cellKey(entity.entityId, field);
          next.delete(key);
          next.set(key, { by: entity.updatedBy, at: entity.updatedAt, turn: ++turn.current });
        }
      }
      for (const key of next.keys()) {
        if (next.size <= most) break;
        next.delete(key);
      }
      return next;
    });
  }, [items, me]);
  return changes;
}
