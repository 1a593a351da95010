// One record, live.
import type { DraftOptions, PresenceState, RecordHandle, RecordState, TypeName, TypeOf } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { useDraftOf } from './draft.js';
import type { DraftView } from './draft.js';
import { firstRecord } from './idle.js';
import { useCalls, useShown } from './observe.js';
import { usePresent } from './presence.js';
import { useRecord } from './record.js';

export interface EntityOptions {
  /** Shows this session to the others at the record: true, or what it is about. With a draft, the field too. */
  presence?: boolean | PresenceState;
  /** Begins an editing of the record: `draft` of the result. */
  draft?: boolean | DraftOptions;
}

type Calls<T extends object> = Pick<RecordHandle<T>, 'update' | 'set' | 'delete' | 'restore'>;

export interface EntityView<T extends object = JsonObject> extends RecordState<T>, Calls<T> {
  /** Shown from memory or disk while not live: mark it so. */
  readonly isStale: boolean;
  /** All else that can be done with the record: locks, signals, history. */
  readonly record: RecordHandle<T>;
  /** The editing, where `options.draft` asks for one; else one that is always clean. */
  readonly draft: DraftView<T>;
}

/**
 * One record, live for as long as the component is there: its data with one's own pending edits laid over, its
 * status, who else is there, who holds which field, and the calls that change it (each ends in one typed
 * `MutationResult`; none throws).
 *
 * `id` null or undefined: nothing yet (`status` is `loading`). `data` is null while `loading`, `gone` and `denied`.
 * With a function as the third argument it gives that slice of the `RecordState` alone, and renders again only where
 * the slice changes (compared one level deep).
 *
 * @example
 * const booking = useEntity<Booking>('Booking', id, { presence: true });
 * if (!booking.data) return <p>{booking.status}</p>;
 * return <button onClick={() => booking.set({ status: 'approved' })}>{booking.data.status}</button>;
 * @example
 * const note = useEntity('Booking', id, (state: RecordState<Booking>) => state.data?.note);
 */
export function useEntity<K extends TypeName>(
  type: K,
  id: string | null | undefined,
  options?: EntityOptions,
): EntityView<TypeOf<K>>;
export function useEntity<K extends TypeName, S>(
  type: K,
  id: string | null | undefined,
  select: (state: RecordState<TypeOf<K>>) => S,
): S;
export function useEntity<T extends object = JsonObject>(
  type: string,
  id: string | null | undefined,
  options?: EntityOptions,
): EntityView<T>;
export function useEntity<T extends object, S>(
  type: string,
  id: string | null | undefined,
  select: (state: RecordState<T>) => S,
): S;
export function useEntity<T extends object, S>(
  type: string,
  id: string | null | undefined,
  third: EntityOptions | ((state: RecordState<T>) => S) = {},
): EntityView<T> | S {
  const record = useRecord<T>(type, id);
  const select = typeof third === 'function' ? third : undefined;
  const { presence, draft: wants } = third as EntityOptions;
  const draft = useDraftOf(record, wants === true ? {} : wants || null);
  const said = presence === true ? {} : presence || null;
  usePresent(record, said && (draft.focused === null ? said : { ...said, field: draft.focused }));
  const calls: Calls<T> = useCalls(record, 'update', 'set', 'delete', 'restore');
  return useShown<RecordState<T>, S, Omit<EntityView<T>, keyof RecordState>>(
    record,
    firstRecord,
    select,
    ({ status }) => ({ ...calls, record, draft, isStale: status === 'stale' }),
  );
}
