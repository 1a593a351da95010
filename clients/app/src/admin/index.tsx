// The operator's dashboard, loaded when it is opened: everything below /admin. It uses the public interface only.
import { ShieldX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ComponentType, ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { usePath } from '../router/router.js';
import { useIsAdmin, useSessionState } from '../session/context.js';
import { Empty, ErrorBoundary, Page } from '../ui/index.js';
import './admin.css';
import './forms.css';
import { AdminProvider, useAdmin } from './context.js';
import { useObservable } from './hooks.js';
import { Activity } from './pages/Activity.js';
import { Announcements } from './pages/Announcements.js';
import { Changes } from './pages/Changes.js';
import { Configuration } from './pages/Configuration.js';
import { Conflicts } from './pages/Conflicts.js';
import { Connections } from './pages/Connections.js';
import { Locks } from './pages/Locks.js';
import { Overview } from './pages/Overview.js';
import { Rooms } from './pages/Rooms.js';
import { Rules } from './pages/Rules.js';
import { Sessions } from './pages/Sessions.js';
import { Users } from './pages/Users.js';
import { InsecureBanner } from './ui/InsecureBanner.js';

const places: [path: string, name: string, Page: ComponentType][] = [
  ['/admin', 'Overview', Overview],
  ['/admin/connections', 'Connections', Connections],
  ['/admin/rooms', 'Rooms', Rooms],
  ['/admin/users', 'Users', Users],
  ['/admin/sessions', 'Sessions', Sessions],
  ['/admin/locks', 'Locks', Locks],
  ['/admin/conflicts', 'Conflicts', Conflicts],
  ['/admin/rules', 'Rules', Rules],
  ['/admin/changes', 'Changes', Changes],
  ['/admin/activity', 'Activity', Activity],
  ['/admin/announcements', 'Announcements', Announcements],
  ['/admin/configuration', 'Configuration', Configuration],
];

export default function Admin(): ReactNode {
  const admin = useIsAdmin();
  const { user } = useSessionState();
  if (!admin) {
    return (
      <Page title="Operations">
        <Empty icon={<ShieldX />} title="This is for administrators">
          <p>
            You are signed in as {user?.name ?? 'somebody'}, without the role <code>admin</code>. An administrator can
            give it to you; sign in again afterwards.
          </p>
          <Link to="/fleet" className="button">
            Back to the desk
          </Link>
        </Empty>
      </Page>
    );
  }
  return (
    <AdminProvider>
      <Dashboard />
    </AdminProvider>
  );
}

function Dashboard(): ReactNode {
  const path = usePath();
  const here = path.replace(/\/$/, '');
  const place = places.find(([at]) => at === here);
  // Keeps the figures coming while another page is shown.
  useObservable(useAdmin().sampler);
  return (
    <div className="adm">
      <Places here={here} />
      <InsecureBanner />
      <ErrorBoundary name={here}>
        {place === undefined ? <NoSuchPage /> : <Shown key={here} Page={place[2]} />}
      </ErrorBoundary>
    </div>
  );
}

function Shown({ Page: Shown }: { Page: ComponentType }): ReactNode {
  return <Shown />;
}

function NoSuchPage(): ReactNode {
  return (
    <Page title="Not found">
      <Empty title="There is no such page">
        <Link to="/admin">To the overview</Link>
      </Empty>
    </Page>
  );
}

function Places({ here }: { here: string }): ReactNode {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [here]);
  return (
    <nav className="tabs adm-places" aria-label="Operations" ref={bar}>
      {places.map(([path, name]) => (
        <Link key={path} to={path}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
