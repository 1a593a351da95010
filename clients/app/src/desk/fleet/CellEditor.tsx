// One cell while it is edited: a draft that holds the field, saves after a pause, and at once with Enter.
import { useDraft, usePresence } from '@coterie/react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { readNumber } from '../shared/numbers.js';
import { report } from '../shared/outcome.js';
import { titled } from '../shared/records.js';
import type { Vehicle } from '../shared/records.js';
import { useAsked, useRecord } from '../shared/useRecord.js';
import type { Column } from './columns.js';

interface CellEditorProps {
  id: string;
  column: Column;
  value: unknown;
  /** `move`: where to go from here. */
  onDone(move: 'down' | 'right' | 'stay'): void;
}

export function CellEditor({ id, column, value, onDone }: CellEditorProps): ReactNode {
  const { field, kind, rule, choices } = column;
  const draft = useDraft<Vehicle>('Vehicle', id, { lock: 'on-focus' });
  const { source } = draft;
  usePresence('Vehicle', id, { state: { field } });
  useAsked(useRecord('Vehicle', id));
  const [text, setText] = useState(value === null || value === undefined ? '' : String(value));
  const [wrong, setError] = useState('');
  const holder = draft.field(field).lockedBy;
  const error = holder ? `${holder.name ?? holder.userId} has taken this over.` : wrong;
  const done = useRef(false);
  const input = useRef<HTMLInputElement & HTMLSelectElement>(null);

  useEffect(() => {
    source.focus(field);
    return () => source.blur(field);
  }, [source, field]);
  useEffect(() => {
    input.current?.focus();
    if (input.current instanceof HTMLInputElement) input.current.select();
  }, []);

  const change = (typed: string) => {
    setText(typed);
    if (kind !== 'number') return draft.set(field, typed);
    const read = readNumber(typed, rule);
    setError(read.ok ? '' : read.error);
    if (read.ok) draft.set(field, read.value);
  };
  const finish = (move: 'down' | 'right' | 'stay') => {
    if (done.current || wrong) return;
    done.current = true;
    void source.flush().then((result) => report(titled(field), result));
    onDone(move);
  };
  const cancel = () => {
    done.current = true;
    draft.revert();
    onDone('stay');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape') cancel();
    else if (event.key === 'Enter') finish('down');
    else if (event.key === 'Tab' && !event.shiftKey) finish('right');
    else return;
    event.preventDefault();
  };
  const wired = {
    ref: input,
    className: 'cell-input',
    'aria-label': titled(field),
    'aria-invalid': error ? (true as const) : undefined,
    onKeyDown,
    onBlur: () => (wrong ? cancel() : finish('stay')),
  };
  return (
    <>
      {kind === 'choice' ? (
        <select
          {...wired}
          value={text}
          onChange={(event) => (setText(event.target.value), draft.set(field, event.target.value, { now: true }))}
        >
          {choices?.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...wired}
          value={text}
          inputMode={kind === 'number' ? 'decimal' : undefined}
          maxLength={500}
          onChange={(event) => change(event.target.value)}
        />
      )}
      {error && (
        <span className="cell-error" role="alert">
          {error}
        </span>
      )}
    </>
  );
}
