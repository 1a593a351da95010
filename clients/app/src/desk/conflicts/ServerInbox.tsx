// The conflicts that the server keeps, for everyone who may decide them.
import type { MutationResult } from '@coterie/client';
import type { ConflictEntry, Resolution } from '@coterie/protocol';
import { useConnection, useCoterie } from '@coterie/react';
import { ConflictDialog } from '@coterie/react/components';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { asConflict } from '../../conflicts/stored.js';
import type { StoredConflict } from '../../conflicts/stored.js';
import { Ago, Badge, Button, Empty, Skeleton, toast } from '../../ui/index.js';
import { RecordLink } from '../shared/RecordLink.js';
import { Name } from '../shared/people.js';
import { titled } from '../shared/records.js';
import { titleOf } from './ConflictHost.js';

export function ServerInbox(): ReactNode {
  const coterie = useCoterie();
  const live = useConnection((connection) => connection.state === 'live');
  const [entries, setEntries] = useState<readonly ConflictEntry[] | null>(null);
  const [message, setMessage] = useState('');
  const [open, setOpen] = useState<StoredConflict | null>(null);
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
    if (answer.ok) setOpen(answer.answer as unknown as StoredConflict);
    else toast({ kind: 'danger', title: 'The conflict cannot be shown', text: answer.message });
  };
  const decide = async (of: StoredConflict, resolution: Resolution): Promise<MutationResult> => {
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
      toast({ title: 'Decided' });
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
      {entries && entries.length > 0 && (
        <ul className="lines">
          {entries.map((entry) => (
            <li key={entry.conflictId}>
              <span className="grow">
                <RecordLink type={entry.entityType} id={entry.entityId} />
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
      )}
      {open && (
        <ConflictDialog
          conflicts={[asConflict(open, (resolution) => decide(open, resolution))]}
          title={titleOf}
          open
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}
