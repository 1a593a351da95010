// A field that somebody else holds: who, and what one may do: ask, or take it over.
import { useRecord } from './useRecord.js';
import { useState } from 'react';
import type { Holder } from '@coterie/protocol';
import type { ReactNode } from 'react';
import { Avatar, Button, Dialog, toast } from '../../ui/index.js';
import { personOf } from './people.js';
import { titled } from './records.js';

interface LockedDialogProps {
  type: string;
  id: string;
  /** Absent: the whole record. */
  field?: string;
  holder: Holder;
  onClose(): void;
  /** It is free to be edited now. */
  onTaken(): void;
}

export function LockedDialog({ type, id, field, holder, onClose, onTaken }: LockedDialogProps): ReactNode {
  const record = useRecord(type, id);
  const [busy, setBusy] = useState(false);
  const name = holder.name ?? holder.userId;
  const what = field ? titled(field) : 'this record';
  const ask = async () => {
    const answer = await record.signal('ask', { field: field ?? null, to: holder.sessionId });
    if (answer.ok) toast({ title: `${name} was asked for ${what}` });
    else toast({ kind: 'warning', title: `${name} could not be asked`, text: answer.message });
    onClose();
  };
  const take = async () => {
    setBusy(true);
    const answer = await record.lock(field, { steal: true });
    if (!answer.ok) {
      setBusy(false);
      toast({
        kind: 'danger',
        title: `${what} could not be taken over`,
        text: 'message' in answer ? answer.message : 'Somebody else was faster.',
      });
      return onClose();
    }
    await answer.lock.release();
    onTaken();
  };
  return (
    <Dialog title={`${name} is editing ${what}`} onClose={onClose}>
      <div className="cluster">
        <Avatar person={personOf(holder.userId)} large beside />
        <p className="grow">
          Ask, and {name} is told that you wait. Take it over, and {name} is told that you did; what they had not saved
          comes to them as a conflict.
        </p>
      </div>
      <div className="foot">
        <Button onClick={onClose}>Leave it</Button>
        <Button kind="danger" disabled={busy} onClick={() => void take()}>
          Take over
        </Button>
        <Button kind="primary" onClick={() => void ask()}>
          Ask {name}
        </Button>
      </div>
    </Dialog>
  );
}
