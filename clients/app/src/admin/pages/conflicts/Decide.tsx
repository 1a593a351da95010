// One conflict of the inbox: who is to decide it, and field by field, theirs or the author's.
import { ConflictDialog } from '@coterie/react/components';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { asConflict } from '../../../conflicts/stored.js';
import { Button, Dialog, TextField, toast } from '../../../ui/index.js';
import type { DecisionTaken, StoredConflict } from '../../api/adminApi.js';
import { useAdmin } from '../../context.js';
import { shown } from '../../format/values.js';
import { usePolled } from '../../hooks.js';
import { Answer } from '../../ui/Answer.js';
import { Decided } from './Decided.js';

interface DecideProps {
  id: number;
  onClose(): void;
  onDone(): void;
}

export function Decide({ id, onClose, onDone }: DecideProps): ReactNode {
  const { api } = useAdmin();
  const state = usePolled((signal) => api.conflict(id, signal), 10_000, [api, id]);
  const conflict = state.value;
  if (conflict?.state === 'open')
    return <Open conflict={conflict} again={state.refresh} onClose={onClose} onDone={onDone} />;
  return (
    <Dialog title={`Conflict ${id}`} wide onClose={onClose}>
      <Answer state={state}>{(one) => <Decided conflict={one} />}</Answer>
    </Dialog>
  );
}

interface OpenProps extends Omit<DecideProps, 'id'> {
  conflict: StoredConflict;
  again(): void;
}

function Open({ conflict, again, onClose, onDone }: OpenProps): ReactNode {
  const { api } = useAdmin();
  const { conflictId, userId, current } = conflict;
  // The same decision sent twice is one.
  const [key] = useState(() => `decide-${conflictId}-${Math.random().toString(36).slice(2, 12)}`);
  const decide = async (resolution: DecisionTaken) => {
    const kind = typeof resolution === 'string' ? resolution : 'fields';
    const answer = await api.decide(conflictId, resolution, conflict.currentVersion, `${key}-${kind}`);
    if (!answer.ok) {
      again();
      const { message } = answer.problem;
      return { ok: false, status: 'failed', code: 'refused', message, retry: false } as const;
    }
    toast({ title: `Conflict ${conflictId} is decided` });
    onDone();
    onClose();
    return { ...answer.value, ok: true, status: 'committed' } as const;
  };
  return (
    <ConflictDialog
      conflicts={[asConflict(conflict, decide)]}
      title={() => `Conflict ${conflictId}`}
      open
      onClose={onClose}
      texts={{
        ...words,
        conflictBy: () => conflict.message,
        yours: `As ${userId} wants it`,
        useMine: `Take all of ${userId}’s change`,
      }}
    >
      <p className="muted small">
        {conflict.entityType}/{conflict.entityId}: {userId} changed version {conflict.baseVersion}; it is{' '}
        {current === null ? 'deleted' : `at version ${conflict.currentVersion}`} now.
      </p>
      <Assign conflict={conflict} onDone={() => (again(), onDone())} />
    </ConflictDialog>
  );
}

/** Whoever decides here is neither of the two. */
const words = {
  theirs: 'As it stands',
  useTheirs: 'Leave it as it stands',
  apply: 'Save what is chosen',
  field: (path: string) => path,
  value: shown,
  refused: (result: object) => ('message' in result ? String(result.message) : ''),
  verdict: {
    clash: 'clash',
    yours: 'the author alone',
    theirs: 'others alone',
    same: 'both made it the same',
    combined: 'both together',
  },
};

function Assign({ conflict, onDone }: { conflict: StoredConflict; onDone(): void }): ReactNode {
  const { api } = useAdmin();
  const [user, setUser] = useState(conflict.assignee ?? '');
  const [error, setError] = useState('');
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
