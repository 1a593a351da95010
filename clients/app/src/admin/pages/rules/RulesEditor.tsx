// The rules as JSON. They are saved when the server has checked exactly this text, and rest on the version they began
// with: where somebody else was faster, the two are laid side by side.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { JsonObject } from '@coterie/protocol';
import { Button, Field, toast } from '../../../ui/index.js';
import type { RulesVersion } from '../../api/types.js';
import { useAdmin } from '../../context.js';
import { readRules, writeRules } from '../../rules/read.js';
import { Diff } from './Diff.js';
import { TryRules } from './TryRules.js';

interface RulesEditorProps {
  current: RulesVersion;
  onSaved(): void;
}

interface Checked {
  readonly text: string;
  readonly rules: JsonObject;
}

export function RulesEditor({ current, onSaved }: RulesEditorProps): ReactNode {
  const { api } = useAdmin();
  const [base, setBase] = useState(current);
  const [text, setText] = useState(() => writeRules(current.rules));
  const [error, setError] = useState('');
  const [checked, setChecked] = useState<Checked | null>(null);
  const [busy, setBusy] = useState(false);
  const dirty = text !== writeRules(base.rules);
  const moved = current.version > base.version;
  const good = checked !== null && checked.text === text;

  const begin = (from: RulesVersion) => {
    setBase(from);
    setText(writeRules(from.rules));
    setChecked(null);
    setError('');
  };
  const check = async () => {
    const read = readRules(text);
    if (!read.ok) return setError(read.message);
    setBusy(true);
    const answer = await api.checkRules({ rules: read.rules });
    setBusy(false);
    setError(answer.ok ? '' : [answer.problem.member, answer.problem.message].filter(Boolean).join(': '));
    setChecked(answer.ok ? { text, rules: read.rules } : null);
  };
  const save = async () => {
    if (!good) return;
    setBusy(true);
    const answer = await api.setRules(checked.rules, base.version);
    setBusy(false);
    if (!answer.ok) {
      setError(answer.problem.message);
      return onSaved();
    }
    toast({ title: `Version ${answer.value.version} of the rules is in force` });
    begin(answer.value);
    onSaved();
  };
  return (
    <div className="stack">
      {moved && (
        <div className="notice warning" role="alert">
          <span className="grow">
            {current.setBy || 'Somebody'} set version {current.version} meanwhile; this text rests on {base.version}.
          </span>
          <Button small onClick={() => begin(current)}>
            Take theirs
          </Button>
          <Button small onClick={() => (setBase(current), setError(''))}>
            Keep mine, on theirs
          </Button>
        </div>
      )}
      <Field label={`Rules, on version ${base.version}`} error={error}>
        {(wired) => (
          <textarea
            className="input adm-editor"
            spellCheck={false}
            wrap="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
            {...wired}
          />
        )}
      </Field>
      <div className="cluster">
        <Button onClick={() => void check()} disabled={busy}>
          Check
        </Button>
        <Button kind="primary" onClick={() => void save()} disabled={busy || !good || !dirty || moved}>
          Save and put in force
        </Button>
        <Button kind="quiet" onClick={() => begin(current)} disabled={!dirty}>
          Undo all
        </Button>
        <span className="muted small" role="status">
          {good ? 'The server finds these rules good.' : dirty ? 'To be checked before they are saved.' : ''}
        </span>
      </div>
      {(dirty || moved) && <Diff before={writeRules(current.rules)} after={text} title="What changes" />}
      {good && dirty && (
        <details className="adm-details">
          <summary>Try these rules before they are saved</summary>
          <TryRules proposed={checked.rules} />
        </details>
      )}
    </div>
  );
}
