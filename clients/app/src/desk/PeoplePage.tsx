// Who is where, now.
import type { PresenceEntry } from '@coterie/protocol';
import { useConnection } from '@coterie/react';
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { Ago, Avatar, Badge, Empty, Page } from '../ui/index.js';
import { RecordLink } from './shared/RecordLink.js';
import { doing, usePeopleAt } from './shared/people.js';

interface At {
  readonly type: string;
  readonly entry: PresenceEntry;
}

export function PeoplePage(): ReactNode {
  const me = useConnection((connection) => connection.sessionId);
  const vehicles = usePeopleAt('Vehicle').map((entry): At => ({ type: 'Vehicle', entry }));
  const bookings = usePeopleAt('Booking').map((entry): At => ({ type: 'Booking', entry }));
  const all = [...vehicles, ...bookings];
  return (
    <Page title="People" subtitle="Who has a record open, live.">
      {all.length === 0 ? (
        <Empty icon={<Users />} title="Nobody has a record open">
          <p>Whoever opens a vehicle or a booking is shown here and beside the record.</p>
        </Empty>
      ) : (
        <ul className="lines card">
          {all.map(({ type, entry }) => (
            <li key={`${type} ${entry.entityId} ${entry.sessionId}`}>
              <Avatar
                person={{ id: entry.userId, name: entry.name, colour: entry.colour, initials: entry.initials }}
                large
                beside
              />
              <span className="grow">
                <strong>{entry.name ?? entry.userId}</strong> {entry.sessionId === me && <Badge>you</Badge>}
                <div className="muted small">{doing(entry.state)}</div>
              </span>
              {entry.entityId && <RecordLink type={type} id={entry.entityId} />}
              <span className="muted small">
                since <Ago at={entry.since} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
