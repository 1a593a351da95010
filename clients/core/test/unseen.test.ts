// Edits of records that nothing is shown of: they rest on what stands when the server is first asked.
import { describe, expect, it } from 'vitest';
import { turns } from './support/clock.js';
import { committed, connected, deleted, Desk, endOf, entity, updated } from './support/desk.js';

const AT = { epoch: 'e1', seq: 9 };
const GONE = { code: 'not_found', message: 'No such entity.', retry: false } as const;
const standing = (version: number) => ({ ...entity('1', { n: 0 }, version), position: AT });

describe('an edit of a record that is not shown', () => {
  it('is sent on the version that stands when the server is asked', async () => {
    const desk = await connected();
    const done = desk.client.record('Booking', '1').set({ n: 1 });
    expect(desk.link.sent('mutate')).toEqual([]);
    await desk.link.answer(desk.link.only('get'), 'entity', standing(7));
    const asked = desk.link.only('mutate');
    expect(asked.members).toMatchObject({ epoch: 'e1', ops: [{ baseVersion: 7, set: { n: 1 } }] });
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 10, '1', 8));
    expect(await endOf(done)).toMatchObject({ ok: true });
  });

  it('is looked up once for all that follow it, and they rest on each other', async () => {
    const desk = await connected();
    const record = desk.client.record('Booking', '1');
    void record.set({ n: 1 });
    void record.update({ set: { m: 1 } }, { strategy: 'merge' });
    await desk.link.answer(desk.link.only('get'), 'entity', standing(7));
    const first = desk.link.only('mutate');
    await desk.link.answer(first, 'committed', committed(first.members.mutationId, 10, '1', 8));
    await turns();
    expect(desk.link.sent('get')).toHaveLength(1);
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 8, set: { m: 1 } }]);
  });

  it('is not_found in words where there is none, and nothing is sent', async () => {
    const desk = await connected();
    const done = desk.client.record('Booking', '1').set({ n: 1 });
    await desk.link.answer(desk.link.only('get'), 'error', GONE);
    const message = 'There is no Booking 1, or not any more.';
    expect(await endOf(done)).toMatchObject({ ok: false, status: 'rejected', code: 'not_found', message });
    expect(desk.link.sent('mutate')).toEqual([]);
  });

  it('of one that is known to be gone says so too', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 0 });
    await desk.link.say(deleted('1', 2, 2));
    const done = record.set({ n: 1 });
    await desk.link.answer(desk.link.only('get'), 'error', GONE);
    expect(await endOf(done)).toMatchObject({ status: 'rejected', code: 'not_found' });
  });

  it('waits in the queue while offline, over a reload too', async () => {
    const before = new Desk();
    await turns();
    void before.client.record('Booking', '1').set({ n: 1 });
    await turns();
    const desk = new Desk({ disk: before.disk, ids: 'n' });
    await turns();
    expect(desk.client.sync.get().pending).toBe(1);
    await desk.link.connect();
    await desk.link.answer(desk.link.only('get'), 'entity', standing(3));
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 3 }]);
  });

  it('is looked up again where the connection broke, or the server was busy', async () => {
    const desk = await connected();
    void desk.client.record('Booking', '1').set({ n: 1 });
    desk.link.drop();
    await turns();
    await desk.link.connect();
    await desk.link.answer(desk.link.only('get'), 'error', { code: 'unavailable', message: '', retry: true });
    await desk.clock.move(2000);
    await desk.link.answer(desk.link.only('get'), 'entity', standing(3));
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 3 }]);
  });

  it('takes up what follows while it is looked up, and can be cancelled until then', async () => {
    const desk = await connected();
    const record = desk.client.record('Booking', '1');
    void record.set({ n: 1 });
    void record.set({ m: 1 });
    const later = record.update({ increment: { k: 1 } });
    const [first] = desk.client.sync.get().queued;
    expect(first).toMatchObject({ sent: false });
    expect(desk.client.cancel(first?.mutationId ?? '')).toBe(true);
    await desk.link.answer(desk.link.only('get'), 'entity', standing(7));
    const asked = desk.link.only('mutate');
    expect(asked.members.ops).toEqual([{ op: 'update', entityType: 'Booking', entityId: '1', increment: { k: 1 } }]);
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 10, '1', 8));
    expect(await endOf(later)).toMatchObject({ ok: true });
    expect(desk.client.sync.get().pending).toBe(0);
  });

  it('may be of several records, each looked up', async () => {
    const desk = await connected();
    void desk.client.transaction().update('Booking', '1', { n: 1 }).delete('Booking', '2').commit();
    await desk.link.answer(desk.link.only('get'), 'entity', standing(3));
    await desk.link.answer(desk.link.only('get'), 'entity', { ...entity('2', {}, 5), position: AT });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 3 }, { op: 'delete', baseVersion: 5 }]);
  });

  it('that brings it back rests on its deletion, which its history tells', async () => {
    const desk = await connected();
    void desk.client.record('Booking', '1').restore(2);
    const { data: _, ...last } = { ...updated('1', 9, 4, {}), operation: 'DELETE', old: {} } as never as { data: 0 };
    await desk.link.answer(desk.link.only('history'), 'events', { events: [last as never] });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ op: 'restore', toVersion: 2, baseVersion: 4 }]);
  });
});

describe('an edit of a record that is only watched', () => {
  it('rests on the last version that the watcher was told of', async () => {
    const desk = await connected();
    const stop = desk.client.watch([{ entityType: 'Booking' }], () => {});
    await desk.link.subscribed([], 1);
    await desk.link.say(updated('1', 2, 6, { n: 1 }));
    void desk.client.record('Booking', '1').set({ n: 2 });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 6 }]);
    stop();
    await desk.link.say(updated('2', 3, 2, { n: 1 }));
    void desk.client.record('Booking', '2').set({ n: 2 });
    expect(desk.link.open('get')).toHaveLength(1);
  });
});

describe('a draft', () => {
  it('that was begun before its record was there rests on what came first', async () => {
    const desk = await connected();
    const draft = desk.client.record('Booking', '1').draft();
    draft.subscribe(() => {});
    draft.set('n', 1);
    await desk.link.subscribed([entity('1', { n: 0 }, 4)], 4);
    expect(draft.field('n').remote).toBeUndefined();
    await desk.clock.move(1000);
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 4, set: { n: 1 } }]);
  });

  it('shows what is typed into it before its record is there, and while that is sent', async () => {
    const desk = await connected();
    const draft = desk.client.record('Booking', '1').draft();
    draft.subscribe(() => {});
    draft.set('name', 'Ann', { now: true });
    draft.set('age.now', 7);
    expect(draft.get()).toMatchObject({ value: null, saveState: 'saving' });
    expect(draft.field('name')).toMatchObject({ value: 'Ann', dirty: true });
    expect(draft.field('age')).toMatchObject({ value: { now: 7 }, dirty: true });
    expect(draft.field('note')).toEqual({ value: undefined, dirty: false });
  });

  it('of a record that is not there says so', async () => {
    const desk = await connected();
    const draft = desk.client.record('Booking', '1').draft();
    draft.subscribe(() => {});
    await desk.link.subscribed([], 1);
    draft.set('n', 1);
    await desk.clock.move(1000);
    await desk.link.answer(desk.link.only('get'), 'error', GONE);
    const message = 'There is no Booking 1, or not any more.';
    expect(draft.get()).toMatchObject({ saveState: 'rejected', message, dirty: ['n'] });
    expect(draft.field('n')).toMatchObject({ value: 1, error: message });
  });

  it('of a record whose creation was refused is told at once, and is not saving for ever', async () => {
    const desk = await connected();
    void desk.client.create('Booking', { n: 1 }, { entityId: '1' });
    const draft = desk.client.record('Booking', '1').draft();
    draft.subscribe(() => {});
    await desk.link.subscribed([], 1);
    draft.set('n', 2);
    const create = desk.link.only('mutate');
    const refusal = { mutationId: create.members.mutationId, opIndex: 0, code: 'invalid' as const };
    await desk.link.answer(create, 'rejected', { ...refusal, message: 'No.', retry: false });
    await desk.clock.move(1000);
    expect(draft.get()).toMatchObject({ saveState: 'rejected', message: expect.stringContaining('was not created') });
  });
});
