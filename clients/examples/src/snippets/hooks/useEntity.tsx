import type { RecordState } from '@coterie/client';
import { useEntity } from '@coterie/react';

interface Booking {
  note: string;
  status: 'open' | 'approved';
}

export function BookingCard({ id }: { id: string }) {
  const booking = useEntity<Booking>('Booking', id, { presence: true });
  const { data, lastChange } = booking;
  if (!data) return <p>{booking.status === 'denied' ? 'Not for you' : booking.status}</p>;
  const approve = async () => {
    const answer = await booking.update({ set: { status: 'approved' } }, { guard: { status: 'open' } });
    if (!answer.ok && answer.status === 'rejected') alert(answer.message);
  };
  return (
    <article aria-busy={booking.isStale}>
      <p>{data.note}</p>
      <button disabled={data.status !== 'open'} onClick={() => void approve()}>
        Approve
      </button>
      {lastChange && <small>Changed by {lastChange.userId}</small>}
      <small>{booking.others.map((other) => other.name).join(', ')}</small>
    </article>
  );
}

/** Renders again only where the note changes. */
export function Note({ id }: { id: string }) {
  const note = useEntity('Booking', id, (state: RecordState<Booking>) => state.data?.note);
  return <em>{note}</em>;
}
