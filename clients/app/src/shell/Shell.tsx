// The frame around every page of those who are signed in.
import { useNotifications, useSyncStatus } from '@coterie/react';
import type { ReactNode } from 'react';
import { ConflictHost } from '../desk/conflicts/ConflictHost.js';
import { useReadElsewhere } from '../desk/shared/notices.js';
import { Announcements } from './Announcements.js';
import { ConnectionBadge } from './ConnectionBadge.js';
import { Rail } from './Rail.js';
import { Refusals } from './Refusals.js';
import { SyncMenu } from './SyncMenu.js';
import { ThemeMenu } from './ThemeMenu.js';
import { UserMenu } from './UserMenu.js';

export function Shell({ children }: { children?: ReactNode }): ReactNode {
  const attention = useSyncStatus((sync) => sync.attention.length);
  const { unread } = useNotifications();
  useReadElsewhere();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Rail conflicts={attention} unread={unread} />
      <header className="bar">
        <ConnectionBadge />
        <span className="grow" />
        <SyncMenu />
        <ThemeMenu />
        <UserMenu />
      </header>
      <main className="main" id="main" tabIndex={-1}>
        <Announcements />
        {children}
      </main>
      <p className="hidden-visually" role="status" data-says="attention">
        {attention > 0 && (attention === 1 ? '1 change needs you' : `${attention} changes need you`)}
      </p>
      <ConflictHost />
      <Refusals />
    </div>
  );
}
