// What an event did to a record, old value to new; much of it is opened on demand.
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PastEvent } from '@coterie/protocol';
import { Badge } from '../../ui/index.js';
import { plural } from '../format/numbers.js';
import { fieldChanges, shown, type FieldChange } from '../format/values.js';

const most = 4;

function FieldLine({ change, only }: { change: FieldChange; only: 'old' | 'now' | 'both' }): ReactNode {
  return (
    <li className="adm-change">
      <code>{change.path}</code>
      {only !== 'now' && <del title={JSON.stringify(change.old)}>{shown(change.old)}</del>}
      {only === 'both' && <ArrowRight size={12} role="img" aria-label="to" />}
      {only !== 'old' && <ins title={JSON.stringify(change.now)}>{shown(change.now)}</ins>}
    </li>
  );
}

export function ChangeList({ event }: { event: PastEvent }): ReactNode {
  const changes = fieldChanges(event);
  if (changes.length === 0) return <span className="muted">nothing that is shown to you</span>;
  const only = event.operation === 'CREATE' ? 'now' : event.operation === 'DELETE' ? 'old' : 'both';
  const lines = changes.map((change) => <FieldLine key={change.path} change={change} only={only} />);
  return (
    <>
      <ul>{lines.slice(0, most)}</ul>
      {lines.length > most && (
        <details className="adm-details">
          <summary>{plural(lines.length - most, 'more field')}</summary>
          <ul>{lines.slice(most)}</ul>
        </details>
      )}
    </>
  );
}

const tones = { CREATE: 'good', UPDATE: 'info', DELETE: 'danger' } as const;
const words = { CREATE: 'created', UPDATE: 'changed', DELETE: 'deleted' } as const;

export function OperationBadge({ event }: { event: PastEvent }): ReactNode {
  return (
    <>
      <Badge tone={tones[event.operation]}>{words[event.operation]}</Badge>
      {event.cause !== 'user' && <span className="muted small"> by {event.cause}</span>}
    </>
  );
}
