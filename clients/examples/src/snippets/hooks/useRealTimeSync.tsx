import { useState } from 'react';
import type { DataSyncEvent } from '@coterie/protocol';
import { useRealTimeSync } from '@coterie/react';

export function Ticker() {
  const [events, keep] = useState<DataSyncEvent[]>([]);
  const { isConnected, emitEvent } = useRealTimeSync({
    entityTypes: ['Booking', 'Order'],
    onDataChange: (event) => keep((old) => [event, ...old.slice(0, 19)]),
  });
  const close = ({ entityType, entityId, version }: DataSyncEvent) =>
    emitEvent({ entityType, entityId, operation: 'UPDATE', set: { status: 'closed' }, version });
  return (
    <ol aria-busy={!isConnected}>
      {events.map((event) => (
        <li key={`${event.entityId} ${event.version}`}>
          {event.userId}: {event.operation} {event.entityType} {event.entityId}
          <button onClick={() => void close(event)}>Close</button>
        </li>
      ))}
    </ol>
  );
}
