// What the server has to tell this person.
import type { Notification } from '@coterie/protocol';
import { useNotifications } from '@coterie/react';
import { Bell } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { Ago, Avatar, Button, Empty, Page } from '../ui/index.js';
import { Name, personOf } from './shared/people.js';
import { titled } from './shared/records.js';

const words: { [kind: string]: (what: string) => string } = {
  overwritten: (what) => `wrote over your change of ${what || 'a record'}`,
  conflictDecided: () => 'decided a conflict of yours',
  conflictAssigned: () => 'asks you to decide a conflict',
  lockTaken: (what) => `took over ${what || 'a record'} while you were editing it`,
};

export function NotificationsPage(): ReactNode {
  const { items, unread, markRead, markAllRead } = useNotifications();
  return (
    <Page
      title="Notices"
      subtitle={unread ? `${unread} unread` : 'All read'}
      actions={
        <Button disabled={unread === 0} onClick={() => void markAllRead()}>
          Mark all as read
        </Button>
      }
    >
      {items.length === 0 ? (
        <Empty icon={<Bell />} title="Nothing to tell">
          <p>
            You are told here when somebody writes over your change, takes over a field, or decides a conflict of yours.
          </p>
        </Empty>
      ) : (
        <ul className="lines card">
          {items.map((item) => (
            <li key={item.notificationId} className={item.readAt ? 'muted' : undefined}>
              <Avatar person={personOf(item.userId)} />
              <span className="grow">
                <strong>
                  <Name of={item.userId} />
                </strong>{' '}
                {(words[item.kind] ?? (() => item.kind))(item.fields.map(titled).join(', '))} <Where of={item} />
              </span>
              <span className="muted small">
                <Ago at={item.timestamp} />
              </span>
              {!item.readAt && (
                <Button small kind="quiet" onClick={() => void markRead({ notificationIds: [item.notificationId] })}>
                  Read
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function Where({ of }: { of: Notification }): ReactNode {
  if (!of.entityType || !of.entityId) return null;
  const page = of.entityType === 'Vehicle' ? 'fleet' : of.entityType === 'Booking' ? 'bookings' : null;
  const name = `${of.entityType} ${of.entityId.slice(0, 12)}`;
  return page ? <Link to={`/${page}/${encodeURIComponent(of.entityId)}`}>{name}</Link> : <>{name}</>;
}
