// Which page is shown: by the address, and by whether anybody is signed in.
import { lazy, Suspense, useEffect } from 'react';
import type { ReactNode } from 'react';
import { match, navigate, usePath } from './router/router.js';
import { FirstAdministrator } from './session/FirstAdministrator.js';
import { SignIn } from './session/SignIn.js';
import { useSessionState } from './session/context.js';
import { Shell } from './shell/Shell.js';
import { Empty, ErrorBoundary, Page, Skeleton } from './ui/index.js';

const Admin = lazy(() => import('./admin/index.js'));

export function App(): ReactNode {
  const path = usePath();
  const { status } = useSessionState();
  const atGate = path === '/sign-in' || path === '/first-administrator';
  useEffect(() => {
    if (status === 'signed-in' && (atGate || path === '/')) navigate('/fleet', { replace: true });
  }, [status, atGate, path]);
  if (status === 'starting') return null;
  if (status === 'signed-out') return path === '/first-administrator' ? <FirstAdministrator /> : <SignIn />;
  return (
    <Shell>
      <ErrorBoundary name={path}>
        <Suspense fallback={<Page title="Loading">{<Skeleton />}</Page>}>{pageAt(path)}</Suspense>
      </ErrorBoundary>
    </Shell>
  );
}

function pageAt(path: string): ReactNode {
  if (match('/admin/*', path)) return <Admin />;
  return (
    <Page title="Not found">
      <Empty title="There is no such page" />
    </Page>
  );
}
