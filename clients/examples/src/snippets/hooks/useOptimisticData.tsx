import { useOptimisticData } from '@coterie/react';
import { ConflictDialog } from '@coterie/react/components';

interface Booking {
  id: string;
  note: string;
  status: string;
}

/** `bookings` came with the page; from here on they are live. */
export function Bookings({ bookings }: { bookings: Booking[] }) {
  const { data, conflicts, updateItem, resolveConflict, isStale } = useOptimisticData(bookings, 'Booking');
  return (
    <ul aria-busy={isStale}>
      {data.map((booking) => (
        <li key={booking.id}>
          {booking.note} ({booking.status})
          <button onClick={() => void updateItem(booking.id, { status: 'approved' })}>Approve</button>
        </li>
      ))}
      <ConflictDialog conflicts={conflicts} onResolve={resolveConflict} />
    </ul>
  );
}
