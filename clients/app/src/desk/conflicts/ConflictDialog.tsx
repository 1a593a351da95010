// Deciding a conflict: how it was, how it stands, what you meant, in three columns; a choice for each field.
import type { Conflict, Decision, MutationResult } from '@coterie/client';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Ago, Badge, Button, Dialog } from '../../ui/index.js';
import { reasonOf } from '../shared/outcome.js';
import { personOf } from '../shared/people.js';
import { shown, titled } from '../shared/records.js';
import { decisionOf, firstChoices, isChoice, pathsOf, valueAt } from './decision.js';
import type { Choices, Side } from './decision.js';

export type Decidable = Omit<Conflict, 'key' | 'since' | 'resolve' | 'dismiss'>;

interface ConflictDialogProps {
  conflict: Decidable;
  title: string;
  onDecide(decision: Decision): Promise<MutationResult>;
  /** Stays in the list of conflicts. */
  onLater(): void;
}

const verdicts = {
  clash: 'you both changed it',
  yours: 'only you changed it',
  theirs: 'only they changed it',
  same: 'you both made it the same',
  combined: 'both changes together',
};

export function ConflictDialog({ conflict, title, onDecide, onLater }: ConflictDialogProps): ReactNode {
  const [choices, setChoices] = useState<Choices>(() => firstChoices(conflict));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const last = conflict.changedBy.at(-1);
  const them = last ? (personOf(last.userId).name ?? last.userId) : 'Somebody else';
  const paths = pathsOf(conflict);
  const decide = async (decision: Decision) => {
    setBusy(true);
    const result = await onDecide(decision);
    setBusy(false);
    if (!result.ok) setError(reasonOf(result) ?? '');
  };
  const choose = (path: string, side: Side) => setChoices({ ...choices, [path]: side });
  return (
    <Dialog title={title} wide onClose={onLater}>
      <p>
        {conflict.current === null ? (
          <>{them} deleted this record while you were editing it.</>
        ) : (
          <>
            {them} saved a change {last && <Ago at={last.timestamp} />} that you had not seen. Nothing of yours is lost:
            choose what stands.
          </>
        )}
      </p>
      <div className="table-wrap">
        <table className="table conflict">
          <thead>
            <tr>
              <th>Field</th>
              <th>Before</th>
              <th>{them}</th>
              <th>You</th>
            </tr>
          </thead>
          <tbody>
            {paths.map((path) => (
              <tr key={path} data-path={path}>
                <th scope="row">
                  {titled(path)}
                  <div className="muted small">{verdicts[conflict.fields[path] ?? 'same']}</div>
                </th>
                <td>{conflict.baseUnavailable ? '–' : shown(valueAt(conflict.base, path))}</td>
                {isChoice(conflict.fields[path]) && conflict.current !== null ? (
                  (['theirs', 'mine'] as const).map((side) => (
                    <td key={side}>
                      <label className="choice">
                        <input
                          type="radio"
                          name={`side-${path}`}
                          checked={choices[path] === side}
                          onChange={() => choose(path, side)}
                        />
                        {shown(valueAt(side === 'mine' ? conflict.yours : conflict.current, path))}
                      </label>
                    </td>
                  ))
                ) : (
                  <>
                    <td>{shown(valueAt(conflict.current, path))}</td>
                    <td>{shown(valueAt(conflict.yours, path))}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {paths.length === 0 && <Badge>{conflict.message}</Badge>}
      {error && (
        <p className="refusal" role="alert">
          {error}
        </p>
      )}
      <div className="foot">
        <Button kind="quiet" onClick={onLater}>
          Decide later
        </Button>
        <Button disabled={busy} onClick={() => void decide('use-theirs')}>
          Use theirs
        </Button>
        {conflict.current !== null && (
          <>
            <Button disabled={busy} onClick={() => void decide('use-mine')}>
              Use mine
            </Button>
            <Button kind="primary" disabled={busy} onClick={() => void decide(decisionOf(conflict, choices))}>
              Save the choice
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
