import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { DataSyncEvent } from '@coterie/protocol';
import {
  useConnection,
  useFieldLock,
  useHistory,
  useMutation,
  useNotifications,
  useOptimisticData,
  usePaginatedData,
  usePresence,
  useRealTimeSync,
  useSyncStatus,
} from '../src/index.js';
import { openDesk, probe } from './support/desk.js';

const edit42 = { op: 'update', entityType: 'Booking', entityId: '42' } as const;
const stock = { entityType: 'Stock', entityId: 'tent', data: { available: 3 } };

test('each event is heard once, StrictMode or not, by the newest listener', async () => {
  const desk = openDesk();
  const heard: DataSyncEvent[] = [];
  const sync = probe(() => useRealTimeSync({ entityTypes: ['Booking'], onDataChange: (event) => heard.push(event) }));
  await desk.show(sync.element);
  expect(sync.last.isConnected).toBe(true);
  await desk.edit('ben', { ...edit42, set: { note: 'new' } });
  expect(heard).toMatchObject([{ entityId: '42', operation: 'UPDATE', set: { note: 'new' } }]);
});

test('an emitted event is a change that everyone hears of', async () => {
  const desk = openDesk();
  const sync = probe(() => useRealTimeSync({ entityTypes: ['Booking'] }));
  await desk.show(sync.element);
  const made = sync.last.emitEvent({ entityType: 'Booking', entityId: '50', operation: 'CREATE', data: { note: 'n' } });
  await desk.settle();
  expect(await made).toMatchObject({ ok: true });
  const changed = sync.last.emitEvent({ entityType: 'Booking', entityId: '50', operation: 'DELETE', version: 1 });
  await desk.settle();
  expect(await changed).toMatchObject({ ok: true });
  expect(desk.server.record('Booking', '50')).toBeUndefined();
});

const initial = [
  { id: '43', note: 'second', price: 20 },
  { id: '42', note: 'old', price: 10 },
];

test('items that came with the page are shown at once, kept live, and stay in their order', async () => {
  const desk = openDesk();
  const items = probe(() => useOptimisticData(initial, 'Booking'));
  await desk.show(items.element);
  await desk.edit('ben', { ...edit42, set: { note: 'new' } });
  expect(items.last.data).toEqual([initial[0], { id: '42', note: 'new', price: 10 }]);
  await desk.edit('ben', { op: 'delete', entityType: 'Booking', entityId: '43' });
  expect(items.last.data.map((item) => item.id)).toEqual(['42']);
});

test('an item that is edited shows it at once, and two edits in a row do not conflict with each other', async () => {
  const desk = openDesk();
  const items = probe(() => useOptimisticData(initial, 'Booking'));
  await desk.show(items.element);
  let both: Promise<unknown> = Promise.resolve();
  act(() => {
    both = Promise.all([items.last.updateItem('42', { note: 'a' }), items.last.updateItem('42', { note: 'b' })]);
  });
  expect(items.last.data[1]).toMatchObject({ note: 'b' });
  await desk.settle();
  expect(await both).toMatchObject([{ ok: true }, { ok: true }]);
});

test('a stale edit of an item stands in its conflicts until it is resolved', async () => {
  const desk = openDesk();
  const items = probe(() => useOptimisticData(initial, 'Booking'));
  await desk.show(items.element);
  await desk.edit('ben', { ...edit42, set: { note: 'theirs' } });
  const stale = items.last.updateItem('42', { note: 'mine' }, { baseVersion: 1 });
  await desk.settle();
  expect(await stale).toMatchObject({ status: 'conflict' });
  expect(items.last.conflicts).toMatchObject([{ entityId: '42', fields: { note: 'clash' } }]);

  const resolved = items.last.resolveConflict('42', 'use-mine');
  await desk.settle();
  expect(await resolved).toMatchObject({ ok: true });
  expect(items.last.conflicts).toEqual([]);
  expect(items.last.data[1]).toMatchObject({ note: 'mine' });
  expect(await items.last.resolveConflict('42', 'use-mine')).toMatchObject({ ok: false, code: 'not_found' });
});

test('pages come one after the other, sorted, and by the URL of a list as well', async () => {
  const desk = openDesk();
  const list = probe(() => usePaginatedData('/api/v1/entities/Booking?sort=-price', 'Booking', 2));
  await desk.show(list.element);
  expect(list.last.data.map((item) => item.entityId)).toEqual(['44', '43']);
  expect(list.last.hasMore).toBe(true);
  await act(async () => {
    void list.last.loadMore();
    await desk.clock.settle();
  });
  expect(list.last.data.map((item) => item.entityId)).toEqual(['44', '43', '42']);
  expect(list.last.hasMore).toBe(false);
});

test('options that are written out anew at each render are the same list', async () => {
  const desk = openDesk();
  const list = probe(() => usePaginatedData('Booking', 'Booking', 50, { filter: { price: { $gte: 20 } } }));
  const page = await desk.show(list.element);
  page.again(list.element);
  await desk.settle();
  expect(list.last.data).toHaveLength(2);
  expect(desk.server.requests('subscribe').filter((one) => 'filter' in one).length).toBeLessThanOrEqual(1);
});

test('a list says that it is stale while there is no connection, and keeps what it has', async () => {
  const desk = openDesk();
  const list = probe(() => usePaginatedData('Booking', 'Booking'));
  await desk.show(list.element);
  desk.server.kill();
  await desk.advance(100);
  expect(list.last).toMatchObject({ isStale: true, status: 'stale' });
  expect(list.last.data).toHaveLength(3);
});

test('a field is locked for the others, and free when its component goes', async () => {
  const desk = openDesk();
  const mine = probe(() => useFieldLock('Booking', '42', 'note'));
  const page = await desk.show(mine.element);
  await act(async () => void (await Promise.all([mine.last.acquire(), desk.clock.settle()])));
  expect(mine.last).toMatchObject({ mine: true, locked: false });

  expect(await desk.ben.record('Booking', '42').lock('note')).toMatchObject({ ok: false, status: 'denied' });
  page.unmount();
  await desk.settle();
  expect(await desk.ben.record('Booking', '42').lock('note')).toMatchObject({ ok: true });
});

test('a lock that is granted after its release is given back', async () => {
  const desk = openDesk();
  const mine = probe(() => useFieldLock('Booking', '42', 'note'));
  await desk.show(mine.element);
  await act(async () => {
    const asked = mine.last.acquire();
    await mine.last.release();
    await Promise.all([asked, desk.clock.settle()]);
  });
  await desk.settle();
  expect(mine.last).toMatchObject({ mine: false, lost: false });
  expect(await desk.ben.record('Booking', '42').lock('note')).toMatchObject({ ok: true });
});

test('what is asked of a record without an id says that it has none', async () => {
  const desk = openDesk();
  const none = probe(() => useFieldLock('Booking', null, 'note'));
  await desk.show(none.element);
  expect(await none.last.acquire()).toEqual({
    ok: false,
    status: 'failed',
    code: 'no_id',
    message: 'No id yet.',
    retry: false,
  });
});

test('a filter in a URL that is no JSON is named', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  const desk = openDesk();
  const list = probe(() => usePaginatedData('/api/v1/entities/Booking?filter=status:open', 'Booking'));
  await expect(desk.show(list.element)).rejects.toThrow('No JSON: filter=status:open');
  quiet.mockRestore();
});

test('a lock of another on the whole record locks each field, and its end is seen', async () => {
  const desk = openDesk();
  const note = probe(() => useFieldLock('Booking', '42', 'note'));
  await desk.show(note.element);
  const taken = await desk.ben.record('Booking', '42').lock();
  await desk.settle();
  expect(note.last).toMatchObject({ locked: true, holder: { userId: 'ben' } });
  if (taken.ok) await taken.lock.release();
  await desk.settle();
  expect(note.last).toMatchObject({ locked: false, holder: null });
});

test('who is at a record is seen by those at the record and by those at its type', async () => {
  const desk = openDesk();
  const record = probe(() => usePresence('Booking', '42'));
  const type = probe(() => usePresence('Booking'));
  await desk.show(
    <>
      {record.element}
      {type.element}
    </>,
  );
  desk.ben.record('Booking', '42').present({ field: 'note' });
  await desk.settle();
  expect(record.last.others).toMatchObject([{ userId: 'ben', state: { field: 'note' } }]);
  expect(type.last.others).toMatchObject([{ userId: 'ben', entityId: '42' }]);
});

test('a guarded command commits whole or says which guard failed, and tells when it is at work', async () => {
  const desk = openDesk();
  desk.server.seed([stock]);
  const reserve = probe(() =>
    useMutation((tx, count: number) => tx.take('Stock', 'tent', 'available', count).create('Order', { count })),
  );
  await desk.show(reserve.element);
  let run = reserve.last.mutate(2);
  await act(async () => {});
  await desk.settle();
  expect(await run).toMatchObject({ ok: true });
  run = reserve.last.mutate(2);
  await desk.settle();
  expect(await run).toMatchObject({ status: 'rejected', code: 'guard_failed' });
  expect(reserve.last).toMatchObject({ pending: false, result: { status: 'rejected' } });
  expect(desk.server.records('Order')).toHaveLength(1);
});

test('offline a command waits, and a builder that throws ends as failed', async () => {
  const desk = openDesk();
  const create = probe(() => useMutation((tx) => tx.create('Order', {})));
  const broken = probe(() =>
    useMutation(() => {
      throw new Error('No such item');
    }),
  );
  await desk.show(
    <>
      {create.element}
      {broken.element}
    </>,
  );
  await act(async () => {
    expect(await broken.last.mutate()).toMatchObject({ status: 'failed', code: 'build', retry: false });
  });
  desk.server.kill();
  await desk.advance(100);
  act(() => void create.last.mutate());
  expect(create.last).toMatchObject({ pending: true, waiting: true });
  desk.server.restart();
  await desk.advance(5000);
  expect(create.last).toMatchObject({ pending: false, waiting: false, result: { ok: true } });
});

test('the connection is told by its state, and a slice of it renders only when it changes', async () => {
  const desk = openDesk();
  const all = probe(() => useConnection());
  const away = probe(() => useConnection(({ state }) => state === 'stopped'));
  await desk.show(
    <>
      {all.element}
      {away.element}
    </>,
  );
  const before = away.renders;
  const { retryNow } = all.last;
  desk.server.kill();
  await desk.advance(100);
  expect(all.last).toMatchObject({ state: 'offline', isLive: false });
  expect(all.last.retryNow).toBe(retryNow);
  expect(away.renders).toBe(before);
});

test('what waits is counted, can be taken back, and Sync now tells when it is done', async () => {
  const desk = openDesk();
  const sync = probe(() => useSyncStatus());
  await desk.show(sync.element);
  expect(sync.last).toMatchObject({ pending: 0, isSaved: true });
  desk.server.kill();
  await desk.advance(100);
  void desk.ann.create('Booking', {});
  await desk.settle();
  expect(sync.last).toMatchObject({ pending: 1, isSaved: false });
  act(() => expect(sync.last.cancel(sync.last.queued[0]?.mutationId ?? '')).toBe(true));
  expect(sync.last.pending).toBe(0);
});

test('announcements and notifications are shown, and read', async () => {
  const desk = openDesk();
  const words = probe(() => useNotifications());
  await desk.show(words.element);
  act(() => void desk.server.announce('Back at noon'));
  await desk.settle();
  expect(words.last.announcements).toMatchObject([{ text: 'Back at noon' }]);
  await desk.ann.record('Booking', '42').lock('note');
  await desk.ben.record('Booking', '42').lock('note', { steal: true });
  await desk.settle();
  expect(words.last).toMatchObject({ items: [{ kind: 'lockTaken', userId: 'ben' }], unread: 1 });
  const read = words.last.markAllRead();
  await desk.settle();
  expect(await read).toMatchObject({ ok: true, unread: 0 });
});

test('the history is paged, follows the record, and restores', async () => {
  const desk = openDesk();
  for (const note of ['b', 'c', 'd']) desk.server.edit('ben', { ...edit42, set: { note } });
  const history = probe(() => useHistory('Booking', '42', { pageSize: 2 }));
  await desk.show(history.element);
  const versions = () => history.last.events.map((event) => event.version);
  expect(versions()).toEqual([4, 3]);
  await act(async () => {
    void history.last.loadMore();
    await desk.clock.settle();
  });
  expect(versions()).toEqual([4, 3, 2, 1]);

  const restored = history.last.restore(1);
  await desk.settle();
  expect(await restored).toMatchObject({ ok: true });
  expect(versions()).toEqual([5, 4, 3, 2, 1]);
  expect(history.last.hasMore).toBe(false);
});
