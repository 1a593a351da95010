// The client itself against the fake server: what the README shows, and what is awkward to bring about with a real one.
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { connect, type Coterie, type CoterieOptions } from '@coterie/client';
import { createFakeServer, handClock, type FakeServer, type HandClock } from '../src/index.js';
// The client loads it when it is first needed; here it is at hand, so that no test waits for the disk.
import '../../core/dist/link/sseTransport.js';

let clock: HandClock;
let server: FakeServer;
let open: Coterie[];

beforeEach(() => {
  clock = handClock();
  server = createFakeServer({ clock });
  server.seed([{ entityType: 'Booking', entityId: '42', data: { price: 10, note: '' } }]);
  open = [];
});

afterEach(async () => {
  const closed = Promise.all(open.map((one) => one.close()));
  await clock.advance(1000);
  await closed;
});

async function enter(user: string, options: Partial<CoterieOptions> = {}): Promise<Coterie> {
  const coterie = connect({
    url: 'https://desk.example',
    getToken: () => `dev:${user}`,
    storage: 'memory',
    environment: server.environment({ random: () => 0.5 }),
    ...options,
  });
  open.push(coterie);
  await clock.advance(100);
  return coterie;
}

async function follow(coterie: Coterie) {
  const record = coterie.record('Booking', '42');
  record.subscribe(() => undefined);
  await clock.advance(100);
  return record;
}

describe.each(['websocket', 'sse'] as const)('Over %s the client', (transport) => {
  it('shows a record, and what others do to it', async () => {
    const record = await follow(await enter('ann', { transport }));
    expect(record.get()).toMatchObject({ status: 'live', version: 1, data: { price: 10 } });
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 12 } });
    await clock.settle();
    expect(record.get()).toMatchObject({ version: 2, data: { price: 12 } });
  });

  it('commits an edit, shown at once', async () => {
    const record = await follow(await enter('ann', { transport }));
    server.delay(50);
    const done = record.set({ price: 11 });
    await clock.settle();
    expect(record.get()).toMatchObject({ version: 1, data: { price: 11 }, entity: { pending: true } });
    await clock.advance(500);
    expect(await done).toMatchObject({ ok: true, status: 'committed' });
    expect(record.get()).toMatchObject({ version: 2, entity: { pending: false } });
    expect(server.record('Booking', '42')?.data).toEqual({ price: 11, note: '' });
  });

  it('comes back after a drop and misses nothing', async () => {
    const coterie = await enter('ann', { transport });
    const record = await follow(coterie);
    server.drop();
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 12 } });
    await clock.settle();
    expect(record.get()).toMatchObject({ status: 'stale', data: { price: 10 } });
    await clock.advance(60_000);
    expect(coterie.connection.get().state).toBe('live');
    expect(record.get()).toMatchObject({ status: 'live', data: { price: 12 } });
  });
});

describe('The client', () => {
  it('throws at once for a url that is none', () => {
    const environment = server.environment();
    expect(() => connect({ url: 'localhost:8787', environment })).toThrow('Write where the server is');
    expect(server.requests()).toEqual([]);
  });

  it('throws for no value that cannot be sent', async () => {
    const ann = await enter('ann', { environment: server.environment({ log: () => undefined }) });
    const record = await follow(ann);
    const failed = { ok: false, code: 'invalid', message: 'data cannot be sent: it is a bigint.' };
    expect(await record.signal('note', 10n as never)).toMatchObject(failed);
    expect(await ann.request('list', { entityType: 'Booking', filter: { n: NaN } })).toMatchObject({ code: 'invalid' });
    expect(() => record.present({ at: () => 1 } as never)).not.toThrow();
  });

  it('puts a stale edit before its author, and sends the decision', async () => {
    const coterie = await enter('ann');
    const record = await follow(coterie);
    server.delay(20);
    const done = record.set({ price: 11 });
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 12 } });
    await clock.advance(200);
    expect(await done).toMatchObject({ ok: false, status: 'conflict' });
    const [conflict] = coterie.conflicts.get();
    expect(conflict).toMatchObject({ fields: { price: 'clash' }, current: { price: 12 }, yours: { price: 11 } });
    const decided = conflict?.resolve('use-mine');
    await clock.advance(200);
    expect(await decided).toMatchObject({ ok: true });
    expect(server.record('Booking', '42')).toMatchObject({ version: 3, data: { price: 11 } });
  });

  it('takes a frame that comes twice for one', async () => {
    const record = await follow(await enter('ann'));
    server.duplicateNextFrame();
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', increment: { price: 1 } });
    await clock.settle();
    expect(record.get()).toMatchObject({ version: 2, data: { price: 11 } });
  });

  it('sends an edit once more, and once only, when the server died before the answer', async () => {
    const record = await follow(await enter('ann'));
    server.delay(20);
    const done = record.update({ increment: { price: 1 } });
    await clock.advance(30);
    expect(server.record('Booking', '42')?.data['price']).toBe(11);
    server.kill();
    await clock.advance(5000);
    server.restart();
    await clock.advance(60_000);
    expect(await done).toMatchObject({ ok: true, status: 'committed' });
    expect(server.record('Booking', '42')).toMatchObject({ version: 2, data: { price: 11 } });
  });

  it('decides an edit that is made before its record is known by what is there', async () => {
    const ann = await enter('ann');
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 12 } });
    const done = ann.record('Booking', '42').set({ note: 'new' });
    await clock.advance(1000);
    expect(await done).toMatchObject({ ok: true });
    expect(server.record('Booking', '42')).toMatchObject({ version: 3, data: { price: 12, note: 'new' } });
  });

  it('bases an edit of a record that it only watches on the event that it heard', async () => {
    const ann = await enter('ann');
    ann.watch([{ entityType: 'Booking' }], () => undefined);
    await clock.advance(100);
    server.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { note: 'b' } });
    await clock.settle();
    const done = ann.record('Booking', '42').update({ set: { note: 'c' } });
    await clock.advance(1000);
    expect(await done).toMatchObject({ ok: true });
    const sent = server.requests().filter(({ type }) => type === 'get' || type === 'mutate');
    expect(sent[0]).toMatchObject({ type: 'mutate', ops: [{ baseVersion: 2 }] });
  });

  it('says in its draft that there is no such record', async () => {
    const draft = (await enter('ann')).record('Booking', 'none').draft();
    draft.subscribe(() => undefined);
    await clock.advance(100);
    draft.set('note', 'typed');
    await clock.advance(5000);
    expect(draft.get()).toMatchObject({ saveState: 'rejected', message: 'There is no Booking none, or not any more.' });
  });

  it('saves a draft that a lock kept out once the lock is given back', async () => {
    const [ann, ben] = [await enter('ann'), await enter('ben')];
    const theirs = await follow(ben);
    const draft = ann.record('Booking', '42').draft();
    draft.subscribe(() => undefined);
    const locking = theirs.lock('note');
    await clock.advance(100);
    draft.set('note', 'mine');
    await clock.advance(5000);
    expect(draft.get().saveState).toBe('rejected');
    const held = await locking;
    if (held.ok) void held.lock.release();
    await clock.advance(1000);
    expect(draft.get().saveState).toBe('saved');
    expect(server.record('Booking', '42')?.data['note']).toBe('mine');
  });
});
