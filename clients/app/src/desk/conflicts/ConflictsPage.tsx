// What waits for a decision: of one's own edits here, and in the server's inbox, for everyone.
import type { AttentionItem, Conflict, MutationResult } from '@coterie/client';
import type { ConflictAnswer, ConflictEntry, Resolution } from '@coterie/protocol';
import { useConflicts, useConnection, useCoterie, useSyncStatus } from '@coterie/react';
import { Inbox } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Ago, Badge, Button, Empty, Page, Skeleton, toast } from '../../ui/index.js';
import { report } from '../shared/outcome.js';
import { Name } from '../shared/people.js';
import { titled } from '../shared/records.js';
import { ConflictDialog } from './ConflictDialog.js';
import { titleOf } from './ConflictHost.js';

export function ConflictsPage(): ReactNode {
  const conflicts = useConflicts();
  const attention = useSyncStatus((sync) => sync.attention);
  const others = attention.filter((item) => item.reason !== 'conflict');
  const [open, setOpen] = useState<Conflict | null>(null);
  return (
    <Page title="Conflicts" subtitle="Edits that met another one, and edits that were refused while you were away.">
      <section className="card" aria-labelledby="own-title">
        <header className="head">
          <h2 id="own-title">Yours, to decide</h2>
        </header>
        {conflicts.length + others.length === 0 && <Empty icon={<Inbox />} title="Nothing waits for you" />}
        <ul className="lines">
          {conflicts.map((conflict) => (
            <li key={conflict.key}>
              <span className="grow">
                {titleOf(conflict)}
                <span className="muted small"> · {Object.keys(conflict.fields).map(titled).join(', ')}</span>
              </span>
              <span className="muted small">
                <Ago at={conflict.since} />
              </span>
              <Button small kind="primary" onClick={() => setOpen(conflict)}>
                Decide
              </Button>
            </li>
          ))}
          {others.map((item) => (
            <Waiting key={item.mutationId} item={item} />
          ))}
        </ul>
      </section>
      <ServerInbox />
      {open && (
        <ConflictDialog
          conflict={open}
          title={titleOf(open)}
          onLater={() => setOpen(null)}
          onDecide={async (decision) => {
            const result = await open.resolve(decision);
            if (result.ok) setOpen(null);
            return result;
          }}
        />
      )}
    </Page>
  );
}

function Waiting({ item }: { item: AttentionItem }): ReactNode {
  const again = async () => report('The edit', await item.retry());
  return (
    <li>
      <span className="grow">{item.message}</span>
      <span className="muted small">
        <Ago at={item.queuedAt} />
      </span>
      <Button small onClick={() => void again()}>
        Try again
      </Button>
      <Button small kind="quiet" onClick={() => item.discard()}>
        Discard
      </Button>
    </li>
  );
}

type Stored = ConflictEntry & ConflictAnswer;

function ServerInbox(): ReactNode {
  const coterie = useCoterie();
  const live = useConnection((connection) => connection.state === 'live');
  const [entries, setEntries] = useState<readonly ConflictEntry[] | null>(null);
  const [message, setMessage] = useState('');
  const [open, setOpen] = useState<Stored | null>(null);
  const load = useCallback(async () => {
    const answer = await coterie.request('conflicts', { state: 'open' });
    if (!answer.ok) return setMessage(answer.message);
    setMessage('');
    setEntries((answer.answer as unknown as { conflicts: ConflictEntry[] }).conflicts);
  }, [coterie]);
  useEffect(() => {
    if (live) void load();
  }, [live, load]);
  const show = async (conflictId: number) => {
    const answer = await coterie.request('conflict', { conflictId });
    if (answer.ok) setOpen(answer.answer as unknown as Stored);
    else toast({ kind: 'danger', title: 'The conflict cannot be shown', text: answer.message });
  };
  const decide = async (of: Stored, resolution: Resolution): Promise<MutationResult> => {
    const answer = await coterie.request('decide', {
      conflictId: of.conflictId,
      mutationId: crypto.randomUUID(),
      resolution,
      ...(resolution === 'use-theirs' ? {} : { baseVersion: of.currentVersion }),
    });
    if (!answer.ok) return { ...answer, status: 'failed' };
    const { type } = answer.answer;
    if (type === 'committed') {
      setOpen(null);
      void load();
      return { ok: true, status: 'committed', ...(answer.answer as object) } as MutationResult;
    }
    if (type === 'conflict') void show(of.conflictId);
    const said = (answer.answer as unknown as { message?: string }).message ?? 'It was not decided.';
    return { ok: false, status: 'failed', code: type, message: said, retry: false };
  };
  return (
    <section className="card" aria-labelledby="inbox-title">
      <header className="head">
        <h2 id="inbox-title" className="grow">
          Inbox of the server
        </h2>
        <Button small onClick={() => void load()} disabled={!live}>
          Look again
        </Button>
      </header>
      {!entries && !message && (
        <div className="body">
          <Skeleton lines={3} />
        </div>
      )}
      {message && <p className="body">{message}</p>}
      {entries?.length === 0 && <Empty title="No stored conflicts are open" />}
      <ul className="lines">
        {entries?.map((entry) => (
          <li key={entry.conflictId}>
            <span className="grow">
              {entry.entityType} {entry.entityId}
              <span className="muted small"> · {Object.keys(entry.fields).map(titled).join(', ')}</span>
            </span>
            {entry.assignee && (
              <Badge>
                for <Name of={entry.assignee} />
              </Badge>
            )}
            <span className="muted small">
              by <Name of={entry.userId} />, <Ago at={entry.storedAt} />
            </span>
            <Button small onClick={() => void show(entry.conflictId)}>
              Decide
            </Button>
          </li>
        ))}
      </ul>
      {open && (
        <ConflictDialog
          key={`${open.conflictId} ${open.currentVersion}`}
          conflict={open}
          title={titleOf(open)}
          onLater={() => setOpen(null)}
          onDecide={(decision) => decide(open, resolutionOf(decision))}
        />
      )}
    </section>
  );
}

/** Values become what is set and what is taken away. */
function resolutionOf(decision: 'use-mine' | 'use-theirs' | 'merge' | { [path: string]: unknown }): Resolution {
  if (typeof decision === 'string') return decision;
  const entries = Object.entries(decision);
  const set = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const unset = entries.filter(([, value]) => value === undefined).map(([path]) => path);
  return { ...(Object.keys(set).length ? { set } : {}), ...(unset.length ? { unset } : {}) } as Resolution;
}
