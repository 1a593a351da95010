// What is shown while edits are on their way: confirmed state and pending edits together, never a flash of the old.
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@coterie/protocol';
import { committed, conflictOf, connected, created, deleted, endOf, entity, updated } from './support/desk.js';
import { turns } from './support/clock.js';

function seenOf(
  record: { get(): { data: { [name: string]: JsonValue } | null }; subscribe(l: () => void): () => void },
  field: string,
) {
  const seen: unknown[] = [];
  record.subscribe(() => seen.push(record.get().data?.[field]));
  return seen;
}

describe('an optimistic edit', () => {
  it('is shown at once and stays when its commit comes with its event', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const seen = seenOf(record, 'price');
    const result = record.set({ price: 20 });
    expect(record.get().data).toEqual({ price: 20 });
    expect(record.get().entity?.pending).toBe(true);
    await desk.link.answer(desk.link.only('mutate'), 'committed', committed('m2', 2, '1', 2), [
      updated('1', 2, 2, { price: 20 }, { mutationId: 'm2', userId: 'ann' }),
    ]);
    expect(await result).toMatchObject({ ok: true, status: 'committed', seq: 2 });
    expect(record.get().entity).toMatchObject({ pending: false, version: 2, data: { price: 20 } });
    expect(new Set(seen)).toEqual(new Set([20]));
  });

  it('stays shown where the answer overtakes its event', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const seen = seenOf(record, 'price');
    void record.set({ price: 20 });
    await desk.link.answer(desk.link.only('mutate'), 'committed', committed('m2', 5, '1', 3));
    expect(record.get().entity?.pending).toBe(true);
    await desk.link.say(updated('1', 4, 2, { note: 'x' }));
    expect(record.get().data).toEqual({ price: 20, note: 'x' });
    await desk.link.say(updated('1', 5, 3, { price: 20 }, { mutationId: 'm2' }));
    expect(record.get().entity).toMatchObject({ pending: false, version: 3 });
    expect(new Set(seen)).toEqual(new Set([20]));
  });

  it('does not count an increment twice where the event comes before the answer', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { count: 1 });
    const seen = seenOf(record, 'count');
    const result = record.update({ increment: { count: 2 } });
    const asked = desk.link.only('mutate');
    await desk.link.say(updated('1', 2, 2, { count: 3 }, { mutationId: 'm2' }));
    expect(record.get().data).toEqual({ count: 3 });
    await desk.link.answer(asked, 'committed', committed('m2', 2, '1', 2));
    expect(await endOf(result)).toMatchObject({ ok: true });
    expect(new Set(seen)).toEqual(new Set([3]));
  });

  it('leaves later edits on top when an earlier one is confirmed', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10, note: '' });
    void record.set({ price: 20 });
    void record.set({ price: 30, note: 'later' });
    expect(record.get().data).toEqual({ price: 30, note: 'later' });
    await desk.link.answer(desk.link.only('mutate'), 'committed', committed('m2', 2, '1', 2), [
      updated('1', 2, 2, { price: 20 }, { mutationId: 'm2' }),
    ]);
    expect(record.get().data).toEqual({ price: 30, note: 'later' });
    expect(record.get().entity?.pending).toBe(true);
  });

  it('is taken back at once when it is refused, and its caller is told why', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const result = record.set({ price: -1 });
    await desk.link.answer(desk.link.only('mutate'), 'rejected', {
      mutationId: 'm2',
      opIndex: 0,
      code: 'invalid',
      message: 'A price is not negative.',
      field: 'price',
      retry: false,
    });
    expect(record.get().data).toEqual({ price: 10 });
    expect(await endOf(result)).toMatchObject({ ok: false, status: 'rejected', code: 'invalid', field: 'price' });
    expect(desk.client.sync.get().pending).toBe(0);
  });

  it('is taken back when it meets a conflict, which waits in the list', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const result = record.set({ price: 20 });
    await desk.link.answer(
      desk.link.only('mutate'),
      'conflict',
      conflictOf('m2', '1', {
        current: { price: 15 },
        yours: { price: 20 },
        currentVersion: 2,
        fields: { price: 'clash' },
      }),
    );
    expect(record.get().data).toEqual({ price: 10 });
    expect(await endOf(result)).toMatchObject({ ok: false, status: 'conflict', message: 'Bob changed it meanwhile.' });
    expect(desk.client.conflicts.get()).toHaveLength(1);
    expect(desk.client.sync.get().attention).toMatchObject([{ reason: 'conflict', mutationId: 'm2' }]);
  });

  it('ends at the answer where no room tells of the record', async () => {
    const desk = await connected();
    const result = desk.client.mutate([{ op: 'update', entityType: 'Booking', entityId: '9', increment: { n: 1 } }]);
    await desk.link.answer(desk.link.only('mutate'), 'committed', committed('m2', 7, '9', 4));
    expect(await endOf(result)).toMatchObject({ ok: true });
    expect(desk.client.record('Booking', '9').get().entity).toBeNull();
  });

  it('is not dropped onto old data while its room is still being joined', async () => {
    const desk = await connected();
    const { stop } = await desk.live('2', { price: 1 });
    const record = desk.client.record('Booking', '1');
    record.subscribe(() => {});
    void desk.client.create('Booking', { price: 5 }, { entityId: '1' });
    await turns();
    await desk.link.answer(desk.link.only('mutate'), 'committed', committed('m2', 9, '1', 1));
    desk.link.ping(9);
    expect(record.get().data).toEqual({ price: 5 });
    await desk.link.subscribed([entity('1', { price: 5 })], 9);
    expect(record.get().entity).toMatchObject({ pending: false, version: 1 });
    stop();
  });

  it('shows a new record in lists that it fits, and hides one that is deleted', async () => {
    const desk = await connected();
    const list = desk.client.list('Booking', { filter: { status: 'open' }, sort: 'price' });
    list.subscribe(() => {});
    await turns();
    await desk.link.subscribed(
      [entity('a', { status: 'open', price: 1 }), entity('c', { status: 'open', price: 3 })],
      5,
    );
    void desk.client.create('Booking', { status: 'open', price: 2 }, { entityId: 'b' });
    void desk.client.create('Booking', { status: 'done', price: 2 }, { entityId: 'x' });
    expect(list.get().items.map((item) => [item.entityId, item.pending])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ]);
    void desk.client.record('Booking', 'a').delete();
    expect(list.get().items.map((item) => item.entityId)).toEqual(['b', 'c']);
  });

  it('of a transaction whose guard does not hold here is not shown', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { available: 1 });
    void desk.client.transaction().take('Booking', '1', 'available', 2).commit();
    expect(record.get().data).toEqual({ available: 1 });
    void desk.client.transaction().take('Booking', '1', 'available', 1).commit();
    expect(record.get().data).toEqual({ available: 0 });
  });
});

describe('a frame', () => {
  it('is applied whole before any listener runs, and each runs once', async () => {
    const desk = await connected();
    const one = await desk.live('1', { n: 1 });
    const two = await desk.live('2', { n: 1 }, 1, 2);
    const pairs: unknown[] = [];
    const note = () => pairs.push([one.record.get().data, two.record.get().data]);
    one.record.subscribe(note);
    two.record.subscribe(note);
    await desk.link.say(updated('1', 3, 2, { n: 2 }), updated('2', 3, 2, { n: 2 }), updated('1', 3, 3, { m: 3 }));
    expect(pairs).toEqual([
      [{ n: 2, m: 3 }, { n: 2 }],
      [{ n: 2, m: 3 }, { n: 2 }],
    ]);
  });

  it('reaches the others where one listener throws', async () => {
    const desk = await connected();
    const { record, calls } = await desk.live('1', { n: 1 });
    record.subscribe(() => {
      throw new Error('mine');
    });
    let after = 0;
    record.subscribe(() => ++after);
    const before = calls();
    await desk.link.say(updated('1', 2, 2, { n: 2 }));
    expect([calls() - before, after]).toEqual([1, 1]);
    expect(desk.logs.join()).toContain('mine');
  });
});

describe('an event', () => {
  it('that is held already is left aside', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 5 }, 5);
    await desk.link.say(updated('1', 4, 4, { n: 4 }), updated('1', 5, 5, { n: 99 }));
    expect(record.get()).toMatchObject({ version: 5, data: { n: 5 } });
  });

  it('that leaves a hole in the versions has the record asked for', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    await desk.link.say(updated('1', 9, 4, { n: 4 }));
    expect(record.get().data).toEqual({ n: 1 });
    await desk.link.answer(desk.link.only('get'), 'entity', {
      ...entity('1', { n: 4, m: 3 }, 4),
      position: { epoch: 'e1', seq: 9 },
    });
    expect(record.get()).toMatchObject({ version: 4, data: { n: 4, m: 3 } });
  });

  it('of an operation that is not known has the record asked for', async () => {
    const desk = await connected();
    await desk.live('1', { n: 1 });
    await desk.link.say({ ...updated('1', 2, 2, {}), operation: 'SPLICE' } as never);
    expect(desk.link.only('get').members).toEqual({ entityType: 'Booking', entityId: '1' });
  });

  it('is asked for again after a reconnect where the answer was lost', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    await desk.link.say(updated('1', 9, 4, { n: 4 }));
    desk.link.drop();
    await desk.link.connect();
    await desk.clock.move(0);
    await desk.link.answer(desk.link.only('get'), 'entity', {
      ...entity('1', { n: 4 }, 4),
      position: { epoch: 'e1', seq: 9 },
    });
    expect(record.get().version).toBe(4);
  });

  it('of a deletion leaves no data, and a later creation brings it back', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { secret: 1 });
    await desk.link.say(deleted('1', 2, 2));
    expect(record.get()).toMatchObject({ status: 'gone', data: null, entity: null });
    await desk.link.say(created('1', 3, { n: 3 }, { version: 3 }));
    expect(record.get()).toMatchObject({ status: 'live', version: 3, data: { n: 3 } });
  });
});
