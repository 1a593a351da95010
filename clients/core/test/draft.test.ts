// Editing one record: what is typed waits, goes out by itself, and stays the user's own until it is saved.
import { describe, expect, it } from 'vitest';
import type { DraftOptions } from '../src/api/records.js';
import { turns } from './support/clock.js';
import { committed, conflictOf, connected, endOf, updated } from './support/desk.js';

async function editing(options: DraftOptions = {}, data = { title: 'a', note: '', price: 1 }) {
  const desk = await connected({ preventUnsavedChanges: true });
  const { record } = await desk.live('1', data);
  const draft = record.draft(options);
  draft.subscribe(() => {});
  const sent = () => desk.link.sent('mutate').map((members) => members.ops[0]);
  /** Answers the open mutation, with its event. */
  const commit = async (seq: number, version: number, set: { [path: string]: string | number }) => {
    const asked = desk.link.only('mutate');
    const id = asked.members.mutationId;
    const event = updated('1', seq, version, set, { mutationId: id, userId: 'ann' });
    await desk.link.answer(asked, 'committed', committed(id, seq, '1', version), [event]);
  };
  return { desk, record, draft, sent, commit };
}

describe('typing', () => {
  it('makes one request, a second after the last key', async () => {
    const { desk, draft, sent, commit } = await editing();
    for (const value of ['h', 'he', 'hel', 'hell', 'hello']) {
      draft.set('title', value);
      await desk.clock.move(300);
    }
    expect(draft.get()).toMatchObject({ saveState: 'dirty', dirty: ['title'], value: { title: 'hello' } });
    expect(sent()).toEqual([]);
    await desk.clock.move(700);
    expect(sent()).toMatchObject([{ set: { title: 'hello' }, baseVersion: 1 }]);
    expect(draft.get().saveState).toBe('saving');
    await commit(2, 2, { title: 'hello' });
    expect(draft.get()).toMatchObject({ saveState: 'saved', dirty: [], value: { title: 'hello' } });
    await desk.clock.move(60_000);
    expect(sent()).toHaveLength(1);
  });

  it('is not kept back for ever by somebody who never stops', async () => {
    const { desk, draft, sent } = await editing();
    for (let i = 0; i < 20; ++i) {
      draft.set('title', `x${i}`);
      await desk.clock.move(300);
    }
    expect(sent()).toHaveLength(1);
  });

  it('of two fields goes by the time of each, and a choice goes at once', async () => {
    const { desk, draft, sent, commit } = await editing();
    draft.set('title', 'b');
    await desk.clock.move(500);
    draft.set('price', 7, { now: true });
    expect(sent()).toMatchObject([{ set: { price: 7 } }]);
    await commit(2, 2, { price: 7 });
    await desk.clock.move(500);
    expect(sent()).toMatchObject([{}, { set: { title: 'b' }, baseVersion: 2 }]);
  });

  it('back to what stood there leaves nothing to save', async () => {
    const { desk, draft, sent } = await editing();
    draft.set('title', 'b');
    draft.set('title', 'a');
    expect(draft.get()).toMatchObject({ dirty: [], saveState: 'clean' });
    await desk.clock.move(5000);
    expect(sent()).toEqual([]);
  });

  it('goes out on blur, and waits for an edit of its own that is on its way', async () => {
    const { draft, sent, commit, record } = await editing();
    draft.set('title', 'b');
    draft.blur('title');
    draft.set('title', 'bc');
    draft.blur('title');
    expect(sent()).toHaveLength(1);
    expect(draft.get().value).toMatchObject({ title: 'bc' });
    await commit(2, 2, { title: 'b' });
    expect(draft.get().value).toMatchObject({ title: 'bc' });
    expect(sent()).toMatchObject([{ baseVersion: 1 }, { set: { title: 'bc' }, baseVersion: 2 }]);
    await commit(3, 3, { title: 'bc' });
    expect(record.get().data).toMatchObject({ title: 'bc' });
  });

  it('goes out when the page is hidden, and asks before the page is closed until it is safe', async () => {
    const { desk, draft, sent } = await editing();
    draft.set('title', 'b');
    expect(desk.guards.some((guard) => guard())).toBe(true);
    desk.page('hidden');
    expect(sent()).toHaveLength(1);
    await turns();
    expect(desk.guards.some((guard) => guard())).toBe(false);
  });

  it('goes out on close, after which nothing is taken any more', async () => {
    const { draft, sent } = await editing();
    draft.set('title', 'b');
    draft.close();
    draft.set('title', 'c');
    expect(sent()).toMatchObject([{ set: { title: 'b' } }]);
  });

  it('waits in the queue while offline, as one edit', async () => {
    const { desk, draft } = await editing();
    desk.link.drop();
    draft.set('title', 'b', { now: true });
    expect(draft.get().saveState).toBe('queued');
    draft.set('note', 'n', { now: true });
    expect(await draft.flush()).toBeNull();
    await desk.link.connect();
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ set: { title: 'b', note: 'n' } }]);
  });
});

describe("others' changes", () => {
  it('move the fields that are not dirty, and stand beside one that is', async () => {
    const { desk, draft, sent } = await editing();
    draft.set('title', 'mine');
    await desk.link.say(updated('1', 2, 2, { note: 'theirs' }));
    expect(draft.get().value).toMatchObject({ title: 'mine', note: 'theirs' });
    expect(draft.field('note')).toEqual({ value: 'theirs', dirty: false });
    await desk.link.say(updated('1', 3, 3, { title: 'theirs' }));
    expect(draft.field('title')).toEqual({
      value: 'mine',
      dirty: true,
      remote: { value: 'theirs', userId: 'bob' },
    });
    expect(draft.get().dirty).toEqual(['title']);
    await desk.clock.move(1000);
    // It rests on what its author has seen: the server tells the clash.
    expect(sent()).toMatchObject([{ set: { title: 'mine' }, baseVersion: 2 }]);
  });

  it('never make a field dirty', async () => {
    const { desk, draft, sent } = await editing();
    await desk.link.say(updated('1', 2, 2, { title: 'x', price: 9 }));
    expect(draft.get()).toMatchObject({ dirty: [], saveState: 'clean', value: { title: 'x', price: 9 } });
    draft.set('title', 'x');
    expect(draft.get().dirty).toEqual([]);
    await desk.clock.move(5000);
    expect(sent()).toEqual([]);
  });
});

describe('what is refused', () => {
  it('stays with its user, and is tried again when they go on', async () => {
    const { desk, draft, record, sent } = await editing();
    draft.set('price', -1, { now: true });
    const asked = desk.link.only('mutate');
    const seen: unknown[] = [];
    draft.subscribe(() => seen.push(draft.get().value?.['price' as never]));
    await desk.link.answer(asked, 'rejected', {
      mutationId: asked.members.mutationId,
      opIndex: 0,
      code: 'invalid',
      message: 'Too low.',
      field: 'price',
      retry: false,
    });
    expect(draft.get()).toMatchObject({ saveState: 'rejected', message: 'Too low.', value: { price: -1 } });
    expect(draft.field('price')).toMatchObject({ value: -1, dirty: true, error: 'Too low.' });
    expect(record.get().data).toMatchObject({ price: 1 });
    expect(new Set(seen)).toEqual(new Set([-1]));
    await desk.clock.move(60_000);
    expect(sent()).toHaveLength(1);
    draft.set('price', 3, { now: true });
    expect(sent()).toHaveLength(2);
    expect(draft.field('price').error).toBeUndefined();
  });

  describe('for a lock', () => {
    const holder = { userId: 'bob', name: 'Bob', sessionId: 's9' };
    const lock = { type: 'lock' as const, entityType: 'Booking', entityId: '1', field: 'title', holder, fence: 8 };
    const shut = async () => {
      const all = await editing();
      const refuse = async () => {
        const asked = all.desk.link.only('mutate');
        const told = { mutationId: asked.members.mutationId, opIndex: 0, code: 'locked' as const, field: 'title' };
        await all.desk.link.answer(asked, 'rejected', { ...told, message: 'Bob is writing.', holder, retry: false });
      };
      return { ...all, refuse };
    };

    it('goes out again when that is given back', async () => {
      const { desk, draft, sent, refuse } = await shut();
      await desk.link.say({ ...lock, state: 'acquired', ttlMs: 30_000 });
      draft.set('title', 'mine', { now: true });
      await refuse();
      await desk.clock.move(20_000);
      expect(draft.get()).toMatchObject({ saveState: 'rejected', message: 'Bob is writing.' });
      expect(sent()).toHaveLength(1);
      await desk.link.say({ ...lock, state: 'released', ttlMs: 0 });
      expect(draft.get().saveState).toBe('saving');
      expect(draft.get().message).toBeUndefined();
      expect(sent()[1]).toMatchObject({ set: { title: 'mine' } });
    });

    it('stays where it is when its user took it back', async () => {
      const { desk, draft, sent, refuse } = await shut();
      await desk.link.say({ ...lock, state: 'acquired', ttlMs: 30_000 });
      draft.set('title', 'mine', { now: true });
      await refuse();
      draft.revert();
      await desk.link.say({ ...lock, state: 'released', ttlMs: 0 });
      await desk.clock.move(20_000);
      expect(sent()).toHaveLength(1);
    });

    it('does not keep back the other fields that went with it', async () => {
      const { desk, draft, sent, refuse } = await shut();
      await desk.link.say({ ...lock, state: 'acquired', ttlMs: 30_000 });
      draft.set('title', 'mine');
      draft.set('note', 'n');
      await desk.clock.move(1000);
      await refuse();
      await desk.clock.move(1000);
      expect(sent()).toMatchObject([{ set: { title: 'mine', note: 'n' } }, { set: { note: 'n' } }]);
      expect(draft.get()).toMatchObject({ saveState: 'rejected', dirty: ['title', 'note'] });
    });

    it('that is not seen here is tried again in a while, and not more often', async () => {
      const { desk, draft, sent, refuse } = await shut();
      draft.set('title', 'mine', { now: true });
      await refuse();
      await desk.clock.move(900);
      expect(sent()).toHaveLength(1);
      expect(draft.get().saveState).toBe('rejected');
      await desk.clock.move(100);
      expect(sent()).toHaveLength(2);
    });
  });

  it('as a conflict is held until it is decided, also with what was typed since', async () => {
    const { desk, draft, commit } = await editing();
    draft.set('title', 'mine', { now: true });
    const asked = desk.link.only('mutate');
    await desk.link.say(updated('1', 2, 2, { title: 'theirs' }));
    const told = {
      base: { title: 'a' },
      current: { title: 'theirs' },
      yours: { title: 'mine' },
      merged: { title: 'theirs' },
      fields: { title: 'clash' as const },
      currentVersion: 2,
    };
    await desk.link.answer(asked, 'conflict', conflictOf(asked.members.mutationId, '1', told));
    expect(draft.get()).toMatchObject({ saveState: 'conflict', value: { title: 'mine' } });
    draft.set('title', 'mine, too');
    await desk.clock.move(60_000);
    expect(desk.link.open('mutate')).toEqual([]);
    const deciding = draft.resolve('use-mine');
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ set: { title: 'mine, too' }, baseVersion: 2 }]);
    await commit(3, 3, { title: 'mine, too' });
    expect(await endOf(deciding)).toMatchObject({ ok: true });
    expect(draft.get()).toMatchObject({ conflict: null, dirty: [], value: { title: 'mine, too' } });
  });

  it('goes away with revert, and the record shows again what stands', async () => {
    const { desk, draft } = await editing();
    draft.set('title', 'mine');
    draft.revert();
    expect(draft.get()).toMatchObject({ dirty: [], value: { title: 'a' } });
    await desk.clock.move(5000);
    expect(desk.link.sent('mutate')).toEqual([]);
  });

  it('can be undone after it was saved, onto what stood before', async () => {
    const { desk, draft, commit } = await editing();
    draft.set('title', 'b', { now: true });
    await commit(2, 2, { title: 'b' });
    void draft.undo();
    expect(draft.get().value).toMatchObject({ title: 'a' });
    expect(desk.link.only('mutate').members.ops).toMatchObject([{ set: { title: 'a' }, baseVersion: 2 }]);
  });
});

describe('a lock on focus', () => {
  it('is taken, saves before it is given back, and shows who else holds a field', async () => {
    const { desk, draft } = await editing({ lock: 'on-focus' });
    draft.focus('title');
    const lock = desk.link.only('lock');
    expect(lock.members).toEqual({ entityType: 'Booking', entityId: '1', field: 'title' });
    await desk.link.answer(lock, 'locked', { fence: 7, ttlMs: 30_000 });
    draft.set('title', 'b');
    draft.blur('title');
    await turns();
    const order = desk.link.asked.map((asked) => asked.type);
    expect(desk.link.open('unlock')).toEqual([]);
    expect(order[order.length - 1]).toBe('mutate');
    const asked = desk.link.only('mutate');
    await desk.link.answer(asked, 'committed', committed(asked.members.mutationId, 2, '1', 2));
    expect(desk.link.only('unlock').members).toMatchObject({ fence: 7, field: 'title' });
    const holder = { userId: 'bob', name: 'Bob', sessionId: 's9' };
    const place = { entityType: 'Booking', entityId: '1', field: 'note' };
    await desk.link.say({ type: 'lock', state: 'acquired', ...place, holder, fence: 8, ttlMs: 30_000 });
    expect(draft.field('note').lockedBy).toEqual(holder);
    await desk.link.say({ type: 'lock', state: 'released', ...place, holder, fence: 8, ttlMs: 0 });
    expect(draft.field('note').lockedBy).toBeUndefined();
  });
});
