// An editing of one record: dirty fields, debounce, conflict.
import { useMemo, useState } from 'react';
import type {
  Draft,
  DraftOptions,
  DraftState,
  Path,
  RecordHandle,
  RecordState,
  TypeName,
  TypeOf,
  ValueAt,
} from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { handlersOf, viewOf } from './field.js';
import type { FieldView } from './field.js';
import { idleDraft, noRecord, firstDraft, firstRecord } from './idle.js';
import { useResource } from './lifetime.js';
import { useCalls, useShown, useWhole } from './observe.js';
import { useRecord } from './record.js';

type Calls<T extends object> = Pick<Draft<T>, 'set' | 'flush' | 'revert' | 'undo' | 'resolve'>;

export interface DraftView<T extends object = JsonObject> extends DraftState<T>, Calls<T> {
  /** Edits are on their way, or wait to be. */
  readonly pending: boolean;
  /** The path of the field that has the focus. */
  readonly focused: string | null;
  /** A field by its dotted path: value, what to wire to an input, lock, remote change, error. */
  field<P extends Path<T>>(path: P): FieldView<ValueAt<T, P>>;
  /** The record underneath: `loading`, `denied`, who else is there, who holds what. */
  readonly record: RecordState<T>;
  /** The editing itself, the same object while it lasts: for `useField`. */
  readonly source: Draft<T>;
}

/**
 * An editing of one record, from the mount to the unmount (which sends what waits). What is typed is shown at once
 * and sent after a pause; a change by somebody else moves the fields that are not dirty and never overwrites one that
 * is (`remoteChanged`). A stale edit is `saveState: 'conflict'` with `conflict` to decide by `resolve`.
 *
 * `options` are read when the editing begins; another `type` or `id` begins a new one. No call throws.
 *
 * @example
 * const draft = useDraft<Booking>('Booking', id, { lock: 'on-focus' });
 * const note = draft.field('note');
 * return <label>Note <input {...note.input} /> {note.locked && note.lockedBy?.name}</label>;
 */
export function useDraft<K extends TypeName>(
  type: K,
  id: string | null | undefined,
  options?: DraftOptions,
): DraftView<TypeOf<K>>;
export function useDraft<T extends object = JsonObject>(
  type: string,
  id: string | null | undefined,
  options?: DraftOptions,
): DraftView<T>;
export function useDraft<T extends object>(
  type: string,
  id: string | null | undefined,
  options: DraftOptions = {},
): DraftView<T> {
  return useDraftOf(useRecord<T>(type, id), options);
}

/** `options` null: none is wanted. */
export function useDraftOf<T extends object>(record: RecordHandle<T>, options: DraftOptions | null): DraftView<T> {
  const none = noRecord as RecordHandle<T>;
  const made = useResource<Draft<T>>(
    [record, !options],
    () => options && record.draft(options),
    (old) => old.close(),
  );
  const source = made ?? idleDraft<T>();
  const [focused, focus] = useState<string | null>(null);
  const calls: Calls<T> = useCalls(source, 'set', 'flush', 'revert', 'undo', 'resolve');
  const field = useMemo(() => {
    const known = new Map<string, ReturnType<typeof handlersOf>>();
    return (path: string) => {
      const wired = known.get(path) ?? handlersOf(source as unknown as Draft, path, focus);
      known.set(path, wired);
      return viewOf(source as unknown as Draft, path, (source as unknown as Draft).field(path), wired);
    };
  }, [source]);
  // A lock of another shows in a field without a change of the draft's own state.
  const under = useWhole<RecordState<T>>(options ? record : none, firstRecord);
  return useShown<DraftState<T>, DraftView<T>, Omit<DraftView<T>, keyof DraftState>>(
    source,
    firstDraft,
    undefined,
    ({ saveState }) => ({
      ...calls,
      source,
      field: field as unknown as DraftView<T>['field'],
      focused,
      record: under,
      pending: /dirty|saving|queued/.test(saveState),
    }),
  );
}
