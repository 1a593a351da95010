// Two people edit one record: type in one form, see it in the other. Start `script/server`, then `npm run -w examples dev`.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CoterieProvider, useConflicts, useEntity } from '@coterie/react';
import { ConflictDialog, ConnectionBadge, LockableField, PresenceAvatars } from '@coterie/react/components';
import '@coterie/react/styles.css';

function Editor({ name }: { name: string }) {
  const { status, data, draft, lastChange } = useEntity('Vehicle', '1', {
    presence: true,
    draft: { lock: 'on-focus' },
  });
  const conflicts = useConflicts('Vehicle', '1');
  if (!data) return <p>{status}</p>;
  return (
    <section>
      <h2>
        {name} <ConnectionBadge /> <PresenceAvatars type="Vehicle" id="1" />
      </h2>
      <LockableField draft={draft} path="Name" label="Name" />
      <LockableField draft={draft} path="Origin" label="Origin" />
      <LockableField draft={draft} path="Horsepower" label="Horsepower" type="number" />
      <p>
        {draft.saveState} {lastChange && `(last changed by ${lastChange.userId})`}
      </p>
      <ConflictDialog conflicts={conflicts} />
    </section>
  );
}

const root = document.getElementById('root') ?? document.body;
createRoot(root).render(
  <StrictMode>
    {['ann', 'ben'].map((name) => (
      <CoterieProvider key={name} url="/" getToken={() => `dev:${name}`} storageName={name} shareAcrossTabs={false}>
        <Editor name={name} />
      </CoterieProvider>
    ))}
  </StrictMode>,
);
