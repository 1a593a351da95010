// Lists: sorted, paged, filtered, held and searched, and kept live.
import { describe, expect, it } from 'vitest';
import { connected, created, deleted, entity, updated } from './support/desk.js';
import { turns } from './support/clock.js';

const ids = (list: { get(): { items: readonly { entityId: string }[] } }) => list.get().items.map((i) => i.entityId);

describe('a list', () => {
  async function listed(options = {}) {
    const desk = await connected();
    const list = desk.client.list('Booking', { sort: 'n', pageSize: 2, ...options });
    list.subscribe(() => {});
    await turns();
    return { desk, list };
  }

  it('keeps its order as records change, and shows what is created within the loaded pages only', async () => {
    const { desk, list } = await listed();
    await desk.link.subscribed([entity('a', { n: 1 }), entity('b', { n: 3 })], 1, 'after-b');
    expect(list.get()).toMatchObject({ status: 'live', hasMore: true });
    await desk.link.say(created('c', 2, { n: 2 }));
    await desk.link.say(created('d', 3, { n: 9 }));
    expect(ids(list)).toEqual(['a', 'c', 'b']);
    await desk.link.say(updated('a', 4, 2, { n: 2.5 }));
    expect(ids(list)).toEqual(['c', 'a', 'b']);
    await desk.link.say(updated('a', 5, 3, { n: 100 }));
    expect(ids(list)).toEqual(['c', 'b']);
  });

  it('loads more by its cursor, without repeats or gaps', async () => {
    const { desk, list } = await listed();
    await desk.link.subscribed([entity('a', { n: 1 }), entity('b', { n: 2 })], 1, 'after-b');
    const loading = list.loadMore();
    expect(list.get().loadingMore).toBe(true);
    await desk.link.say(created('c', 2, { n: 3 }));
    expect(desk.link.only('subscribe').members).toMatchObject({ subscription: 1, cursor: 'after-b', limit: 2 });
    await desk.link.subscribed([entity('c', { n: 3 }), entity('d', { n: 4 })], 2);
    await loading;
    expect(ids(list)).toEqual(['a', 'b', 'c', 'd']);
    expect(list.get()).toMatchObject({ hasMore: false, loadingMore: false });
    await desk.link.say(created('z', 3, { n: 99 }));
    expect(ids(list)).toEqual(['a', 'b', 'c', 'd', 'z']);
  });

  it('asks for a record that is not loaded when a change may bring it into view', async () => {
    const { desk, list } = await listed();
    await desk.link.subscribed([entity('a', { n: 1 }), entity('b', { n: 5 })], 1, 'after-b');
    await desk.link.say(updated('x', 2, 7, { other: 1 }));
    expect(desk.link.open('get')).toEqual([]);
    await desk.link.say(updated('x', 3, 8, { n: 3 }));
    await desk.link.answer(desk.link.only('get'), 'entity', {
      ...entity('x', { n: 3, other: 1 }, 8),
      position: { epoch: 'e1', seq: 3 },
    });
    expect(ids(list)).toEqual(['a', 'x', 'b']);
  });

  it('follows enter and gone, and leaves aside what it is told twice', async () => {
    const { desk, list } = await listed({ filter: { open: true } });
    await desk.link.subscribed([entity('a', { n: 1, open: true })], 1);
    const enter = { type: 'enter' as const, ...entity('b', { n: 2, open: true }, 4), subscriptions: [1], seq: 2 };
    const gone = { type: 'gone' as const, subscriptions: [1], seq: 3, entityType: 'Booking', entityId: 'b' };
    await desk.link.say(enter);
    await desk.link.say(enter);
    expect(ids(list)).toEqual(['a', 'b']);
    await desk.link.say(gone);
    await desk.link.say(enter);
    expect(ids(list)).toEqual(['a']);
    await desk.link.say(deleted('a', 4, 2));
    expect(ids(list)).toEqual([]);
  });

  it('takes in a page that is older than the stream together with what follows it', async () => {
    const desk = await connected();
    await desk.live('b', { n: 2 }, 1, 1);
    await desk.link.say(updated('b', 9, 2, { n: 20 }));
    const list = desk.client.list('Booking', { filter: { open: true } });
    list.subscribe(() => {});
    await turns();
    const asked = desk.link.only('subscribe');
    await desk.link.answer(
      asked,
      'subscribed',
      {
        subscription: 2,
        position: { epoch: 'e1', seq: 5 },
        entities: [entity('a', { n: 1 }), entity('b', { n: 2 })],
        locks: [],
        presence: [],
      },
      [
        updated('b', 9, 2, { n: 20 }),
        { type: 'gone', subscriptions: [2], seq: 8, entityType: 'Booking', entityId: 'a' },
      ],
    );
    expect(list.get().items.map((item) => item.data)).toEqual([{ n: 20 }]);
  });

  it('counts what comes in above where it holds, until it is asked to show it', async () => {
    const { desk, list } = await listed({ hold: true, sort: '-n', pageSize: 50 });
    await desk.link.subscribed([entity('b', { n: 2 }), entity('a', { n: 1 })], 1);
    expect(ids(list)).toEqual(['b', 'a']);
    await desk.link.say(created('c', 2, { n: 3 }), created('x', 2, { n: 1.5 }));
    expect(ids(list)).toEqual(['b', 'x', 'a']);
    expect(list.get().newAbove).toBe(1);
    list.showNew();
    expect(ids(list)).toEqual(['c', 'b', 'x', 'a']);
    expect(list.get().newAbove).toBe(0);
  });

  it('says in words why its sort or filter is none, and asks nobody', async () => {
    const { desk, list } = await listed({ sort: 'a..b' });
    expect(list.get()).toMatchObject({ status: 'error' });
    expect(list.get().message).toContain('member names');
    expect(desk.link.sent('subscribe')).toEqual([]);
  });

  it('tells the total when it is counted', async () => {
    const { desk, list } = await listed();
    await desk.link.subscribed([entity('a', { n: 1 })], 1);
    const counted = list.count();
    await desk.link.answer(desk.link.only('list'), 'entities', {
      entities: [],
      position: { epoch: 'e1', seq: 1 },
      total: 412,
    });
    expect(await counted).toEqual({ ok: true, total: 412 });
    expect(list.get().total).toBe(412);
  });
});

describe('a search', () => {
  it('is asked for, patched by the stream, and asked again a moment after its type has changed', async () => {
    const desk = await connected();
    const list = desk.client.list('Booking', { search: 'tent' });
    list.subscribe(() => {});
    await turns();
    expect(desk.link.only('subscribe').members).toMatchObject({ entityType: 'Booking', snapshot: false });
    await desk.link.subscribed([], 1);
    await desk.clock.move(0);
    expect(list.get().status).toBe('loading');
    const found = { entities: [entity('b', { n: 1 }), entity('a', { n: 2 })], position: { epoch: 'e1', seq: 1 } };
    await desk.link.answer(desk.link.only('list'), 'entities', found);
    expect(list.get().status).toBe('live');
    expect(ids(list)).toEqual(['b', 'a']);
    await desk.link.say(updated('a', 2, 2, { n: 3 }));
    await desk.link.say(created('c', 3, { n: 1 }));
    expect(list.get().items[1]?.data).toEqual({ n: 3 });
    await desk.clock.move(400);
    expect(desk.link.open('list')).toEqual([]);
    await desk.clock.move(200);
    await desk.link.answer(desk.link.only('list'), 'entities', { ...found, entities: [entity('a', { n: 3 }, 2)] });
    expect(ids(list)).toEqual(['a']);
  });

  it('that is refused is an error, until it is asked anew', async () => {
    const desk = await connected();
    const list = desk.client.list('Booking', { search: 'tent' });
    list.subscribe(() => {});
    await turns();
    await desk.link.subscribed([], 1);
    await desk.clock.move(0);
    const refusal = { code: 'bad_request', message: 'This type cannot be searched.', retry: false } as const;
    await desk.link.answer(desk.link.only('list'), 'error', refusal);
    expect(list.get()).toMatchObject({ status: 'error', message: refusal.message });
    void list.refresh();
    await desk.link.answer(desk.link.only('list'), 'error', { code: 'unavailable', message: 'Later.', retry: true });
    expect(list.get()).toMatchObject({ status: 'error', message: 'Later.' });
    await desk.clock.move(1000);
    await desk.link.answer(desk.link.only('list'), 'entities', { entities: [], position: { epoch: 'e1', seq: 1 } });
    expect(list.get().status).toBe('live');
    expect(list.get().message).toBeUndefined();
  });
});
