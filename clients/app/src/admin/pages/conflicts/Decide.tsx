// One conflict against the record as it stands now: field by field, theirs or the author's.
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Badge, Button, Dialog, TextField, toast } from '../../../ui/index.js';
import type { DecisionTaken, StoredConflict } from '../../api/adminApi.js';
import { useAdmin } from '../../context.js';
import { usePolled } from '../../hooks.js';
import { Answer } from '../../ui/Answer.js';
import { FieldTable } from './FieldTable.js';
import { choicesOf, resolutionOf, type Choices } from './choices.js';

interface DecideProps {
  id: number;
  onClose(): void;
  onDone(): void;
}

export function Decide({ id, onClose, onDone }: DecideProps): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.conflict(id, signal), 10_000, [api, id]);
  return (
    <Dialog title={`Conflict ${id}`} wide onClose={onClose}>
      <Answer state={state}>
        {(conflict) => (
          <div className="stack">
            <p>{conflict.message}</p>
            <p className="muted small">
              {conflict.entityType}/{conflict.entityId}: {conflict.userId} changed version {conflict.baseVersion}; it is{' '}
              {conflict.current === null ? 'deleted' : `at version ${conflict.currentVersion}`} now.
            </p>
            <Assign conflict={conflict} onDone={() => (state.refresh(), onDone())} />
            <Decision
              key={`${conflict.currentVersion} ${conflict.state}`}
              conflict={conflict}
              again={state.refresh}
              onDone={() => (onDone(), onClose())}
            />
          </div>
        )}
      </Answer>
    </Dialog>
  );
}

function Assign({ conflict, onDone }: { conflict: StoredConflict; onDone(): void }): ReactNode {
  const { api } = useAdmin();
  const [user, setUser] = useState(conflict.assignee ?? '');
  const [error, setError] = useState('');
  if (conflict.state !== 'open') return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await api.assign(conflict.conflictId, user.trim() || null);
    setError(answer.ok ? '' : answer.problem.message);
    if (!answer.ok) return;
    toast({ title: user.trim() ? `Assigned to ${user.trim()}, who is told` : 'Assigned to nobody' });
    onDone();
  };
  return (
    <form className="adm-row" onSubmit={(event) => void submit(event)}>
      <TextField
        label="Who is to decide"
        value={user}
        onChange={(event) => setUser(event.target.value)}
        error={error}
        placeholder="nobody"
        autoCapitalize="none"
      />
      <Button type="submit" disabled={user.trim() === (conflict.assignee ?? '')}>
        Assign
      </Button>
    </form>
  );
}

interface DecisionProps {
  conflict: StoredConflict;
  again(): void;
  onDone(): void;
}

function Decision({ conflict, again, onDone }: DecisionProps): ReactNode {
  const { api } = useAdmin();
  const [choices, setChoices] = useState<Choices>(() => choicesOf(conflict));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [key] = useState(() => `decide-${conflict.conflictId}-${Math.random().toString(36).slice(2, 12)}`);
  if (conflict.state !== 'open') {
    return (
      <>
        <FieldTable conflict={conflict} choices={choices} />
        <p>
          <Badge>{conflict.state}</Badge> by {conflict.decidedBy ?? 'somebody'}
          {conflict.resolution !== undefined && `: ${String(conflict.resolution)}`}
        </p>
      </>
    );
  }
  const decide = async (resolution: DecisionTaken) => {
    setBusy(true);
    const kind = typeof resolution === 'string' ? resolution : 'fields';
    const answer = await api.decide(conflict.conflictId, resolution, conflict.currentVersion, `${key}-${kind}`);
    setBusy(false);
    if (!answer.ok) {
      setError(answer.problem.message);
      return again();
    }
    toast({ title: `Conflict ${conflict.conflictId} is decided` });
    onDone();
  };
  const ofFields = resolutionOf(conflict, choices);
  return (
    <>
      <FieldTable
        conflict={conflict}
        choices={choices}
        onChoose={(path, side) => setChoices({ ...choices, [path]: side })}
      />
      {error !== '' && (
        <p role="alert" className="adm-error">
          {error}
        </p>
      )}
      <div className="foot">
        <Button disabled={busy} onClick={() => void decide('use-theirs')}>
          Leave it as it stands
        </Button>
        <Button disabled={busy} onClick={() => void decide('use-mine')}>
          Take all of {conflict.userId}’s change
        </Button>
        <Button kind="primary" disabled={busy || ofFields === null} onClick={() => ofFields && void decide(ofFields)}>
          Save what is chosen
        </Button>
      </div>
    </>
  );
}
