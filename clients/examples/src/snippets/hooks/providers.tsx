import { CoterieProvider } from '@coterie/react';
import { ConnectionBadge, SyncStatus } from '@coterie/react/components';
import '@coterie/react/styles.css';

declare function fetchToken(): Promise<string | null>;

export const App = () => (
  <CoterieProvider url="https://desk.example" getToken={fetchToken} preventUnsavedChanges>
    <ConnectionBadge />
    <SyncStatus />
  </CoterieProvider>
);
