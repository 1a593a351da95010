// Rooms: shared, joined and left, resumed, refused; kept for a reload, and checked against the server.
import { describe, expect, it } from 'vitest';
import type { Entity } from '@coterie/protocol';
import type { CachedRoom } from '../src/persist/persistence.js';
import type { AuthState } from '../src/api/auth.js';
import { connected, created, endOf, entity, updated, Desk } from './support/desk.js';
import { MemoryDisk } from './support/memoryDisk.js';
import { turns } from './support/clock.js';

const ids = (list: { get(): { items: readonly { entityId: string }[] } }) => list.get().items.map((i) => i.entityId);

describe('a room', () => {
  it('is joined once for all who listen, and left a moment after the last has gone', async () => {
    const desk = await connected();
    const first = desk.client.record('Booking', '1').subscribe(() => {});
    const second = desk.client.record('Booking', '1').subscribe(() => {});
    await turns();
    expect(desk.link.sent('subscribe')).toHaveLength(1);
    await desk.link.subscribed([entity('1', { n: 1 })], 1);
    first();
    second();
    await desk.clock.move(1000);
    const third = desk.client.record('Booking', '1').subscribe(() => {});
    await desk.clock.move(10_000);
    expect(desk.link.sent('unsubscribe')).toHaveLength(0);
    third();
    await desk.clock.move(2000);
    expect(desk.link.sent('unsubscribe')).toEqual([{ subscription: 1 }]);
    expect(desk.client.record('Booking', '1').get()).toMatchObject({ status: 'loading', data: null });
  });

  it('of the same type, filter and sort is one, however its filter is written', async () => {
    const desk = await connected();
    desk.client.list('Booking', { filter: { a: 1, b: 2 }, sort: 'x' }).subscribe(() => {});
    desk.client.list('Booking', { filter: { b: 2, a: 1 }, sort: 'x' }).subscribe(() => {});
    desk.client.list('Booking', { filter: { b: 2, a: 1 } }).subscribe(() => {});
    await turns();
    expect(desk.link.sent('subscribe')).toHaveLength(2);
  });

  it('keeps its data, marked stale, over a break, and goes on from its position', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 }, 1, 7);
    desk.link.drop();
    expect(record.get()).toMatchObject({ status: 'stale', data: { n: 1 } });
    await desk.link.connect();
    expect(desk.link.hello).toMatchObject([{ subscription: 1, position: { epoch: 'e1', seq: 7 } }]);
    expect(record.get().status).toBe('stale');
    await desk.link.say(updated('1', 8, 2, { n: 2 }));
    const state = { type: 'snapshot' as const, subscription: 1, reason: 'state', locks: [], presence: [] };
    await desk.link.say({ ...state, position: { epoch: 'e1', seq: 8 } });
    expect(record.get()).toMatchObject({ status: 'live', data: { n: 2 } });
    expect(desk.link.sent('subscribe')).toHaveLength(1);
  });

  it('that is wanted while offline asks for a snapshot', async () => {
    const desk = await connected();
    await desk.live('1', { n: 1 });
    desk.link.drop();
    const other = desk.client.record('Booking', '2');
    other.subscribe(() => {});
    await desk.link.connect();
    expect(desk.link.hello.map((room) => room.position)).toEqual([{ epoch: 'e1', seq: 1 }, null]);
    await desk.link.say({
      type: 'snapshot',
      subscription: 2,
      reason: 'new',
      position: { epoch: 'e1', seq: 3 },
      entities: [entity('2', { n: 2 })],
      locks: [],
      presence: [],
    });
    expect(other.get()).toMatchObject({ status: 'live', data: { n: 2 } });
  });

  it('that cannot be resumed is replaced, also by lower versions of another epoch', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 9 }, 9);
    desk.link.drop();
    await desk.link.connect({ status: () => 'resync', reason: 'epoch', position: { epoch: 'e2', seq: 2 } });
    await desk.link.say({
      type: 'snapshot',
      subscription: 1,
      reason: 'epoch',
      position: { epoch: 'e2', seq: 2 },
      entities: [entity('1', { n: 2 }, 2)],
      locks: [],
      presence: [],
    });
    expect(record.get()).toMatchObject({ status: 'live', version: 2, data: { n: 2 } });
    await desk.link.say(updated('1', 3, 3, { n: 3 }));
    expect(record.get().version).toBe(3);
  });

  it('that is refused carries no data, and one that was ended for its load is joined again', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { secret: 1 });
    await desk.link.say({ type: 'unsubscribed', subscription: 1, code: 'overloaded' });
    expect(record.get()).toMatchObject({ status: 'stale', data: { secret: 1 } });
    await desk.clock.move(1000);
    await desk.link.subscribed([entity('1', { secret: 1 })], 2);
    expect(record.get().status).toBe('live');
    await desk.link.say({ type: 'unsubscribed', subscription: 1, code: 'forbidden' });
    expect(record.get()).toMatchObject({ status: 'denied', data: null, entity: null });
  });

  it('of a record that is not there says gone, and shows it once it is created', async () => {
    const desk = await connected();
    const record = desk.client.record('Booking', '1');
    record.subscribe(() => {});
    expect(record.get().status).toBe('loading');
    await turns();
    await desk.link.subscribed([], 1);
    expect(record.get().status).toBe('gone');
    await desk.link.say(created('1', 2, { n: 1 }));
    expect(record.get()).toMatchObject({ status: 'live', data: { n: 1 } });
  });

  it('shows the same record once, whatever rooms it is in', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1, open: true });
    const list = desk.client.list('Booking', { filter: { open: true } });
    list.subscribe(() => {});
    await turns();
    await desk.link.subscribed([entity('1', { n: 1, open: true })], 1);
    await desk.link.say(updated('1', 2, 2, { n: 2 }));
    expect([record.get().data, list.get().items[0]?.data]).toEqual([
      { n: 2, open: true },
      { n: 2, open: true },
    ]);
    await desk.link.say(updated('1', 3, 3, { open: false }), {
      type: 'gone',
      subscriptions: [2],
      seq: 3,
      entityType: 'Booking',
      entityId: '1',
    });
    expect(list.get().items).toEqual([]);
    expect(record.get()).toMatchObject({ status: 'live', data: { n: 2, open: false } });
  });

  it('is asked for anew, and emptied at once, for another user', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { secret: 1 });
    desk.client.authChanged({ wipe: true });
    expect(record.get()).toMatchObject({ status: 'loading', data: null });
    desk.link.drop();
    await desk.link.connect({ userId: 'cay', position: { epoch: 'e1', seq: 5 } });
    expect(desk.link.hello).toMatchObject([{ position: null }]);
    expect(record.get().data).toBeNull();
  });
});

describe('a sign-in', () => {
  const signedIn = (id: string): AuthState => ({
    status: 'signed-in',
    user: { id, name: id, roles: [] },
    accessToken: 't',
  });

  it("of another user puts what the one before was shown away at once, and keeps that one's queue", async () => {
    const desk = await connected();
    await desk.link.connect({ userId: 'ann' });
    const { record } = await desk.live('1', { secret: 1 });
    const made = desk.client.create('Booking', { secret: 2 }, { entityId: 'x' });
    desk.link.drop();

    desk.client.authChanged(signedIn('ann'));
    expect(record.get().data).toEqual({ secret: 1 });
    desk.client.authChanged(signedIn('cay'));

    expect(record.get()).toMatchObject({ status: 'loading', data: null });
    expect(desk.client.record('Booking', 'x').get().entity).toBeNull();
    expect(await endOf(made)).toMatchObject({ ok: false, code: 'signed_out' });
    const mine = desk.client.create('Booking', { n: 3 });
    await turns();
    expect([...desk.disk.queue.values()].map(({ userId }) => userId)).toEqual(['ann', 'cay']);
    await desk.link.connect({ userId: 'cay' });
    expect(desk.link.sent('mutate').slice(-1)).toMatchObject([{ ops: [{ data: { n: 3 } }] }]);
    expect(await endOf(mine)).toBe('open');
  });

  it('that ended by itself keeps what is shown, and one that was ended here does not', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { secret: 1 });
    const out: AuthState = { status: 'signed-out', user: null, accessToken: null };

    desk.client.authChanged({ ...out, reason: 'The sign-in has ended.' });
    expect(record.get().data).toEqual({ secret: 1 });
    desk.client.authChanged(out);
    expect(record.get().data).toBeNull();
  });
});

describe('watching', () => {
  it('tells each event of its rooms once, as it comes', async () => {
    const desk = await connected();
    const told: string[] = [];
    const stop = desk.client.watch([{ entityType: 'Booking' }, { entityType: 'Booking', entityId: '1' }], (event) =>
      told.push(`${event.entityId}:${event.version}`),
    );
    await turns();
    await desk.link.subscribed([], 1);
    await desk.link.subscribed([entity('1', { n: 1 })], 1);
    await desk.link.say(updated('1', 2, 2, { n: 2 }), updated('7', 2, 3, { n: 2 }));
    await desk.link.say(updated('1', 2, 2, { n: 2 }), updated('7', 2, 3, { n: 2 }));
    expect(told).toEqual(['1:2', '7:3']);
    stop();
    await desk.link.say(updated('1', 3, 3, { n: 3 }));
    expect(told).toHaveLength(2);
  });
});

describe('a type that the server gives nothing of', () => {
  it('is told by the log, once, for whoever only watches it', async () => {
    const desk = await connected();
    desk.client.watch([{ entityType: 'Bookin' }, { entityType: 'Bookin', filter: { n: 1 } }], () => {});
    const refusal = { code: 'forbidden', message: 'No.', retry: false } as const;
    for (const asked of desk.link.open('subscribe')) await desk.link.answer(asked, 'error', refusal);
    expect(desk.logs).toHaveLength(1);
    expect(desk.logs[0]).toMatch(/^warn: The server gives nothing of Bookin: No\. \(forbidden\) .*rules check/);
  });

  it('is not what a record that is not there tells', async () => {
    const desk = await connected();
    desk.client.watch([{ entityType: 'Booking', entityId: '1' }], () => {});
    const refusal = { code: 'not_found', message: 'No.', retry: false } as const;
    await desk.link.answer(desk.link.only('subscribe'), 'error', refusal);
    expect(desk.logs).toEqual([]);
  });
});

describe('the cache', () => {
  it('shows a room at once after a reload, marked stale, and goes on from where it stood', async () => {
    const keep = new Map<string, string>();
    const page = (desk: Desk) => ({
      ...desk.environment.page,
      keep: {
        get: (name: string) => keep.get(name) ?? null,
        set: (name: string, value: string | null) => void (value === null ? keep.delete(name) : keep.set(name, value)),
      },
    });
    const first = new Desk();
    const one = new Desk({ disk: first.disk, environment: { page: page(first) } });
    await turns();
    await one.link.connect();
    const list = one.client.list('Booking', { sort: 'n', pageSize: 2 });
    list.subscribe(() => {});
    await turns();
    await one.link.subscribed([entity('a', { n: 1 }), entity('b', { n: 2 })], 6, 'after-b');
    await one.client.close();

    const two = new Desk({ disk: first.disk, environment: { page: page(first) } });
    const again = two.client.list('Booking', { sort: 'n', pageSize: 2 });
    again.subscribe(() => {});
    await turns(40);
    expect(again.get()).toMatchObject({ status: 'stale', hasMore: true });
    expect(ids(again)).toEqual(['a', 'b']);
    await two.link.connect({ position: { epoch: 'e1', seq: 6 } });
    expect(two.link.hello).toMatchObject([{ position: { epoch: 'e1', seq: 6 } }]);
    await two.link.say(created('c', 7, { n: 1.5 }), created('d', 7, { n: 8 }));
    const state = { type: 'snapshot' as const, subscription: 1, reason: 'state', locks: [], presence: [] };
    await two.link.say({ ...state, position: { epoch: 'e1', seq: 7 } });
    expect(again.get().status).toBe('live');
    expect(ids(again)).toEqual(['a', 'c', 'b']);
  });

  it('shows nothing of a room that is not one any more', async () => {
    const shown = async (room: object, entities: unknown[]) => {
      const disk = new MemoryDisk();
      const keep = { get: () => 'ann', set: () => {} };
      disk.room = () => Promise.resolve({ room: room as CachedRoom, entities: entities as Entity[] });
      const desk = new Desk({ disk });
      const page = { ...desk.environment.page, keep };
      const list = new Desk({ disk, environment: { page } }).client.list('Booking');
      list.subscribe(() => {});
      await turns();
      return ids(list);
    };
    const position = { epoch: 'e1', seq: 6 };
    const sound = entity('a', { n: 1 });

    expect(await shown({ position }, [sound])).toEqual(['a']);
    expect(await shown({ position: 7 }, [sound])).toEqual([]);
    expect(await shown({ position: null }, [sound])).toEqual([]);
    expect(await shown({ position }, [sound, null])).toEqual([]);
    expect(await shown({ position }, [sound, { ...sound, version: 'x' }])).toEqual([]);
    expect(await shown({ position }, [sound, { ...sound, data: null }])).toEqual([]);
  });
});

describe('the check against the server', () => {
  it('mends a record that is older than it is there, and says so in the log', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 }, 1, 3);
    await desk.clock.move(60_000);
    const stub = { entityType: 'Booking', entityId: '1', version: 2 } as never;
    await desk.link.answer(desk.link.only('list'), 'entities', {
      entities: [stub],
      position: { epoch: 'e1', seq: 3 },
    });
    await desk.clock.move(0);
    await desk.link.answer(desk.link.only('get'), 'entity', {
      ...entity('1', { n: 2 }, 2),
      position: { epoch: 'e1', seq: 3 },
    });
    expect(record.get()).toMatchObject({ version: 2, data: { n: 2 } });
    expect(desk.logs.join()).toContain('older');
  });

  it('asks for a room anew that holds other records than it has', async () => {
    const desk = await connected();
    const list = desk.client.list('Booking', { sort: 'n' });
    list.subscribe(() => {});
    await turns();
    await desk.link.subscribed([entity('a', { n: 1 }), entity('ghost', { n: 2 })], 3);
    await desk.clock.move(60_000);
    expect(desk.link.only('list').members).toMatchObject({ data: false, sort: 'n', limit: 2 });
    const stub = { entityType: 'Booking', entityId: 'a', version: 1 } as never;
    await desk.link.answer(desk.link.only('list'), 'entities', { entities: [stub], position: { epoch: 'e1', seq: 3 } });
    await desk.link.subscribed([entity('a', { n: 1 })], 3);
    expect(ids(list)).toEqual(['a']);
  });

  it('does not take what is still on its way for a difference', async () => {
    const desk = await connected();
    await desk.live('1', { n: 1 }, 1, 3);
    await desk.clock.move(60_000);
    const stub = { entityType: 'Booking', entityId: '1', version: 2 } as never;
    await desk.link.answer(desk.link.only('list'), 'entities', { entities: [stub], position: { epoch: 'e1', seq: 4 } });
    await desk.clock.move(300);
    await desk.link.say(updated('1', 4, 2, { n: 2 }));
    await desk.clock.move(1000);
    expect(desk.link.open('get')).toEqual([]);
    expect(desk.logs).toEqual([]);
  });
});
