// Records that came with the page, kept live and editable.
import { useCallback, useMemo } from 'react';
import type {
  Conflict,
  Decision,
  EditOptions,
  ListState,
  MutationResult,
  Path,
  TypeName,
  TypeOf,
  ValueAt,
} from '@coterie/client';
import type { Changes, JsonObject, JsonValue } from '@coterie/protocol';
import { useConflicts } from './conflicts.js';
import { useCoterie } from './context.js';
import { idle, notDone, firstList } from './idle.js';
import { useLatest } from './lifetime.js';
import { useListHandle } from './list.js';
import { useView, useWhole } from './observe.js';

/** A record as a page holds it: its fields, and by which id it is known. */
export type Item = { id: string };

/** Some of its fields, by their dotted paths; `undefined` takes one away. */
export type ItemChanges<T> = { [P in Path<Omit<T, 'id'>>]?: ValueAt<Omit<T, 'id'>, P> | undefined };

export interface OptimisticView<T extends Item> {
  /** The items as they stand now with one's own edits laid over; those that are gone are left out. */
  readonly data: readonly T[];
  /** Of these items, those that wait for a decision. */
  readonly conflicts: readonly Conflict[];
  /** Changes these fields (by dotted path; `undefined` takes one away); shown at once, taken back where refused. */
  updateItem(id: string, changes: ItemChanges<T>, options?: EditOptions): Promise<MutationResult>;
  /** Decides a conflict: itself, its `key`, or the id of its item. */
  resolveConflict(which: Conflict | string, decision: Decision): Promise<MutationResult>;
  readonly status: ListState['status'];
  readonly isStale: boolean;
}

/**
 * Takes records that are there already (from a loader, from a server's page) and keeps them live and editable.
 *
 * `initial` is a list of `{id, ...fields}`, at most 1000; it is shown until the live records are there. Another list
 * of ids is another set of records.
 *
 * @example
 * const { data, conflicts, updateItem, resolveConflict } = useOptimisticData(bookings, 'Booking');
 * <button onClick={() => updateItem('42', { status: 'approved' })}>Approve</button>
 * <ConflictDialog conflicts={conflicts} onResolve={resolveConflict} />
 */
export function useOptimisticData<K extends TypeName>(
  initial: readonly (TypeOf<K> & Item)[],
  type: K,
): OptimisticView<TypeOf<K> & Item>;
export function useOptimisticData<T extends Item>(initial: readonly T[], type: string): OptimisticView<T>;
export function useOptimisticData<T extends Item>(initial: readonly T[], type: string): OptimisticView<T> {
  const client = useCoterie();
  const ids = initial.map((item) => item.id);
  const list = useListHandle(ids.length ? client : idle, type, {
    filter: { $id: { $in: ids } },
    pageSize: ids.length,
  });
  const state = useWhole<ListState>(list, firstList);
  const all = useConflicts(type);
  const known = useLatest(all);

  // By the ids, as the list is: what is written out anew at each render stays the same data.
  const data = useMemo(() => itemsOf(initial, state), [list, state]);
  const conflicts = useMemo(() => all.filter((one) => ids.includes(one.entityId)), [all, list]);
  const updateItem = useCallback(
    (id: string, changes: { [path: string]: unknown }, options?: EditOptions) =>
      client.record(type, id).update(changesOf(changes), options),
    [client, type],
  );
  const resolveConflict = useCallback(
    async (which: Conflict | string, decision: Decision) => {
      const found =
        typeof which === 'string' ? known.current.find((one) => one.key === which || one.entityId === which) : which;
      return found?.resolve(decision) ?? notDone('not_found', 'Decided.');
    },
    [known],
  );
  const { status } = state;
  return useView({ data, conflicts, updateItem, resolveConflict, status, isStale: status === 'stale' });
}

function itemsOf<T extends Item>(initial: readonly T[], state: ListState): readonly T[] {
  const live = new Map(state.items.map((item) => [item.entityId, item]));
  const complete = state.status === 'live' && !state.hasMore;
  return initial.flatMap((item) => {
    const now = live.get(item.id);
    if (!now) return complete ? [] : [item];
    return [{ ...(now.data as object), ...('version' in item && { version: now.version }), id: item.id } as T];
  });
}

function changesOf(changes: { [path: string]: unknown }): Changes {
  const set: JsonObject = {};
  const unset: string[] = [];
  for (const [path, value] of Object.entries(changes)) {
    if (value === undefined) unset.push(path);
    else set[path] = value as JsonValue;
  }
  return { set, ...(unset.length && { unset }) };
}
