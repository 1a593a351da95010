// One field of a form: what to show, what to wire to an input.
import { useMemo } from 'react';
import type { Draft, DraftField, Observable, Path, ValueAt } from '@coterie/client';
import type { Holder, JsonValue } from '@coterie/protocol';
import { noField } from './idle.js';
import { useSlice } from './observe.js';

/** As much of React's change event as is read. */
export interface InputChange {
  readonly nativeEvent: unknown;
  readonly target: object;
}

/** To be spread over an `<input>`, `<textarea>` or `<select>`. */
export interface InputProps {
  name: string;
  value: string;
  onChange(event: InputChange): void;
  onFocus(): void;
  onBlur(): void;
  readOnly: boolean;
  /** Where somebody else holds the field: a choice knows no `readOnly`. It keeps the focus, and its value. */
  'aria-disabled': true | undefined;
  'aria-invalid': true | undefined;
}

export interface FieldView<V = JsonValue> {
  readonly path: string;
  readonly value: V | undefined;
  /** Changed here and not confirmed. */
  readonly dirty: boolean;
  /** Somebody else holds it: show who, and let nobody type. */
  readonly locked: boolean;
  readonly lockedBy?: Holder;
  /** Somebody has changed it since this edit began: `remote` is what stands there now. */
  readonly remoteChanged: boolean;
  readonly remote?: { value: V | undefined; userId: string };
  readonly error?: string;
  /**
   * Takes React's event of any input, or the value itself. A choice (checkbox, radio, select) is sent at once. While
   * the field is locked it does nothing.
   */
  onChange(next: InputChange | V | undefined): void;
  onFocus(): void;
  onBlur(): void;
  /** Gives one's own value up for `remote`. */
  takeTheirs(): void;
  readonly input: InputProps;
}

type Handlers = Pick<FieldView, 'onChange' | 'onFocus' | 'onBlur'>;

const isChange = (next: unknown): next is InputChange =>
  Boolean((next as { nativeEvent?: unknown } | null | undefined)?.nativeEvent);

interface Target {
  type?: string;
  value?: string;
  checked?: boolean;
  valueAsNumber?: number;
}

function valueOf({ type = '', value = '', checked = false, valueAsNumber = NaN }: Target): JsonValue {
  if (type === 'checkbox') return checked;
  if (/number|range/.test(type)) return isNaN(valueAsNumber) ? null : valueAsNumber;
  return value;
}

export function handlersOf(draft: Draft, path: string, focused: (path: string | null) => void = () => {}): Handlers {
  return {
    onChange(next) {
      if (draft.field(path).lockedBy) return;
      if (!isChange(next)) return draft.set(path, next);
      const target: Target = next.target;
      draft.set(path, valueOf(target), { now: /box|radio|select|range/.test(target.type ?? '') });
    },
    onFocus() {
      focused(path);
      draft.focus(path);
    },
    onBlur() {
      focused(null);
      draft.blur(path);
    },
  };
}

export function viewOf(draft: Draft, path: string, field: DraftField, wired: Handlers): FieldView {
  const { value, remote, error } = field;
  const locked = Boolean(field.lockedBy);
  return {
    ...field,
    ...wired,
    path,
    locked,
    remoteChanged: Boolean(remote),
    takeTheirs: () => remote && draft.set(path, remote.value, { now: true }),
    input: {
      ...wired,
      name: path,
      value: typeof value === 'object' && value ? JSON.stringify(value) : `${value ?? ''}`,
      readOnly: locked,
      'aria-disabled': locked || undefined,
      'aria-invalid': error !== undefined || undefined,
    },
  };
}

/**
 * One field of an editing, for a component of its own: it renders again only where this field changes.
 * `draft` is `useDraft(...).source`, which stays the same object.
 *
 * @example
 * const Note = memo(function Note({ source }: { source: Draft }) {
 *   const note = useField(source, 'note');
 *   return <input {...note.input} aria-label="Note" />;
 * });
 */
export function useField<T extends object, P extends Path<T>>(draft: Draft<T>, path: P): FieldView<ValueAt<T, P>>;
export function useField(draft: Draft, path: string): FieldView {
  const source = useMemo<Observable<DraftField> & { wired: Handlers }>(
    () => ({
      get: () => draft.field(path),
      subscribe: (listener) => draft.subscribe(listener),
      wired: handlersOf(draft, path),
    }),
    [draft, path],
  );
  // As text: the client may make the same field anew each time it is asked.
  const text = useSlice<DraftField, string>(source, noField, JSON.stringify);
  return useMemo(() => viewOf(draft, path, JSON.parse(text) as DraftField, source.wired), [draft, path, text, source]);
}
