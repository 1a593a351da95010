import { useEntity, useMutation } from '@coterie/react';
import { LockableField } from '@coterie/react/components';

interface Booking {
  note: string;
  status: 'open' | 'approved';
  address: { city: string };
}
interface Stock {
  available: number;
}

declare module '@coterie/client' {
  interface Register {
    types: { Booking: Booking; Stock: Stock };
    presence: { field?: string };
  }
}

export function BookingPage({ id }: { id: string }) {
  const booking = useEntity('Booking', id, { presence: true, draft: true });
  const book = useMutation((tx, count: number) =>
    tx.take('Stock', 'tent', 'available', count).transition('Booking', id, 'status', 'open', 'approved'),
  );
  // @ts-expect-error There is no field of that name.
  void booking.set({ adress: 'Bonn' });
  return (
    <form>
      <LockableField draft={booking.draft} path="address.city" label="City" />
      <button type="button" onClick={() => void booking.set({ 'address.city': 'Bonn' })}>
        {booking.data?.address.city}
      </button>
      <button type="button" onClick={() => void book.mutate(2)}>
        {booking.data?.status}
      </button>
    </form>
  );
}
