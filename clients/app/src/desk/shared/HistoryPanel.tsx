// What was done to a record: who, when, from what to what; and the way back.
import type { PastEvent } from '@coterie/protocol';
import { useHistory } from '@coterie/react';
import { History, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Ago, Avatar, Button, Empty, Skeleton, toast } from '../../ui/index.js';
import { report } from './outcome.js';
import { Name, personOf } from './people.js';
import { shown, titled } from './records.js';

const verbs = { CREATE: 'made it', UPDATE: 'changed', DELETE: 'deleted it' };

export function HistoryPanel({ type, id, version }: { type: string; id: string; version: number }): ReactNode {
  const { events, status, message, hasMore, loadMore, restore, refresh } = useHistory(type, id, { pageSize: 20 });
  const [busy, setBusy] = useState(false);
  const back = async (to: number) => {
    setBusy(true);
    const result = await restore(to);
    setBusy(false);
    if (result.ok) toast({ title: `Back as it was in version ${to}` });
    else report('The restored version', result);
  };
  return (
    <section className="card" aria-labelledby="history-title">
      <header className="head">
        <History size={18} />
        <h2 id="history-title">History</h2>
      </header>
      <div className="body">
        {status === 'loading' && events.length === 0 && <Skeleton lines={5} label="Loading the history" />}
        {status === 'error' && (
          <p className="cluster" role="alert">
            {message}{' '}
            <Button small onClick={() => void refresh()}>
              Try again
            </Button>
          </p>
        )}
        {status === 'ready' && events.length === 0 && <Empty title="No changes are kept" />}
        <ol className="history">
          {events.map((event) => (
            <Entry key={event.version} event={event} current={event.version === version} busy={busy} onRestore={back} />
          ))}
        </ol>
        {hasMore && (
          <Button small onClick={() => void loadMore()}>
            Older changes
          </Button>
        )}
      </div>
    </section>
  );
}

interface EntryProps {
  event: PastEvent;
  current: boolean;
  busy: boolean;
  onRestore(version: number): Promise<void>;
}

function Entry({ event, current, busy, onRestore }: EntryProps): ReactNode {
  const paths = [...Object.keys(event.set ?? {}), ...(event.unset ?? [])];
  return (
    <li>
      <Avatar person={personOf(event.userId)} />
      <div className="grow">
        <p className="small">
          <strong>
            <Name of={event.userId} />
          </strong>{' '}
          {event.cause === 'restore' ? 'restored' : verbs[event.operation]}{' '}
          <span className="muted">
            <Ago at={event.timestamp} /> · version {event.version}
          </span>
        </p>
        <ul className="small">
          {paths.map((path) => (
            <li key={path} className="change">
              {titled(path)}: <del>{shown(event.old?.[path])}</del> <ins>{shown(event.set?.[path])}</ins>
            </li>
          ))}
        </ul>
      </div>
      {!current && event.operation !== 'DELETE' && (
        <Button
          small
          kind="quiet"
          disabled={busy}
          onClick={() => void onRestore(event.version)}
          title={`Restore version ${event.version}`}
        >
          <RotateCcw size={14} /> Restore
        </Button>
      )}
    </li>
  );
}
