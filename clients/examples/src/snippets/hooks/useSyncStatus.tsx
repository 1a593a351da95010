import { useSyncStatus } from '@coterie/react';

export function Saved() {
  const { pending, attention, isSaved, syncing, syncNow } = useSyncStatus();
  return (
    <div>
      <span role="status">{isSaved ? 'All saved' : `${pending} waiting, ${attention.length} to look at`}</span>
      <button disabled={syncing} onClick={() => void syncNow()}>
        Sync now
      </button>
      {attention.map((item) => (
        <p key={item.mutationId}>
          {item.message} <button onClick={() => void item.retry()}>Try again</button>
          <button onClick={() => item.discard()}>Discard</button>
        </p>
      ))}
    </div>
  );
}
