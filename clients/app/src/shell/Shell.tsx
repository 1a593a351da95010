// The frame around every page of those who are signed in.
import { useNotifications, useSyncStatus } from '@coterie/react';
import type { ReactNode } from 'react';
import { ConflictHost } from '../desk/conflicts/ConflictHost.js';
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
      <ConflictHost />
      <Refusals />
    </div>
  );
}
