// How a draft stands: saved, on its way, kept until there is a connection, refused.
import type { SaveState } from '@coterie/client';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/index.js';

const words: { [state in SaveState]: [tone: 'good' | 'warning' | 'danger' | 'info' | undefined, text: string] } = {
  clean: [undefined, ''],
  dirty: ['info', 'Not saved yet'],
  saving: ['info', 'Saving'],
  saved: ['good', 'Saved'],
  queued: ['warning', 'Kept here until the connection is back'],
  conflict: ['danger', 'Needs your decision'],
  rejected: ['danger', 'Refused'],
};

export function SaveMark({ state, message }: { state: SaveState; message?: string | undefined }): ReactNode {
  const [tone, text] = words[state];
  return (
    <span role="status" data-save={state}>
      {text && <Badge {...(tone ? { tone } : {})}>{text}</Badge>}
      {state === 'rejected' && message && <span className="small"> {message}</span>}
    </span>
  );
}
