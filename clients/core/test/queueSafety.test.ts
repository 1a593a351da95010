// The queue: whose edits are sent, what is safe on disk, and what becomes of a conflict.
import type { QueuedMutation } from '../src/persist/persistence.js';
import { describe, expect, it } from 'vitest';
import { turns } from './support/clock.js';
import { committed, conflictOf, connected, Desk, endOf, entity, updated } from './support/desk.js';
import { MemoryDisk } from './support/memoryDisk.js';
import { queued } from './support/queueCases.js';

describe('other users and tabs', () => {
  it("never sends one user's queue under another's name, and keeps it", async () => {
    const desk = new Desk();
    await turns();
    await desk.link.connect({ userId: 'ann' });
    desk.link.drop();
    const result = desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    desk.client.authChanged();
    await desk.link.connect({ userId: 'bob' });
    expect(desk.link.sent('mutate')).toEqual([]);
    expect(await endOf(result)).toMatchObject({ ok: false, code: 'signed_out' });
    expect(desk.client.record('Booking', 'x').get().entity).toBeNull();
    expect([...desk.disk.queue.values()]).toMatchObject([{ userId: 'ann' }]);
  });

  it('gives what was made before anybody was known to whoever signs in first', async () => {
    const desk = new Desk();
    void desk.client.create('Booking', { n: 1 });
    await turns();
    expect([...desk.disk.queue.values()]).toMatchObject([{ userId: null }]);
    await desk.link.connect({ userId: 'bob' });
    expect(desk.link.sent('mutate')).toHaveLength(1);
    expect([...desk.disk.queue.values()]).toMatchObject([{ userId: 'bob' }]);
  });

  it('is not given to whoever left something in the queue, where it is known that nobody is here', async () => {
    const disk = new MemoryDisk();
    disk.queue.set('old', queued('old', { userId: 'ann' }));
    const page = { ...new Desk().environment.page, keep: { get: () => null, set: () => {} } };
    const desk = new Desk({ disk, environment: { page } });
    await turns(40);
    void desk.client.create('Booking', { n: 1 }, { entityId: 'x' });
    await desk.link.connect({ userId: 'bob' });
    expect(desk.link.sent('mutate')).toMatchObject([{ ops: [{ data: { n: 1 } }] }]);
    expect(disk.queue.get('old')?.userId).toBe('ann');
  });

  it('takes over the edits of a tab that is gone, and leaves those of one that lives', async () => {
    const disk = new MemoryDisk();
    disk.queue.set('dead1', queued('dead1', { owner: 'dead' }));
    disk.queue.set('busy1', queued('busy1', { owner: 'busy' }));
    const free = (name: string) => !name.endsWith('busy');
    const locks = {
      request: async (name: string, options: { ifAvailable?: boolean }, work: (lock: unknown) => Promise<unknown>) =>
        work(!options.ifAvailable || free(name) ? {} : null),
    };
    const desk = await connected({ disk, environment: { locks } });
    expect(desk.link.sent('mutate').map((sent) => sent.mutationId)).toEqual(['dead1']);
    expect(disk.queue.get('dead1')?.owner).not.toBe('dead');
    expect(disk.queue.get('busy1')?.owner).toBe('busy');
  });
});

describe('what is safe', () => {
  it('is not sent as unsent: the disk knows first, where it knew it as unsent', async () => {
    const desk = new Desk();
    await turns();
    void desk.client.create('Booking', { n: 1 });
    await turns();
    let open: () => void = () => {};
    desk.disk.gate = new Promise((done) => (open = done));
    await desk.link.connect();
    expect(desk.link.sent('mutate')).toEqual([]);
    desk.disk.gate = null;
    open();
    await turns(40);
    expect(desk.link.sent('mutate')).toHaveLength(1);
    expect([...desk.disk.queue.values()][0]?.sentAt).toBe(desk.clock.now);
  });

  it('is given to the disk at once, though it has not taken the one before: a page may go', async () => {
    const given: string[] = [];
    class SlowDisk extends MemoryDisk {
      override putQueued(mutation: QueuedMutation): Promise<void> {
        given.push(mutation.mutationId);
        return new Promise(() => {});
      }
    }
    const desk = new Desk({ disk: new SlowDisk() });
    await turns();
    void desk.client.create('Booking', { n: 1 });
    void desk.client.create('Booking', { n: 2 });
    await turns();
    expect(given).toHaveLength(2);
  });

  it('is told to the browser that asks before it closes the page', async () => {
    const desk = new Desk({ preventUnsavedChanges: true });
    const asks = () => desk.guards.some((guard) => guard());
    expect(asks()).toBe(false);
    void desk.client.create('Booking', { n: 1 });
    expect(asks()).toBe(true);
    await turns();
    expect(asks()).toBe(false);
  });

  it('is told to the browser for as long as the disk does not take it', async () => {
    const desk = new Desk({ preventUnsavedChanges: true });
    const asks = () => desk.guards.some((guard) => guard());
    await turns();
    desk.disk.failing = true;
    void desk.client.create('Booking', { n: 1 });
    void desk.client.create('Booking', { n: 2 });
    await turns();
    expect(asks()).toBe(true);

    desk.disk.failing = false;
    await desk.clock.move(60_000);

    expect(desk.disk.queue.size).toBe(2);
    expect(asks()).toBe(false);
  });

  it('is taken up although nonsense stands beside it on the disk', async () => {
    const disk = new MemoryDisk();
    const nonsense: [string, object][] = [
      ['0', { queuedAt: undefined, ops: undefined }],
      ['1', { ops: null }],
      ['2', { ops: [null] }],
      ['3', { queuedAt: 'now', owner: 7 }],
      ['4', { attention: { reason: 'conflict', at: 1 } }],
    ];
    for (const [id, more] of nonsense) disk.queue.set(id, { ...queued(id), ...more } as QueuedMutation);
    disk.queue.set('good', queued('good'));
    const desk = await connected({ disk });

    expect(desk.link.sent('mutate').map(({ mutationId }) => mutationId)).toEqual(['good']);
    expect(desk.client.sync.get().attention).toEqual([]);
    expect(desk.logs).toEqual([]);
  });

  it('keeps its order where the clock is set back, after a reload too', async () => {
    const desk = new Desk();
    await turns();
    for (const [n, back] of [0, 3_600_000, 60_000].entries()) {
      desk.clock.now -= back;
      void desk.client.create('Booking', { n });
    }
    await turns();
    desk.clock.now -= 60_000;
    const reloaded = new Desk({ disk: desk.disk, clock: desk.clock, ids: 'a' });
    await turns(40);
    void reloaded.client.create('Booking', { n: 3 });
    await turns();

    const again = await connected({ disk: desk.disk, clock: desk.clock });
    await turns(40);

    const sent = again.link.sent('mutate').map(({ ops: [op] }) => (op?.op === 'create' ? op.data['n'] : null));
    expect(sent).toEqual([0, 1, 2, 3]);
  });

  it('stands on the disk again after somebody has emptied it', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    void record.set({ n: 2 });
    const asked = desk.link.only('mutate');
    const theirs = entity('1', { n: 5 }, 2).data;
    const told = conflictOf(asked.members.mutationId, '1', { current: theirs, yours: { n: 2 }, currentVersion: 2 });
    await desk.link.answer(asked, 'conflict', told);
    await desk.link.close();
    void desk.client.create('Booking', { n: 3 });
    await turns();
    expect(desk.disk.queue.size).toBe(2);

    desk.disk.queue.clear();
    await desk.clock.move(60_000);

    expect(desk.disk.queue.size).toBe(2);
  });

  it('does not depend on a disk that fails', async () => {
    const desk = new Desk();
    desk.disk.failing = true;
    await turns();
    const result = desk.client.create('Booking', { n: 1 });
    await desk.link.connect();
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 1, 'x', 1));
    expect(await endOf(result)).toMatchObject({ ok: true });
  });

  it('ends each call when the client is closed', async () => {
    const desk = await connected();
    const result = desk.client.create('Booking', { n: 1 });
    const closing = desk.client.close();
    await desk.clock.move(5000);
    await closing;
    expect(await endOf(result)).toMatchObject({ ok: false, status: 'failed', code: 'closed' });
    expect(desk.clock.waiting).toBe(0);
  });
});

describe('a conflict', () => {
  async function conflicted(set = { price: 20 }) {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10, note: '' });
    const result = record.set(set);
    const asked = desk.link.only('mutate');
    await desk.link.say(updated('1', 2, 2, { price: 15, note: 'x' }));
    await desk.link.answer(
      asked,
      'conflict',
      conflictOf(asked.members.mutationId, '1', {
        base: { price: 10, note: '' },
        current: { price: 15, note: 'x' },
        yours: { price: 20, note: '' },
        merged: { price: 15, note: 'x' },
        fields: { price: 'clash', note: 'theirs' },
        currentVersion: 2,
      }),
    );
    const ended = await endOf(result);
    if (ended === 'open' || ended.ok || ended.status !== 'conflict') throw new Error('no conflict');
    return { desk, record, conflict: ended.conflict };
  }

  it('is decided by a new mutation on the version that stands, and is shown at once', async () => {
    const { desk, record, conflict } = await conflicted();
    const deciding = conflict.resolve('use-mine');
    expect(record.get().data).toEqual({ price: 20, note: 'x' });
    const asked = desk.link.only('mutate');
    expect(asked.members.ops).toMatchObject([{ baseVersion: 2, set: { price: 20 } }]);
    expect(asked.members.mutationId).not.toBe(conflict.mutationId);
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 3, '1', 3));
    expect(await endOf(deciding)).toMatchObject({ ok: true });
    expect(desk.client.conflicts.get()).toEqual([]);
    await turns();
    expect(desk.disk.queue.size).toBe(0);
  });

  it('is renewed where the record has changed once more', async () => {
    const { desk, conflict } = await conflicted();
    const deciding = conflict.resolve({ price: 17, note: undefined });
    const asked = desk.link.only('mutate');
    expect(asked.members.ops).toMatchObject([{ baseVersion: 2, set: { price: 17 }, unset: ['note'] }]);
    await desk.link.answer(
      asked,
      'conflict',
      conflictOf(asked.members.mutationId, '1', { current: { price: 16 }, yours: { price: 17 }, currentVersion: 3 }),
    );
    expect(await endOf(deciding)).toMatchObject({ status: 'conflict', conflict: { currentVersion: 3 } });
    const list = desk.client.conflicts.get();
    expect(list).toMatchObject([{ key: conflict.key, currentVersion: 3 }]);
    void list[0]?.resolve({ price: 17 });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 3 }]);
  });

  it('is over without a word to the server where theirs is taken', async () => {
    const { desk, record, conflict } = await conflicted();
    expect(await conflict.resolve('use-theirs')).toMatchObject({ ok: true, results: [{ version: 2 }] });
    expect(desk.client.conflicts.get()).toEqual([]);
    expect(record.get().data).toEqual({ price: 15, note: 'x' });
    expect(desk.link.sent('mutate')).toHaveLength(1);
    expect(await conflict.resolve('use-mine')).toMatchObject({ ok: false, code: 'not_found' });
  });

  it('outlives a reload', async () => {
    const { desk } = await conflicted();
    await turns();
    const next = new Desk({ disk: desk.disk, ids: 'n' });
    next.clock.now += 120_000;
    await turns(40);
    await next.link.connect();
    const [conflict] = next.client.conflicts.get();
    expect(conflict).toMatchObject({ currentVersion: 2, fields: { price: 'clash' } });
    void conflict?.resolve('use-mine');
    expect(next.link.only('mutate').members.ops).toMatchObject([{ baseVersion: 2, set: { price: 20 } }]);
  });

  it('on a record that was deleted makes it anew from what is mine', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const result = record.set({ price: 20 });
    const asked = desk.link.only('mutate');
    await desk.link.answer(
      asked,
      'conflict',
      conflictOf(asked.members.mutationId, '1', { current: null, yours: { price: 20 }, currentVersion: 2 }),
    );
    const ended = await endOf(result);
    if (ended !== 'open' && !ended.ok && ended.status === 'conflict') void ended.conflict.resolve('use-mine');
    expect(desk.link.only('mutate').members.ops).toEqual([
      { op: 'create', entityType: 'Booking', entityId: '1', data: { price: 20 } },
    ]);
  });

  it('that the server keeps is decided there', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { price: 10 });
    const result = record.set({ price: 20 }, { onConflict: 'store' });
    const asked = desk.link.only('mutate');
    expect(asked.members.onConflict).toBe('store');
    const told = conflictOf(asked.members.mutationId, '1', { current: {}, yours: {}, currentVersion: 2 });
    await desk.link.answer(asked, 'conflict', { ...told, conflictId: 7 });
    const ended = await endOf(result);
    if (ended === 'open' || ended.ok || ended.status !== 'conflict') throw new Error('no conflict');
    const deciding = ended.conflict.resolve('use-theirs');
    const decide = desk.link.only('decide');
    expect(decide.members).toMatchObject({ conflictId: 7, resolution: 'use-theirs', baseVersion: 2 });
    await desk.link.answer(decide, 'committed', { ...committed(decide.members.mutationId, 3, '1', 2), conflictId: 7 });
    expect(await endOf(deciding)).toMatchObject({ ok: true });
    expect(desk.client.conflicts.get()).toEqual([]);
  });
});
