// What waits for a decision: of one's own edits here, and in the server's inbox, for everyone.
import type { AttentionItem, Conflict } from '@coterie/client';
import { useConflicts, useSyncStatus } from '@coterie/react';
import { ConflictDialog } from '@coterie/react/components';
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Ago, Button, Empty, Page } from '../../ui/index.js';
import { RecordLink } from '../shared/RecordLink.js';
import { report } from '../shared/outcome.js';
import { titled } from '../shared/records.js';
import { titleOf } from './ConflictHost.js';
import { ServerInbox } from './ServerInbox.js';

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
        <ul className="lines" hidden={conflicts.length + others.length === 0}>
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
          conflicts={[open]}
          title={titleOf}
          open
          onClose={() => setOpen(null)}
          onResolve={async (conflict, decision) => {
            const result = await conflict.resolve(decision);
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
      <span className="grow">
        {item.entityType && item.entityId && (
          <>
            <RecordLink type={item.entityType} id={item.entityId} />:{' '}
          </>
        )}
        {item.message}
      </span>
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
