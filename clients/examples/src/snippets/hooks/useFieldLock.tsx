import { useFieldLock } from '@coterie/react';

export function Sketch({ id }: { id: string }) {
  const lock = useFieldLock('Booking', id, 'sketch');
  const begin = async () => {
    const answer = await lock.acquire();
    if (!answer.ok && answer.status === 'denied') alert(`${answer.holder.name ?? 'Somebody'} is drawing`);
  };
  if (lock.locked) return <p>{lock.holder?.name} is drawing</p>;
  if (lock.mine) return <canvas onBlur={() => void lock.release()} />;
  return <button onClick={() => void begin()}>{lock.lost ? 'Taken over. Draw again' : 'Draw'}</button>;
}
