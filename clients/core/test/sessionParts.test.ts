// What belongs to a session: locks, presence, signals, notifications, announcements, and how far all is.
import { describe, expect, it } from 'vitest';
import { turns } from './support/clock.js';
import { committed, connected, Desk, endOf, entity, updated } from './support/desk.js';

const PLACE = { entityType: 'Booking', entityId: '1' };

async function locked(field?: string) {
  const desk = await connected();
  const { record } = await desk.live('1', { n: 1 });
  const taking = record.lock(field);
  await desk.link.answer(desk.link.only('lock'), 'locked', { fence: 5, ttlMs: 30_000 });
  const taken = await taking;
  if (!taken.ok) throw new Error('not locked');
  return { desk, record, lock: taken.lock };
}

describe('a lock', () => {
  it('is renewed at half its time, and runs out where nobody looks at the page', async () => {
    const { desk } = await locked();
    await desk.clock.move(15_000);
    await desk.link.answer(desk.link.only('lock'), 'locked', { fence: 5, ttlMs: 30_000 });
    desk.page('hidden');
    await desk.clock.move(120_000);
    expect(desk.link.sent('lock')).toHaveLength(2);
  });

  it('is lost, and says so, when its time is over or somebody takes it', async () => {
    const { desk, lock } = await locked('price');
    let told = 0;
    lock.subscribe(() => ++told);
    const holder = { userId: 'bob', sessionId: 's9' };
    await desk.link.say({ type: 'lock', state: 'taken', ...PLACE, field: 'price', holder, fence: 5, ttlMs: 0 });
    expect([lock.get(), told]).toEqual(['lost', 1]);
    await desk.clock.move(60_000);
    expect(desk.link.sent('lock')).toHaveLength(1);
  });

  it('is kept by the same session over a break, and taken over by its fence by a new one', async () => {
    const { desk, lock } = await locked();
    desk.link.drop();
    await desk.link.connect({ sessionId: 's2' });
    const again = desk.link.only('lock');
    expect(again.members).toMatchObject({ ...PLACE, fence: 5 });
    await desk.link.answer(again, 'error', { code: 'not_holder', message: 'It is over.', retry: false });
    expect(lock.get()).toBe('lost');
  });

  it('tells who holds the place where it is denied', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    const taking = record.lock('price');
    const holder = { userId: 'bob', name: 'Bob', sessionId: 's9' };
    await desk.link.answer(desk.link.only('lock'), 'denied', { holder, ttlMs: 9000 });
    expect(await taking).toEqual({ ok: false, status: 'denied', holder, ttlMs: 9000 });
  });

  it('is given back once, by the last of those who hold it', async () => {
    const { desk, record, lock } = await locked();
    const second = await record.lock();
    expect(second.ok && second.lock).toBe(lock);
    void lock.release();
    await turns();
    expect(desk.link.open('unlock')).toEqual([]);
    void lock.release();
    await turns();
    expect(desk.link.only('unlock').members).toMatchObject({ fence: 5 });
    expect(lock.get()).toBe('released');
  });
});

describe('presence', () => {
  it('that the server does not take is told by the log', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    record.present({ text: 'long' });
    const refusal = { code: 'too_large', message: 'More than 1024 bytes.', retry: false } as const;
    await desk.link.answer(desk.link.only('presence'), 'error', refusal);
    expect(desk.logs).toHaveLength(1);
    expect(desk.logs[0]).toMatch(/^warn: Nobody sees .*: More than 1024 bytes\. \(too_large\)/);
  });

  it('is said at most ten times a second, the latest last, and again after a reconnect', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    for (let i = 0; i < 10; ++i) {
      record.present({ i });
      await desk.clock.move(10);
    }
    await desk.clock.move(500);
    expect(desk.link.sent('presence').map((said) => said.state)).toEqual([{ i: 0 }, { i: 9 }]);
    desk.link.drop();
    await desk.link.connect();
    const state = { type: 'snapshot' as const, subscription: 1, reason: 'state', locks: [], presence: [] };
    await desk.link.say({ ...state, position: { epoch: 'e1', seq: 1 } });
    await desk.clock.move(200);
    expect(desk.link.sent('presence').map((said) => said.state)).toEqual([{ i: 0 }, { i: 9 }, { i: 9 }]);
    record.present(null);
    expect(desk.link.sent('presence')[3]?.state).toBeNull();
  });

  it('shows the others, session by session, and not oneself', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    const who = (sessionId: string) => ({ sessionId, userId: sessionId, state: {}, since: '2026-01-01T00:00:00.000Z' });
    await desk.link.say({
      type: 'presence',
      ...PLACE,
      joins: [who('s1'), who('s2'), who('s3')],
      updates: [],
      leaves: [],
    });
    expect(record.get().others.map((other) => other.sessionId)).toEqual(['s2', 's3']);
    await desk.link.say({
      type: 'presence',
      ...PLACE,
      joins: [],
      updates: [{ ...who('s3'), state: { field: 'n' } }],
      leaves: [{ sessionId: 's2', userId: 's2' }],
    });
    expect(record.get().others).toMatchObject([{ sessionId: 's3', state: { field: 'n' } }]);
  });

  it('carries signals to whoever listens at the record', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    const heard: unknown[] = [];
    const stop = record.onSignal((signal) => heard.push(signal.data));
    const signal = { type: 'signal' as const, ...PLACE, name: 'wave', data: 1, userId: 'bob', sessionId: 's9' };
    await desk.link.say(signal);
    stop();
    await desk.link.say(signal);
    expect(heard).toEqual([1]);
    const sending = record.signal('wave', 2);
    const asked = desk.link.only('signal');
    expect(asked.members).toEqual({ subscription: 1, name: 'wave', data: 2 });
    await desk.link.answer(asked, 'ok', {});
    expect(await sending).toEqual({ ok: true });
  });
});

describe('notifications and announcements', () => {
  it('are counted once each, and marked as read', async () => {
    const desk = await connected();
    const note = (notificationId: number) => ({
      notificationId,
      kind: 'overwritten',
      fields: [],
      userId: 'bob',
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    await desk.link.say({ type: 'notification', ...note(1) }, { type: 'notification', ...note(2) });
    await desk.link.say({ type: 'notification', ...note(2) });
    expect(desk.client.notifications.get()).toMatchObject({ unread: 2, items: [{ notificationId: 2 }, {}] });
    const marking = desk.client.markRead({ upTo: 1 });
    await desk.link.answer(desk.link.only('markRead'), 'ok', { unread: 1 });
    expect(await marking).toEqual({ ok: true, unread: 1 });
    expect(desk.client.notifications.get().items.map((item) => item.readAt !== undefined)).toEqual([false, true]);
  });

  it('stand for their time, and go when they are taken back', async () => {
    const desk = await connected();
    const say = (announcementId: number, ttlMs: number) =>
      desk.link.say({
        type: 'announcement',
        announcementId,
        text: 'soon',
        severity: 'info',
        userId: 'op',
        timestamp: '2026-01-01T00:00:00.000Z',
        ttlMs,
      });
    await say(1, 5000);
    await say(2, 60_000);
    await say(2, 60_000);
    expect(desk.client.announcements.get()).toHaveLength(2);
    await desk.clock.move(5000);
    expect(desk.client.announcements.get()).toMatchObject([{ announcementId: 2 }]);
    await desk.link.say({ type: 'announcement', announcementId: 2, withdrawn: true });
    expect(desk.client.announcements.get()).toEqual([]);
  });
});

describe('the state of the synchronisation', () => {
  it('is true: pending, since when, and when all was last right', async () => {
    const desk = new Desk();
    await turns();
    const { sync } = desk.client;
    expect(sync.get()).toMatchObject({ pending: 0, lastSyncedAt: null, firstSyncDone: false });
    desk.client.record('Booking', '1').subscribe(() => {});
    await desk.link.connect();
    expect(sync.get().firstSyncDone).toBe(false);
    await desk.link.say({
      type: 'snapshot',
      subscription: 1,
      reason: 'new',
      position: { epoch: 'e1', seq: 1 },
      entities: [entity('1', { n: 1 })],
      locks: [],
      presence: [],
    });
    const synced = desk.clock.now;
    expect(sync.get()).toMatchObject({ firstSyncDone: true, lastSyncedAt: synced });
    void desk.client.record('Booking', '1').set({ n: 2 });
    await desk.clock.move(7000);
    expect(sync.get()).toMatchObject({ pending: 1, oldestPendingMs: expect.any(Number), lastSyncedAt: synced });
    expect(sync.get().oldestPendingMs).toBeGreaterThanOrEqual(5000);
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 2, '1', 2));
    expect(sync.get()).toMatchObject({ pending: 0, lastSyncedAt: desk.clock.now });
    const ended = desk.clock.now;
    desk.link.drop();
    await desk.clock.move(60_000);
    expect(sync.get().lastSyncedAt).toBe(ended);
  });

  it('warns in the log of an edit that waits long on a live connection', async () => {
    const desk = await connected();
    void desk.client.create('Booking', { n: 1 });
    await desk.clock.move(70_000);
    expect(desk.logs.filter((line) => line.includes('waited long'))).toHaveLength(1);
  });
});

describe('memory', () => {
  it('does not grow with events, with records that come and go, or with edits', async () => {
    const desk = await connected();
    const list = desk.client.list('Booking', { filter: { open: true } });
    list.subscribe(() => {});
    await turns();
    await desk.link.subscribed([entity('a', { n: 0 })], 1);
    const store = (desk.client as unknown as { store: { size: number } }).store;
    for (let i = 1; i <= 2000; ++i) {
      const id = `r${i}`;
      await desk.link.say(updated('a', 10 * i, i + 1, { n: i }), updated(`other${i}`, 10 * i, 7, { n: i }), {
        type: 'enter',
        ...entity(id, { n: 1 }),
        subscriptions: [1],
        seq: 10 * i,
      });
      await desk.link.say({ type: 'gone', subscriptions: [1], seq: 10 * i + 1, entityType: 'Booking', entityId: id });
      const edit = desk.client.record('Booking', 'a').set({ m: i });
      const asked = desk.link.only('mutate');
      const { mutationId } = asked.members;
      await desk.link.answer(asked, 'rejected', { mutationId, opIndex: 0, code: 'invalid', message: '', retry: false });
      desk.link.asked = [];
      expect(await endOf(edit)).toMatchObject({ ok: false });
      list.get();
    }
    expect(store.size).toBe(1);
    expect(desk.client.sync.get().pending).toBe(0);
    expect(desk.clock.waiting).toBeLessThan(5);
    expect(desk.disk.queue.size).toBe(0);
  });
});
