import { act, render } from '@testing-library/react';
import { Component, createRef, StrictMode } from 'react';
import type { ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { connect } from '@coterie/client';
import type { RecordState } from '@coterie/client';
import { FakeServer, handClock } from '@coterie/testing';
import { expect, test, vi } from 'vitest';
import { AuthProvider, CoterieProvider, useAuth, useConnection, useCoterie, useEntity } from '../src/index.js';
import { ConnectionBadge, SyncStatus } from '../src/components.js';
import { probe } from './support/desk.js';

function openServer() {
  const clock = handClock();
  const server = new FakeServer({ clock, users: { ann: { password: 'a long secret', roles: [] } } });
  server.seed([{ entityType: 'Booking', entityId: '42', data: { note: 'old' } }]);
  const kept = new Map<string, string>();
  const page = {
    online: () => true,
    visible: () => true,
    listen: () => () => {},
    guardLeaving: () => () => {},
    keep: {
      get: (name: string) => kept.get(name) ?? null,
      set: (name: string, value: string | null) => void (value === null ? kept.delete(name) : kept.set(name, value)),
    },
  };
  const environment = server.environment({ page, log: () => {} });
  const sockets = vi.spyOn(server, 'openSocket');
  const options = { url: 'http://desk.test', storage: 'memory', shareAcrossTabs: false, environment } as const;
  return { server, clock, sockets, options, advance: (ms: number) => act(() => clock.advance(ms)) };
}

test('StrictMode makes one connection, which closes a moment after the provider has gone', async () => {
  const { sockets, options, advance, server } = openServer();
  const state = probe(() => useConnection((connection) => connection.state));
  const page = render(
    <StrictMode>
      <CoterieProvider {...options} getToken={() => 'dev:ann'}>
        {state.element}
      </CoterieProvider>
    </StrictMode>,
  );
  await advance(3000);
  expect(state.last).toBe('live');
  expect(sockets).toHaveBeenCalledTimes(1);
  const left = () => server.connections.length;
  expect(left()).toBe(1);

  page.unmount();
  await advance(500);
  expect(left()).toBe(1);
  await advance(1000);
  expect(left()).toBe(0);
});

test('another function for the token at each render keeps the connection, another address does not', async () => {
  const { sockets, options, advance } = openServer();
  const App = ({ url = options.url }: { url?: string }) => (
    <CoterieProvider {...options} url={url} getToken={() => 'dev:ann'}>
      {null}
    </CoterieProvider>
  );
  const page = render(<App />);
  await advance(100);
  page.rerender(<App />);
  await advance(2000);
  expect(sockets).toHaveBeenCalledTimes(1);
  page.rerender(<App url="http://other.test" />);
  await advance(2000);
  expect(sockets).toHaveBeenCalledTimes(2);
  page.unmount();
  await advance(2000);
});

function Page() {
  const booking = useEntity<{ note: string }>('Booking', '42', { presence: true, draft: true });
  return (
    <div>
      {booking.status}: {booking.data?.note} <ConnectionBadge /> <SyncStatus />
    </div>
  );
}

test('a server makes the page without a connection, and a browser takes it over without a difference', async () => {
  const { sockets, options, advance, server } = openServer();
  const app = (
    <CoterieProvider {...options} getToken={() => 'dev:ann'}>
      <Page />
    </CoterieProvider>
  );
  const html = renderToString(app);
  expect(html).toContain('loading');
  expect(sockets).not.toHaveBeenCalled();

  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const container = document.createElement('div');
  container.innerHTML = html;
  const root = await act(async () => hydrateRoot(container, app));
  await advance(100);
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
  expect(container.textContent).toContain('live: old');
  expect(server.connections).toHaveLength(1);
  await act(async () => root.unmount());
  await advance(2000);
});

test('who signs in is connected, and who signs out is not any more', async () => {
  const { options, advance } = openServer();
  const auth = probe(() => useAuth());
  const state = probe(() => useConnection((connection) => connection.state));
  const page = render(
    <StrictMode>
      <AuthProvider url={options.url} persist="memory" environment={options.environment}>
        <CoterieProvider {...options}>
          {auth.element}
          {state.element}
        </CoterieProvider>
      </AuthProvider>
    </StrictMode>,
  );
  await advance(100);
  expect(auth.last).toMatchObject({ status: 'signed-out', user: null, accessToken: null });
  expect(state.last).toBe('needs-auth');

  const { login } = auth.last;
  let answer = login('ann', 'wrong');
  await advance(100);
  expect(await answer).toMatchObject({ ok: false });
  answer = login('ann', 'a long secret');
  await advance(100);
  expect(await answer).toMatchObject({ ok: true });
  expect(auth.last).toMatchObject({ status: 'signed-in', user: { id: 'ann' } });
  expect(auth.last.accessToken).toBeTruthy();
  expect(auth.last.login).toBe(login);
  expect(state.last).toBe('live');

  void auth.last.logout();
  await advance(100);
  expect(auth.last.status).toBe('signed-out');
  expect(state.last).toBe('needs-auth');
  page.unmount();
  await advance(2000);
});

test('another identity is taken for another person at once, with the same connection options', async () => {
  const { options, advance, server } = openServer();
  const tokens: string[] = [];
  const note = probe(() =>
    useEntity('Booking', '42', (state: RecordState<{ note: string }>) => state.data?.note ?? state.status),
  );
  const user = probe(() => useConnection((connection) => connection.user?.id));
  const App = ({ who }: { who: string | null }) => (
    <StrictMode>
      <CoterieProvider
        {...options}
        identity={who}
        getToken={() => {
          tokens.push(who ?? 'nobody');
          return who && `dev:${who}`;
        }}
      >
        {note.element}
        {user.element}
      </CoterieProvider>
    </StrictMode>
  );
  const page = render(<App who="ann" />);
  await advance(100);
  expect([note.last, user.last]).toEqual(['old', 'ann']);
  expect(tokens).toEqual(['ann']);

  page.rerender(<App who="ben" />);
  expect(note.last).toBe('loading');
  await advance(100);
  expect([note.last, user.last]).toEqual(['old', 'ben']);
  expect(tokens.filter((who) => who === 'ann')).toHaveLength(1);
  expect(server.connections).toHaveLength(1);

  page.rerender(<App who={null} />);
  expect(note.last).toBe('loading');
  await advance(100);
  expect(note.last).not.toBe('old');
  page.unmount();
  await advance(2000);
});

test('the first identity keeps what was cached, for it is not known yet when a page begins', async () => {
  const { options, advance } = openServer();
  const client = connect({ ...options, getToken: () => 'dev:ann' });
  const authChanged = vi.spyOn(client, 'authChanged');
  const page = (who?: string) => (
    <StrictMode>
      <CoterieProvider client={client} {...(who ? { identity: who } : {})}>
        {null}
      </CoterieProvider>
    </StrictMode>
  );
  const { rerender } = render(page());
  expect(authChanged).not.toHaveBeenCalled();
  rerender(page('ann'));
  expect(authChanged.mock.calls).toEqual([[{ wipe: false }]]);
  rerender(page('ben'));
  expect(authChanged.mock.calls.slice(1)).toEqual([[{ wipe: true }]]);
  void client.close();
  await advance(3000);
});

/** What an error boundary above `page` is handed. */
function caughtFrom(page: ReactNode): Error | null {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  const boundary = createRef<Boundary>();
  render(<Boundary ref={boundary}>{page}</Boundary>);
  quiet.mockRestore();
  return boundary.current?.state.caught ?? null;
}

class Boundary extends Component<{ children: ReactNode }, { caught: Error | null }> {
  override state = { caught: null };
  static getDerivedStateFromError = (caught: Error) => ({ caught });
  override render() {
    return this.state.caught ? null : this.props.children;
  }
}

const cure = (provider: string) => `write <${provider} url="https://...">, or url="/" for this page's origin.`;

test('a hook without its provider says which one is missing, and the cure', () => {
  const said = (provider: string) => `No <${provider}> above: ${cure(provider)}`;
  expect(caughtFrom(probe(() => useCoterie()).element)?.message).toBe(said('CoterieProvider'));
  expect(caughtFrom(probe(() => useAuth()).element)?.message).toBe(said('AuthProvider'));
});

test.each([undefined, ''])('a provider with the url %j says what to write to an error boundary', (given) => {
  const url = given as string;
  const connecting = caughtFrom(<CoterieProvider url={url}>{null}</CoterieProvider>);
  expect(connecting).toBeInstanceOf(TypeError);
  expect(connecting?.message).toBe(`No url: ${cure('CoterieProvider')}`);
  const signingIn = caughtFrom(<AuthProvider url={url}>{null}</AuthProvider>);
  expect(signingIn?.message).toBe(`No url: ${cure('AuthProvider')}`);
});

test('what connect says against a url reaches an error boundary', () => {
  expect(caughtFrom(<CoterieProvider url="http://">{null}</CoterieProvider>)).toBeInstanceOf(TypeError);
});
