// What the server has to tell this person.
import type { Notification } from '@coterie/protocol';
import { Bell, Check, CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Ago, Avatar, Button, Empty, Page } from '../ui/index.js';
import { RecordLink } from './shared/RecordLink.js';
import { useNotices } from './shared/notices.js';
import { Name, personOf } from './shared/people.js';
import { titled } from './shared/records.js';

const words: { [kind: string]: (what: string) => string } = {
  overwritten: (what) => `wrote over your change of ${what || 'a record'}`,
  conflictDecided: () => 'decided a conflict of yours',
  conflictAssigned: () => 'asks you to decide a conflict',
  lockTaken: (what) => `took over ${what || 'a record'} while you were editing it`,
};

export function NotificationsPage(): ReactNode {
  const { items, unread, markRead } = useNotices();
  const upTo = items[0]?.notificationId;
  return (
    <Page
      title="Notices"
      subtitle={unread ? `${unread} unread` : 'All read'}
      actions={
        <Button disabled={unread === 0} onClick={() => upTo !== undefined && void markRead({ upTo })}>
          <CheckCheck size={16} aria-hidden /> Mark all as read
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
            <li key={item.notificationId} className={item.readAt ? 'muted' : 'unread'}>
              <Avatar person={personOf(item.userId)} beside />
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
                  <Check size={14} aria-hidden /> Mark as read
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

const Where = ({ of: { entityType, entityId } }: { of: Notification }): ReactNode =>
  entityType && entityId ? <RecordLink type={entityType} id={entityId} /> : null;
