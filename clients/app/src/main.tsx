// Where the application begins.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.js';
import { SessionProvider } from './session/context.js';
import { Session } from './session/session.js';
import '@coterie/react/styles.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/ui.css';
import './styles/table.css';
import './styles/shell.css';
import './styles/desk.css';
import './styles/components.css';
import { Toasts } from './ui/Toasts.js';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <SessionProvider session={new Session()}>
        <App />
        <Toasts />
      </SessionProvider>
    </StrictMode>,
  );
}
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}));
}
