// Who is where, now.
import type { PresenceEntry } from '@coterie/protocol';
import { useConnection } from '@coterie/react';
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { Ago, Avatar, Badge, Empty, Page } from '../ui/index.js';
import { doing, usePeopleAt } from './shared/people.js';

interface At {
  readonly page: string;
  readonly type: string;
  readonly entry: PresenceEntry;
}

export function PeoplePage(): ReactNode {
  const me = useConnection((connection) => connection.sessionId);
  const vehicles = usePeopleAt('Vehicle').map((entry): At => ({ page: 'fleet', type: 'Vehicle', entry }));
  const bookings = usePeopleAt('Booking').map((entry): At => ({ page: 'bookings', type: 'Booking', entry }));
  const all = [...vehicles, ...bookings];
  return (
    <Page title="People" subtitle="Who has a record open, live.">
      {all.length === 0 ? (
        <Empty icon={<Users />} title="Nobody has a record open">
          <p>Whoever opens a vehicle or a booking is shown here and beside the record.</p>
        </Empty>
      ) : (
        <ul className="lines card">
          {all.map(({ page, type, entry }) => (
            <li key={`${type} ${entry.entityId} ${entry.sessionId}`}>
              <Avatar
                person={{ id: entry.userId, name: entry.name, colour: entry.colour, initials: entry.initials }}
                large
              />
              <span className="grow">
                <strong>{entry.name ?? entry.userId}</strong> {entry.sessionId === me && <Badge>you</Badge>}
                <div className="muted small">{doing(entry.state)}</div>
              </span>
              {entry.entityId && (
                <Link to={`/${page}/${encodeURIComponent(entry.entityId)}`}>
                  {type} {entry.entityId.slice(0, 12)}
                </Link>
              )}
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
