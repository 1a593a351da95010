// A labelled field of an editing, that says who holds it, who has changed it meanwhile, and what was wrong.
import { useId } from 'react';
import type { ReactNode } from 'react';
import type { Draft, Path, ValueAt } from '@coterie/client';
import type { JsonValue } from '@coterie/protocol';
import { useField } from '../index.js';
import type { FieldView, InputProps } from '../index.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

export interface LockableFieldProps<T extends object, P extends Path<T> = Path<T>> extends Look {
  /** `useDraft(...)`, or its `source`: with that a memoised field renders again only where it changes. */
  draft: Draft<T> | { readonly source: Draft<T> };
  /** The dotted path of the field. */
  path: P;
  label: ReactNode;
  /** Of the input: `text` by default. */
  type?: string;
  /** Another control: gets what to spread over it, and the field. */
  children?: (
    input: InputProps & { id: string; 'aria-describedby': string },
    field: FieldView<ValueAt<T, P>>,
  ) => ReactNode;
}

/**
 * @example
 * <LockableField draft={draft} path="note" label="Note" />
 * @example
 * <LockableField draft={draft} path="status" label="Status">
 *   {(input) => <select {...input}><option>open</option><option>done</option></select>}
 * </LockableField>
 */
export function LockableField<T extends object, P extends Path<T>>(props: LockableFieldProps<T, P>): ReactNode {
  const { draft, path, label, type = 'text', children, className, texts } = props;
  const words = useTexts(texts);
  const id = useId();
  const field = useField<T, P>('source' in draft ? draft.source : draft, path);
  const input = { ...field.input, id, 'aria-describedby': `${id}-says` };
  const { lockedBy, remote, error } = field;
  const holder = lockedBy && words.lockedBy(words.person(lockedBy.userId, lockedBy.name));
  return (
    <div className={classOf('field', className)} data-locked={field.locked} data-changed={field.remoteChanged}>
      <label htmlFor={id}>{label}</label>
      {children ? (
        children(input, field)
      ) : type === 'checkbox' ? (
        <input {...input} type={type} value="on" checked={field.value === true} />
      ) : (
        <input {...input} type={type} />
      )}
      <p id={`${id}-says`} aria-live="polite">
        {error ?? holder ?? (remote && words.changedBy(words.person(remote.userId)))}
      </p>
      {remote && (
        <button type="button" onClick={field.takeTheirs}>
          {words.takeTheirs}: {words.value(remote.value as JsonValue | undefined)}
        </button>
      )}
    </div>
  );
}
