import { usePresence } from '@coterie/react';

export function WhoIsHere({ id }: { id: string }) {
  const { others, present } = usePresence('Booking', id);
  return (
    <div onMouseEnter={() => present({ looking: true })} onMouseLeave={() => present({})}>
      {others.map((other) => (
        <span key={other.sessionId} title={other.name}>
          {other.initials}
        </span>
      ))}
    </div>
  );
}

/** Who is at which record, for a list; without an id this session is not shown itself. */
export function WhoIsWhere() {
  const { others } = usePresence('Booking');
  return <p>{others.map((other) => `${other.name ?? other.userId} at ${other.entityId ?? ''}`).join(', ')}</p>;
}
