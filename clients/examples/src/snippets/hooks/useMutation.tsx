import { useMutation } from '@coterie/react';

export function Reserve({ item }: { item: string }) {
  const reserve = useMutation((tx, count: number) =>
    tx.take('Stock', item, 'available', count).create('Booking', { item, count }, { number: { number: 'booking' } }),
  );
  const { result } = reserve;
  return (
    <div>
      <button disabled={reserve.pending} onClick={() => void reserve.mutate(2)}>
        Reserve two
      </button>
      <p role="status">
        {reserve.waiting && 'Offline: it is kept, and sent when you are back.'}
        {result?.ok === true && 'Reserved'}
        {result?.ok === false && result.status === 'rejected' && result.message}
      </p>
    </div>
  );
}
