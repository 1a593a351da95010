// Which page is shown: by the address, and by whether anybody is signed in.
import { lazy, Suspense, useEffect } from 'react';
import type { ReactNode } from 'react';
import { match, navigate, usePath } from './router/router.js';
import { CoterieProvider } from '@coterie/react';
import { BookingPage } from './desk/bookings/BookingPage.js';
import { BookingsPage } from './desk/bookings/BookingsPage.js';
import { ConflictsPage } from './desk/conflicts/ConflictsPage.js';
import { FleetPage } from './desk/fleet/FleetPage.js';
import { VehiclePage } from './desk/fleet/VehiclePage.js';
import { NotificationsPage } from './desk/NotificationsPage.js';
import { PeoplePage } from './desk/PeoplePage.js';
import { FirstAdministrator } from './session/FirstAdministrator.js';
import { SignIn } from './session/SignIn.js';
import { useSession, useSessionState } from './session/context.js';
import { Words } from './Words.js';
import { Shell } from './shell/Shell.js';
import { Empty, ErrorBoundary, Page, Skeleton } from './ui/index.js';

const Admin = lazy(() => import('./admin/index.js'));

export function App(): ReactNode {
  const path = usePath();
  const { status } = useSessionState();
  const { client } = useSession();
  const atGate = path === '/sign-in' || path === '/first-administrator';
  useEffect(() => {
    if (status === 'signed-in' && (atGate || path === '/')) navigate('/fleet', { replace: true });
  }, [status, atGate, path]);
  if (status === 'starting') return null;
  if (status === 'signed-out') return path === '/first-administrator' ? <FirstAdministrator /> : <SignIn />;
  if (!client) return null;
  return (
    <CoterieProvider client={client}>
      <Words>
        <Shell>
          <ErrorBoundary name={path}>
            <Suspense fallback={<Page title="Loading">{<Skeleton />}</Page>}>{pageAt(path)}</Suspense>
          </ErrorBoundary>
        </Shell>
      </Words>
    </CoterieProvider>
  );
}

function pageAt(path: string): ReactNode {
  if (match('/admin/*', path)) return <Admin />;
  if (path === '/' || path === '/fleet' || path === '/sign-in' || path === '/first-administrator') return <FleetPage />;
  if (path === '/bookings') return <BookingsPage />;
  if (path === '/conflicts') return <ConflictsPage />;
  if (path === '/notifications') return <NotificationsPage />;
  if (path === '/people') return <PeoplePage />;
  const vehicle = match('/fleet/:id', path)?.id;
  if (vehicle) return <VehiclePage key={vehicle} id={vehicle} />;
  const booking = match('/bookings/:id', path)?.id;
  if (booking) return <BookingPage key={booking} id={booking} />;
  return (
    <Page title="Not found">
      <Empty title="There is no such page" />
    </Page>
  );
}
