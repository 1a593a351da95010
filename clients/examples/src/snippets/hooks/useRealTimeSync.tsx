import { useState } from 'react';
import { useRealTimeSync } from '@coterie/react';

export function Ticker() {
  const [lines, add] = useState<string[]>([]);
  const { isConnected, emitEvent } = useRealTimeSync({
    entityTypes: ['Booking', 'Order'],
    onDataChange: (event) =>
      add((old) => [`${event.userId}: ${event.operation} ${event.entityType} ${event.entityId}`, ...old.slice(0, 19)]),
  });
  const close = () =>
    emitEvent({ entityType: 'Booking', entityId: '42', operation: 'UPDATE', set: { status: 'closed' } });
  return (
    <aside aria-busy={!isConnected}>
      <button onClick={() => void close()}>Close booking 42</button>
      <pre>{lines.join('\n')}</pre>
    </aside>
  );
}
