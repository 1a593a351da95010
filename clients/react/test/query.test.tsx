import { connect } from '@coterie/client';
import { notifyManager, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { CoterieProvider, useCoterie } from '../src/index.js';
import { coterieQueryOptions, listQueryOptions } from '../src/query.js';
import { openDesk, probe } from './support/desk.js';

// It tells its observers by a timer; here, at once.
notifyManager.setScheduler(queueMicrotask);

const edit42 = { op: 'update', entityType: 'Booking', entityId: '42' } as const;

test('a query of a record is patched live, and left alone once nobody looks', async () => {
  const desk = openDesk();
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const note = probe(() => useQuery(coterieQueryOptions<{ note: string }>(useCoterie(), 'Booking', '42')));
  const page = await desk.show(<QueryClientProvider client={cache}>{note.element}</QueryClientProvider>);
  expect(note.last.data).toMatchObject({ status: 'live', data: { note: 'old' } });

  await desk.edit('ben', { ...edit42, set: { note: 'new' } });
  expect(note.last.data?.data).toMatchObject({ note: 'new' });

  page.unmount();
  await desk.advance(5000);
  await desk.edit('ben', { ...edit42, set: { note: 'unseen' } });
  const query = coterieQueryOptions<{ note: string }>(desk.ann, 'Booking', '42');
  expect(cache.getQueryData(query.queryKey)?.data).toMatchObject({ note: 'new' });
  expect(cache.getQueryState(query.queryKey)?.isInvalidated).toBe(true);
  cache.clear();
});

test('a query of a list is patched live', async () => {
  const desk = openDesk();
  const cache = new QueryClient();
  const list = probe(() => useQuery(listQueryOptions(useCoterie(), 'Booking', { sort: '-price' })));
  await desk.show(<QueryClientProvider client={cache}>{list.element}</QueryClientProvider>);
  await desk.edit('ben', { op: 'create', entityType: 'Booking', entityId: '60', data: { price: 60 } });
  expect(list.last.data?.items.map((item) => item.entityId)).toEqual(['60', '44', '43', '42']);
  act(() => cache.clear());
});

test('a query that begins together with its provider is asked of the client, not of what stands in for it', async () => {
  const desk = openDesk();
  const cache = new QueryClient();
  const note = probe(() => useQuery(coterieQueryOptions<{ note: string }>(useCoterie(), 'Booking', '42')));
  render(
    <QueryClientProvider client={cache}>
      <CoterieProvider
        url="http://desk.test"
        getToken={() => 'dev:ann'}
        storage="memory"
        shareAcrossTabs={false}
        environment={desk.server.environment({ log: () => {} })}
      >
        {note.element}
      </CoterieProvider>
    </QueryClientProvider>,
  );
  await desk.advance(100);
  expect(note.last.data?.data).toMatchObject({ note: 'old' });
  act(() => cache.clear());
});

test('the next one to sign in is shown nothing of the one before', async () => {
  const desk = openDesk();
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let who: string | null = 'ann';
  const client = connect({
    url: 'http://desk.test',
    getToken: () => who && `dev:${who}`,
    storage: 'memory',
    shareAcrossTabs: false,
    environment: desk.server.environment({ log: () => {} }),
  });
  const note = probe(() => useQuery(coterieQueryOptions<{ note: string }>(useCoterie(), 'Booking', '42')));
  const page = await desk.show(<QueryClientProvider client={cache}>{note.element}</QueryClientProvider>, client);
  await desk.advance(100);
  expect(note.last.data?.data).toMatchObject({ note: 'old' });

  // While it is looked at, and once it is not.
  who = null;
  await act(async () => client.authChanged({ wipe: true }));
  await desk.advance(100);
  expect(note.last.data).toBeUndefined();
  who = 'ann';
  await act(async () => client.authChanged());
  await desk.advance(100);
  expect(note.last.data?.data).toMatchObject({ note: 'old' });
  page.unmount();
  who = null;
  await act(async () => client.authChanged({ wipe: true }));
  await desk.advance(100);
  expect(cache.getQueryCache().getAll()).toEqual([]);
  await client.close();
});
