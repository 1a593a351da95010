// The queue: each call ends once, in order for each record, over breaks and reloads.
import { describe, expect, it } from 'vitest';
import { Clock, turns } from './support/clock.js';
import { committed, connected, Desk, endOf, entity } from './support/desk.js';
import { MemoryDisk } from './support/memoryDisk.js';
import { fail, queued, refused } from './support/queueCases.js';

const DAY = 86_400_000;

describe('the order of edits', () => {
  it('is kept for each record: a later one waits, and rests on the commit of the earlier', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { a: 1 });
    const one = record.set({ a: 2 });
    const two = record.set({ b: 3 });
    void record.update({ increment: { c: 1 } });
    const [first, more] = desk.link.open('mutate');
    expect(more).toBeUndefined();
    expect(first?.members.ops).toMatchObject([{ baseVersion: 1, set: { a: 2 } }]);
    if (first) await desk.link.answer(first, 'committed', committed(first.members.mutationId, 2, '1', 2));
    expect(await endOf(one)).toMatchObject({ ok: true });
    const second = desk.link.only('mutate');
    expect(second.members.ops).toMatchObject([{ baseVersion: 2, set: { b: 3 } }]);
    await desk.link.answer(second, 'committed', committed(second.members.mutationId, 3, '1', 3));
    expect(await endOf(two)).toMatchObject({ ok: true });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ increment: { c: 1 } }]);
  });

  it('does not hold up other records', async () => {
    const desk = await connected();
    void desk.client.mutate([{ op: 'update', entityType: 'Booking', entityId: '1', increment: { n: 1 } }]);
    void desk.client.mutate([{ op: 'update', entityType: 'Booking', entityId: '2', increment: { n: 1 } }]);
    expect(desk.link.open('mutate')).toHaveLength(2);
  });

  it('lets an edit rest on a record that is still being created', async () => {
    const desk = await connected();
    void desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    void desk.client.record('Booking', 'x').set({ n: 2 });
    const create = desk.link.only('mutate');
    await desk.link.answer(create, 'committed', committed(create.members.mutationId, 2, 'x', 1));
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ op: 'update', entityId: 'x', baseVersion: 1 }]);
  });

  it('ends an edit of a record whose creation was refused, without sending it', async () => {
    const desk = await connected();
    void desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    const edit = desk.client.record('Booking', 'x').set({ n: 2 });
    const create = desk.link.only('mutate');
    await desk.link.answer(create, 'rejected', { ...refused(create.members.mutationId), code: 'invalid' });
    expect(await endOf(edit)).toMatchObject({ ok: false, status: 'rejected', code: 'not_found' });
    expect(desk.link.sent('mutate')).toHaveLength(1);
  });

  it('never follows past a change of somebody else that its author has not seen', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { a: 1, b: 1 });
    void record.set({ a: 2 }, { strategy: 'merge' });
    void record.set({ b: 2 }, { strategy: 'merge' });
    const first = desk.link.only('mutate');
    await desk.link.answer(first, 'committed', committed(first.members.mutationId, 3, '1', 3, ['b']));
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 1, set: { b: 2 } }]);
  });

  it('gives an edit that is made between the answer and its event the version of the commit', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { a: 1 });
    void record.set({ a: 2 });
    const first = desk.link.only('mutate');
    await desk.link.answer(first, 'committed', committed(first.members.mutationId, 5, '1', 2));
    expect(record.get().version).toBe(1);
    void record.set({ a: 3 });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 2 }]);
  });

  it('merges edits of one record that are still here, field by field', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { a: 1, addr: { city: 'Ulm' } });
    void record.set({ a: 2 });
    const one = record.set({ a: 3, note: 'x' });
    const two = record.update({ set: { a: 4, 'addr.city': 'Bonn' }, unset: ['note'] });
    expect(record.get().data).toEqual({ a: 4, addr: { city: 'Bonn' } });
    const first = desk.link.only('mutate');
    expect(first.members.ops).toMatchObject([{ set: { a: 2 } }]);
    await desk.link.answer(first, 'committed', committed(first.members.mutationId, 2, '1', 2));
    const second = desk.link.only('mutate');
    expect(second.members.ops).toEqual([
      {
        op: 'update',
        entityType: 'Booking',
        entityId: '1',
        baseVersion: 2,
        set: { a: 4, 'addr.city': 'Bonn' },
        unset: ['note'],
      },
    ]);
    await desk.link.answer(second, 'committed', committed(second.members.mutationId, 3, '1', 3));
    expect(await endOf(one)).toEqual(await endOf(two));
  });
});

describe('an unknown outcome', () => {
  it('is sent again with the same id and the same content', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { a: 1 });
    const result = record.set({ a: 2 });
    desk.link.drop();
    expect(record.get().data).toEqual({ a: 2 });
    void record.set({ a: 3 });
    await desk.link.connect();
    const [before, after] = desk.link.sent('mutate');
    expect(after).toEqual(before);
    const again = desk.link.only('mutate');
    await desk.link.answer(again, 'committed', committed(again.members.mutationId, 2, '1', 2));
    expect(await endOf(result)).toMatchObject({ ok: true });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ set: { a: 3 }, baseVersion: 2 }]);
  });

  it('goes to a person once the server no longer keeps its answer', async () => {
    const disk = new MemoryDisk();
    const old = queued('q1', { sentAt: new Clock().now - 2 * DAY, queuedAt: new Clock().now - 2 * DAY });
    disk.queue.set('q1', old);
    const desk = await connected({ disk });
    expect(desk.link.sent('mutate')).toEqual([]);
    const [item] = desk.client.sync.get().attention;
    expect(item).toMatchObject({ reason: 'unknown', mutationId: 'q1', entityId: '1' });
    const again = item?.retry();
    expect(desk.link.only('mutate').members).toMatchObject({ ops: old.ops });
    expect(desk.link.only('mutate').members.mutationId).not.toBe('q1');
    expect(desk.client.sync.get().attention).toEqual([]);
    void again;
  });

  it('waits as long as the server asks, and comes again with the same id', async () => {
    const desk = await connected();
    const result = desk.client.create('Booking', { n: 1 });
    const first = desk.link.only('mutate');
    await fail(desk, first, 'rate_limited', 700);
    void desk.client.create('Booking', { n: 2 });
    await desk.clock.move(699);
    expect(desk.link.open('mutate')).toEqual([]);
    await desk.clock.move(1);
    const [second] = desk.link.open('mutate');
    expect(second?.members).toEqual(first.members);
    if (second) await fail(desk, second, 'unavailable');
    await desk.clock.move(30_000);
    const third = desk.link.open('mutate').find((asked) => asked.members.mutationId === first.members.mutationId);
    if (third) await desk.link.answer(third, 'committed', committed(first.members.mutationId, 2, 'x', 1));
    expect(await endOf(result)).toMatchObject({ ok: true });
  });
});

describe('a refusal', () => {
  it('ends its call and is never sent again, and the queue goes on', async () => {
    const desk = await connected();
    const result = desk.client.transaction().take('Stock', 'tent', 'available', 2).commit();
    const next = desk.client.transaction().give('Stock', 'tent', 'available', 1).commit();
    const first = desk.link.only('mutate');
    expect(first.members.ops).toEqual([
      {
        op: 'update',
        entityType: 'Stock',
        entityId: 'tent',
        increment: { available: -2 },
        guard: { available: { $gte: 2 } },
      },
    ]);
    await desk.link.answer(first, 'rejected', refused(first.members.mutationId));
    expect(await endOf(result)).toMatchObject({ status: 'rejected', code: 'guard_failed' });
    const second = desk.link.only('mutate');
    await desk.link.answer(second, 'committed', committed(second.members.mutationId, 2, 'tent', 2));
    expect(await endOf(next)).toMatchObject({ ok: true });
    await desk.clock.move(DAY);
    expect(desk.link.sent('mutate')).toHaveLength(2);
    expect(desk.client.sync.get().attention).toEqual([]);
  });

  it('of an edit that was made offline lands in the list, and outlives a reload', async () => {
    const desk = new Desk();
    await turns();
    const result = desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    await desk.link.connect();
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'rejected', refused(asked.members.mutationId));
    expect(await endOf(result)).toMatchObject({ status: 'rejected' });
    expect(desk.client.sync.get()).toMatchObject({
      pending: 0,
      attention: [{ reason: 'rejected', code: 'guard_failed' }],
    });
    await desk.client.close();

    const next = new Desk({ disk: desk.disk, ids: 'n' });
    next.clock.now += 120_000;
    await turns(40);
    await next.link.connect();
    const second = new Desk({ disk: desk.disk, ids: 'k' });
    second.clock.now += 120_000;
    await turns(40);
    await second.link.connect();
    const [item] = second.client.sync.get().attention;
    expect(item).toMatchObject({ reason: 'rejected', message: 'Not enough is left.', entityType: 'Booking' });
    item?.discard();
    await turns();
    expect(second.client.sync.get().attention).toEqual([]);
    expect(desk.disk.queue.size).toBe(0);
  });

  it('comes back to the list where a second try is refused as well', async () => {
    const desk = new Desk();
    await turns();
    void desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    await desk.link.connect();
    const first = desk.link.only('mutate');
    await desk.link.answer(first, 'rejected', refused(first.members.mutationId));
    const [item] = desk.client.sync.get().attention;
    const again = item?.retry();
    expect(desk.client.sync.get()).toMatchObject({ pending: 1, attention: [] });
    const second = desk.link.only('mutate');
    await desk.link.answer(second, 'rejected', refused(second.members.mutationId));
    expect(await again).toMatchObject({ status: 'rejected', code: 'guard_failed' });
    expect(desk.client.sync.get()).toMatchObject({ pending: 0, attention: [{ code: 'guard_failed' }] });
    await turns(40);
    expect([...desk.disk.queue.values()]).toMatchObject([
      { ops: first.members.ops, attention: { reason: 'rejected' } },
    ]);
  });

  it('stays in the list where a second try is not even sent', async () => {
    const disk = new MemoryDisk();
    const desk = await connected({ disk, offline: 'refuse' });
    const result = desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    desk.link.drop();
    await desk.link.connect();
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'rejected', refused(asked.members.mutationId));
    expect(await endOf(result)).toMatchObject({ status: 'rejected' });
    desk.link.drop();
    const [item] = desk.client.sync.get().attention;
    expect(await item?.retry()).toMatchObject({ ok: false, status: 'failed', code: 'offline' });
    expect(desk.client.sync.get().attention).toHaveLength(1);
  });

  it.each([-1, NaN, Infinity])('of an amount of %d comes before anything is taken or given', async (by) => {
    const desk = await connected();
    const failed = { ok: false, status: 'failed', code: 'invalid' };
    const start = () => desk.client.transaction().create('Order', {});
    expect(await endOf(start().take('Stock', 'tent', 'left', by).commit())).toMatchObject(failed);
    expect(await endOf(start().give('Stock', 'tent', 'left', by).commit())).toMatchObject(failed);
    expect(desk.link.sent('mutate')).toEqual([]);
  });

  it('by a guard names the field and what stands there, where that is told', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { left: 1, status: 'open' });
    const guard = { status: 'open', left: { $gte: 2 } };
    const told = record.update({ increment: { left: -2 } }, { guard });
    const asked = desk.link.only('mutate');
    const answer = { ...refused(asked.members.mutationId), guard, current: entity('1', { left: 1, status: 'open' }) };
    await desk.link.answer(asked, 'rejected', answer);
    expect(await endOf(told)).toMatchObject({ code: 'guard_failed', message: 'left is 1 now: nothing was changed.' });
  });

  it('of a request that nobody understands is an end too', async () => {
    const desk = await connected();
    const result = desk.client.mutate([
      { op: 'update', entityType: 'Booking', entityId: '1', increment: { 'a..b': 1 } },
    ]);
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'error', { code: 'bad_name', message: 'No such name.', retry: false });
    expect(await endOf(result)).toEqual({
      ok: false,
      status: 'failed',
      code: 'bad_name',
      message: 'No such name.',
      retry: false,
    });
  });
});

describe('offline', () => {
  it('keeps edits on disk with their base, epoch and age, and shows them again after a reload', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 }, 3);
    desk.link.drop();
    void record.set({ n: 2 });
    await turns();
    expect([...desk.disk.queue.values()]).toMatchObject([
      { userId: 'ann', epoch: 'e1', queuedAt: desk.clock.now, ops: [{ baseVersion: 3, set: { n: 2 } }] },
    ]);
    expect(desk.client.sync.get()).toMatchObject({
      pending: 1,
      queued: [{ sent: false, text: 'Change n of Booking 1' }],
    });

    const next = new Desk({ disk: desk.disk, ids: 'n' });
    next.clock.now += 120_000;
    const again = next.client.record('Booking', '1');
    again.subscribe(() => {});
    await turns(40);
    await next.link.connect();
    await next.link.say({
      type: 'snapshot',
      subscription: 1,
      reason: 'new',
      position: { epoch: 'e1', seq: 3 },
      entities: [entity('1', { n: 1 }, 3)],
      locks: [],
      presence: [],
    });
    expect(again.get()).toMatchObject({ data: { n: 2 }, entity: { pending: true } });
    expect(next.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 3, set: { n: 2 } }]);
  });

  it('shows a record that was created before the reload at once, while still offline', async () => {
    const disk = new MemoryDisk();
    const create = { op: 'create' as const, entityType: 'Booking', entityId: 'x', data: { n: 1 } };
    disk.queue.set('q1', queued('q1', { ops: [create], queuedAt: new Clock().now - 120_000 }));
    const desk = new Desk({ disk });
    await turns(40);
    expect(desk.client.record('Booking', 'x').get().data).toEqual({ n: 1 });
    expect(desk.client.sync.get()).toMatchObject({ pending: 1, oldestPendingMs: 120_000 });
  });

  it('refuses edits at once where the application wants that', async () => {
    const desk = new Desk({ offline: 'refuse' });
    expect(await endOf(desk.client.create('Booking', {}))).toMatchObject({ ok: false, code: 'offline', retry: true });
    expect(desk.client.sync.get().pending).toBe(0);
  });

  it('hands edits that have grown too old to a person', async () => {
    const desk = new Desk({ maxQueueAgeMs: 60_000 });
    const result = desk.client.create('Booking', { n: 1 });
    await desk.clock.move(60_001);
    await desk.link.connect();
    expect(desk.link.sent('mutate')).toEqual([]);
    expect(await endOf(result)).toMatchObject({ ok: false, status: 'failed', code: 'too_old' });
    expect(desk.client.sync.get().attention).toMatchObject([{ reason: 'too-old' }]);
  });

  it('lets an edit be taken back that has not been sent, and none that has', async () => {
    const desk = new Desk();
    const result = desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    const [item] = desk.client.sync.get().queued;
    expect(desk.client.cancel(item?.mutationId ?? '')).toBe(true);
    expect(await endOf(result)).toMatchObject({
      ok: false,
      status: 'cancelled',
      message: expect.stringContaining('taken back'),
    });
    expect(desk.client.record('Booking', 'x').get().entity).toBeNull();
    await turns();
    await desk.link.connect();
    void desk.client.create('Booking', { n: 2 });
    expect(desk.client.cancel(desk.link.only('mutate').members.mutationId)).toBe(false);
    await turns();
    expect(desk.disk.queue.size).toBe(1);
  });

  it('is bounded', async () => {
    const desk = new Desk();
    for (let i = 0; i < 1000; ++i) void desk.client.create('Booking', { i });
    expect(await endOf(desk.client.create('Booking', {}))).toMatchObject({ ok: false, code: 'limit' });
  });
});
