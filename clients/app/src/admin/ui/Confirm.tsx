// Asks before something is done to others, does it, and tells how it ended.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog, toast } from '../../ui/index.js';
import type { Answered } from '../api/answer.js';

interface ConfirmProps {
  title: string;
  /** The word on the button: "Disconnect". */
  verb: string;
  done: string;
  act(): Promise<Answered<unknown>>;
  onClose(): void;
  onDone(): void;
  children?: ReactNode;
}

export function Confirm({ title, verb, done, act, onClose, onDone, children }: ConfirmProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const go = async () => {
    setBusy(true);
    setError('');
    const answer = await act();
    setBusy(false);
    if (!answer.ok) return setError(answer.problem.message);
    toast({ title: done });
    onDone();
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">
        {children}
        {error !== '' && (
          <p role="alert" className="notice danger">
            {error}
          </p>
        )}
      </div>
      <div className="foot">
        <Button onClick={onClose} autoFocus>
          Cancel
        </Button>
        <Button kind="danger" onClick={() => void go()} disabled={busy}>
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
