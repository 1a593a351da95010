import { useHistory } from '@coterie/react';

export function Changes({ id }: { id: string }) {
  const { events, status, message, hasMore, loadMore, refresh, restore } = useHistory('Booking', id, { pageSize: 20 });
  return (
    <ol aria-busy={status === 'loading'}>
      {status === 'error' && <button onClick={() => void refresh()}>{message} Try again</button>}
      {events.map((event) => (
        <li key={event.version}>
          {event.userId}: {Object.keys(event.set ?? {}).join(', ')}
          <button onClick={() => void restore(event.version)}>Restore</button>
        </li>
      ))}
      {hasMore && <button onClick={() => void loadMore()}>Older</button>}
    </ol>
  );
}
