import { useState } from 'react';
import { usePaginatedData } from '@coterie/react';

interface Vehicle {
  Name: string;
  Horsepower: number;
}

export function Fleet() {
  const [least, setLeast] = useState(0);
  const fleet = usePaginatedData<Vehicle>('Vehicle', 'Vehicle', 50, {
    filter: { Horsepower: { $gte: least } },
    sort: '-Horsepower,Name',
    hold: true,
  });
  return (
    <section aria-busy={fleet.isStale}>
      <input type="range" max={250} value={least} onChange={(event) => setLeast(event.target.valueAsNumber)} />
      {fleet.newAbove > 0 && <button onClick={fleet.showNew}>{fleet.newAbove} new</button>}
      <ol>
        {fleet.data.map(({ entityId, data, pending }) => (
          <li key={entityId} data-pending={pending}>
            {data.Name}: {data.Horsepower}
          </li>
        ))}
      </ol>
      {fleet.hasMore && (
        <button disabled={fleet.loadingMore} onClick={() => void fleet.loadMore()}>
          More
        </button>
      )}
    </section>
  );
}
