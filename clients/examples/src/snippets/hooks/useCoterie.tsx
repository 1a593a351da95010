import { useCoterie } from '@coterie/react';

export function AddBooking() {
  const coterie = useCoterie();
  const add = async () => {
    const answer = await coterie.create('Booking', { client: 'c7', status: 'open' });
    if (!answer.ok && answer.status === 'rejected') alert(answer.message);
  };
  return <button onClick={() => void add()}>New booking</button>;
}
