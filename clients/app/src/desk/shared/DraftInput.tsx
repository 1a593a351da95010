// A labelled field of a draft: saved by itself, held while it is edited, marked when somebody else changed it.
import type { JsonValue } from '@coterie/protocol';
import type { DraftView } from '@coterie/react';
import { Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Field } from '../../ui/index.js';
import { LockedDialog } from './LockedDialog.js';
import { readNumber } from './numbers.js';
import type { NumberRule } from './numbers.js';
import { Name } from './people.js';
import { shown, titled } from './records.js';

interface DraftInputProps {
  draft: DraftView<never>;
  type: string;
  id: string;
  path: string;
  kind?: 'text' | 'long' | 'date' | 'number' | 'choice';
  rule?: NumberRule;
  choices?: readonly string[];
}

export function DraftInput({ draft, type, id, path, kind = 'text', rule, choices }: DraftInputProps): ReactNode {
  const field = draft.field(path);
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState<{ text: string; error?: string } | null>(null);
  const value = field.value === undefined || field.value === null ? '' : String(field.value);
  useEffect(() => setTyped(null), [value]);

  const change = (text: string) => {
    if (kind !== 'number') return draft.set(path, text, kind === 'choice' || kind === 'date' ? { now: true } : {});
    const read = readNumber(text, rule);
    setTyped(read.ok ? { text } : { text, error: read.error });
    if (read.ok) draft.set(path, read.value as JsonValue);
  };
  const common = {
    className: 'input',
    name: path,
    value: typed?.text ?? value,
    onFocus: field.onFocus,
    onBlur: () => {
      if (!typed?.error) setTyped(null);
      field.onBlur();
    },
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  const hint = field.remoteChanged && field.remote && (
    <span className="cluster">
      <Name of={field.remote.userId} /> made it {shown(field.remote.value)}.
      <Button small onClick={field.takeTheirs}>
        Take it
      </Button>
    </span>
  );
  const label = (
    <>
      {titled(path)}
      {field.locked && (
        <button type="button" className="badge warning held" onClick={() => setAsking(true)}>
          <Lock size={11} /> {field.lockedBy?.name ?? field.lockedBy?.userId}
        </button>
      )}
      {field.dirty && <span className="muted"> · not saved yet</span>}
    </>
  );
  return (
    <>
      <Field label={label} hint={hint} error={typed?.error ?? field.error}>
        {(wired) =>
          kind === 'choice' ? (
            <select {...common} {...wired} disabled={field.locked}>
              {choices?.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : kind === 'long' ? (
            <textarea {...common} {...wired} readOnly={field.locked} maxLength={500} />
          ) : (
            <input
              {...common}
              {...wired}
              readOnly={field.locked}
              type={kind === 'date' ? 'date' : 'text'}
              inputMode={kind === 'number' ? 'decimal' : undefined}
            />
          )
        }
      </Field>
      {asking && field.lockedBy && (
        <LockedDialog
          type={type}
          id={id}
          field={path}
          holder={field.lockedBy}
          onClose={() => setAsking(false)}
          onTaken={() => setAsking(false)}
        />
      )}
    </>
  );
}
