// What a test can do with the server in its hand: time, the network and its troubles, people and their rights.
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '@coterie/protocol';
import { createFakeServer, handClock, type FakeServer, type HandClock } from '../src/index.js';

/** A client of a few lines: what it was told, and how it was closed. */
class Client {
  readonly heard: JsonObject[] = [];
  readonly frames: JsonObject[][] = [];
  closed: number | null = null;
  private ids = 0;
  private readonly socket;

  constructor(server: FakeServer) {
    this.socket = server.openSocket('wss://desk.example/ws', 'coterie.v1');
    this.socket.onmessage = ({ data }) => {
      const frame = String(data).split('\n');
      this.frames.push(frame.map((line) => JSON.parse(line) as JsonObject));
      this.heard.push(...(this.frames.at(-1) ?? []));
    };
    this.socket.onclose = ({ code }) => {
      this.closed = code;
    };
  }

  send(request: JsonObject): number {
    this.socket.send(JSON.stringify({ id: ++this.ids, ...request }));
    return this.ids;
  }

  pong(): void {
    this.socket.send('{"type":"pong"}');
  }

  answer(id: number): JsonObject | undefined {
    return this.heard.find((message) => message['id'] === id);
  }

  pushes(type: string): JsonObject[] {
    return this.heard.filter((message) => message['type'] === type && message['id'] === undefined);
  }
}

const ROOM = { subscription: 1, entityType: 'Booking' };
const one = (data: JsonObject) => [{ entityType: 'Booking', entityId: '1', data }];
const update = (set: JsonObject) => ({ op: 'update', entityType: 'Booking', entityId: '1', set }) as const;

let clock: HandClock;
let server: FakeServer;

beforeEach(() => {
  clock = handClock();
  server = createFakeServer({ clock, users: { ann: { name: 'Ann', password: 'secret', roles: ['sales'] } } });
});

async function enter(hello: JsonObject = {}, token = 'dev:ann'): Promise<Client> {
  const client = new Client(server);
  await clock.settle();
  client.send({ type: 'hello', token, subscriptions: [ROOM], ...hello });
  await clock.settle();
  return client;
}

describe('Records', () => {
  it('are seeded, edited by others and looked at', async () => {
    server.seed(one({ n: 1 }));
    const ann = await enter();
    const outcome = server.edit('ben', update({ n: 2 }));
    await clock.settle();
    expect(outcome).toMatchObject({ type: 'committed', seq: 2 });
    expect(server.record('Booking', '1')).toMatchObject({ version: 2, data: { n: 2 }, updatedBy: 'ben' });
    expect(server.records('Booking')).toHaveLength(1);
    expect(server.records('Other')).toHaveLength(0);
    expect(ann.pushes('event')).toMatchObject([{ seq: 2, version: 2, set: { n: 2 }, userId: 'ben' }]);
  });

  it('come in whole frames: nobody sees half a transaction', async () => {
    const ann = await enter();
    const create = (entityId: string) => ({ op: 'create', entityType: 'Booking', entityId, data: {} }) as const;
    server.edit('ben', create('1'), create('2'), create('3'));
    await clock.settle();
    expect(ann.frames.at(-1)?.map(({ type, seq }) => [type, seq])).toEqual(Array(3).fill(['event', 1]));
  });

  it('are refused by the rules of their type', () => {
    const check = ({ n }: JsonObject) => (n === 13 ? { field: 'n', message: 'Not thirteen.' } : null);
    const strict = createFakeServer({ clock, types: { Booking: { check } } });
    strict.seed(one({ n: 1 }));
    expect(strict.edit('ben', update({ n: 13 }))).toMatchObject({ type: 'rejected', code: 'invalid', field: 'n' });
    expect(strict.record('Booking', '1')?.data).toEqual({ n: 1 });
  });

  it('are found by their words', async () => {
    const finding = createFakeServer({ clock, types: { Booking: { search: ['name'] } } });
    finding.seed(one({ name: 'Crème Brûlée', note: 'tent' }));
    const ask = async (search: string) => {
      const body = JSON.stringify({ id: 1, type: 'list', entityType: 'Booking', search });
      const headers = { Authorization: 'Bearer dev:ann' };
      const answer = finding.fetch('/api/v1/requests', { method: 'POST', headers, body });
      await clock.settle();
      return ((await (await answer).json()) as { entities: unknown[] }).entities.length;
    };
    expect([await ask('creme'), await ask('bru* creme'), await ask('bru'), await ask('tent')]).toEqual([1, 1, 0, 0]);
  });
});

describe('Time', () => {
  it('goes on by hand: a lock ends with its lease, and all are told', async () => {
    server.seed(one({}));
    const ann = await enter();
    ann.send({ type: 'lock', entityType: 'Booking', entityId: '1', field: 'n', ttlMs: 5000 });
    await clock.advance(4999);
    expect(ann.pushes('lock')).toMatchObject([{ state: 'acquired', ttlMs: 5000 }]);
    await clock.advance(1);
    expect(ann.pushes('lock')[1]).toMatchObject({ state: 'expired', fence: 1, ttlMs: 0 });
  });

  it('brings pings, and the end of who is silent', async () => {
    const ann = await enter();
    await clock.advance(30_000);
    expect(ann.pushes('ping')).toHaveLength(1);
    ann.pong();
    await clock.advance(59_000);
    expect(ann.closed).toBeNull();
    await clock.advance(31_000);
    expect(ann.closed).toBe(4202);
  });

  it('waits 10 s for a hello', async () => {
    const client = new Client(server);
    await clock.advance(9999);
    expect(client.closed).toBeNull();
    await clock.advance(1);
    expect(client.closed).toBe(4201);
  });

  it('keeps the locks of a lost session for 15 s', async () => {
    server.seed(one({}));
    const ann = await enter();
    ann.send({ type: 'lock', entityType: 'Booking', entityId: '1' });
    ann.send({ type: 'presence', subscription: 1, state: { a: 1 } });
    const ben = await enter({}, 'dev:ben');
    server.drop('ann');
    await clock.advance(14_999);
    expect(ann.closed).toBe(1006);
    expect(ben.pushes('lock')).toEqual([]);
    await clock.advance(1);
    expect(ben.pushes('lock')).toMatchObject([{ state: 'released' }]);
    expect(ben.pushes('presence')).toMatchObject([{ leaves: [{ userId: 'ann' }] }]);
  });
});

describe('The network', () => {
  it('takes its time, each way, and keeps the order', async () => {
    const ann = await enter();
    server.delay(100);
    const first = ann.send({ type: 'ping' });
    server.delay(10);
    const second = ann.send({ type: 'ping' });
    await clock.advance(109);
    expect(ann.answer(first)).toBeUndefined();
    await clock.advance(1);
    expect([ann.answer(first), ann.answer(second)]).toMatchObject([{ type: 'pong' }, { type: 'pong' }]);
  });

  it('loses what was on its way when the line is cut', async () => {
    const ann = await enter();
    server.delay(50);
    server.seed(one({}));
    server.drop();
    await clock.advance(1000);
    expect(ann.pushes('event')).toEqual([]);
    expect(ann.closed).toBe(1006);
  });

  it('brings a frame twice', async () => {
    const ann = await enter();
    server.duplicateNextFrame();
    server.seed(one({}));
    await clock.settle();
    server.edit('ben', update({ n: 1 }));
    await clock.settle();
    expect(ann.pushes('event').map(({ seq }) => seq)).toEqual([1, 1, 2]);
  });

  it('has no server while that is killed; what was committed is there afterwards, who was there is not', async () => {
    server.seed(one({ n: 1 }));
    const ann = await enter();
    ann.send({ type: 'lock', entityType: 'Booking', entityId: '1' });
    await clock.settle();
    server.kill();
    const refused = new Client(server);
    const fetched = server.fetch('/readyz').catch((error: unknown) => error);
    await clock.settle();
    expect([ann.closed, refused.closed]).toEqual([1006, 1006]);
    expect(await fetched).toBeInstanceOf(TypeError);
    server.restart();
    const resume = String(ann.heard[0]?.['resume']);
    const position = ann.heard[0]?.['position'] ?? null;
    const back = await enter({ resume, position });
    expect(back.heard[0]).toMatchObject({ subscriptions: [{ status: 'recovered' }] });
    expect(back.heard[0]?.['sessionId']).not.toBe(ann.heard[0]?.['sessionId']);
    expect(back.heard[1]).toMatchObject({ type: 'snapshot', reason: 'state', locks: [] });
  });

  it('says goodbye with when to come back', async () => {
    const ann = await enter();
    server.goodbye(4101, 'overloaded', [1000, 2000]);
    await clock.settle();
    expect(ann.pushes('goodbye')).toMatchObject([{ code: 4101, retryMs: [1000, 2000] }]);
    expect(ann.closed).toBe(4101);
  });
});

describe('What a test may want to go wrong', () => {
  it('is a request that is refused, once', async () => {
    const ann = await enter();
    server.refuseNext({ code: 'overloaded', retry: true, retryAfterMs: 250 }, 'list');
    const other = ann.send({ type: 'get', entityType: 'Booking', entityId: '1' });
    const refused = ann.send({ type: 'list', entityType: 'Booking' });
    const again = ann.send({ type: 'list', entityType: 'Booking' });
    await clock.settle();
    expect(ann.answer(other)).toMatchObject({ code: 'not_found' });
    expect(ann.answer(refused)).toMatchObject({ type: 'error', code: 'overloaded', retry: true, retryAfterMs: 250 });
    expect(ann.answer(again)).toMatchObject({ type: 'entities' });
  });

  it('is a position from before what the log still tells, or of another history', async () => {
    server.seed(one({}));
    const ann = await enter();
    const position = ann.heard[0]?.['position'] ?? null;
    server.edit('ben', update({ n: 1 }));
    server.trim();
    const trimmed = await enter({ position });
    expect(trimmed.heard[0]).toMatchObject({ subscriptions: [{ status: 'resync', reason: 'trimmed' }] });
    server.newEpoch();
    const anew = await enter({ position });
    expect(anew.heard[0]).toMatchObject({ subscriptions: [{ status: 'resync', reason: 'epoch' }] });
    expect(anew.pushes('snapshot')).toMatchObject([{ reason: 'epoch', entities: [{ version: 2 }] }]);
  });
});

describe('People', () => {
  const post = async (path: string, body: JsonObject, headers: { [name: string]: string } = {}) => {
    const answer = server.fetch(`https://desk.example${path}`, { method: 'POST', body: JSON.stringify(body), headers });
    await clock.settle();
    const response = await answer;
    return { status: response.status, body: (response.status === 204 ? {} : await response.json()) as JsonObject };
  };

  it('sign in, refresh once, and sign out', async () => {
    expect(await post('/api/v1/auth/login', { username: 'ann', password: 'wrong' })).toMatchObject({ status: 401 });
    const login = await post('/api/v1/auth/login', { username: 'ann', password: 'secret' });
    expect(login.body).toMatchObject({ expires_in: 900, user: { id: 'ann', name: 'Ann', roles: ['sales'] } });
    const token = { refresh_token: login.body['refresh_token'] ?? '' };
    const refreshed = await post('/api/v1/auth/refresh', token);
    expect(refreshed.status).toBe(200);
    expect(await post('/api/v1/auth/refresh', token)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    const next = { refresh_token: refreshed.body['refresh_token'] ?? '' };
    expect(await post('/api/v1/auth/logout', next)).toMatchObject({ status: 204 });
    expect(await post('/api/v1/auth/refresh', next)).toMatchObject({ status: 401 });
  });

  it('are warned before their token ends, may refresh it, and are cut some time after its end', async () => {
    const ann = await enter({}, server.tokenFor('ann', 60_000));
    expect(ann.heard[0]).toMatchObject({ tokenExpiresInMs: 60_000 });
    await clock.advance(39_999);
    expect(ann.pushes('authExpiring')).toEqual([]);
    await clock.advance(1);
    expect(ann.pushes('authExpiring')).toEqual([{ type: 'authExpiring', inMs: 20_000 }]);
    const refreshed = ann.send({ type: 'refresh', token: server.tokenFor('ann', 60_000) });
    await clock.settle();
    expect(ann.answer(refreshed)).toMatchObject({ type: 'refreshed', tokenExpiresInMs: 60_000 });
    for (let i = 0; i < 8; ++i) {
      ann.pong();
      await clock.advance(10_000);
    }
    expect(ann.closed).toBeNull();
    await clock.advance(10_000);
    expect(ann.closed).toBe(4205);
  });

  it('lose their tokens as the test wants it: to be refreshed, or for good', async () => {
    const login = await post('/api/v1/auth/login', { username: 'ann', password: 'secret' });
    const ann = await enter({}, String(login.body['access_token']));
    server.expireToken('ann');
    await clock.settle();
    expect(ann.closed).toBe(4205);
    const refreshed = await post('/api/v1/auth/refresh', { refresh_token: login.body['refresh_token'] ?? '' });
    const again = await enter({}, String(refreshed.body['access_token']));
    expect(again.heard[0]).toMatchObject({ type: 'welcome' });
    server.revoke('ann');
    await clock.settle();
    expect(again.closed).toBe(4010);
    const gone = await post('/api/v1/auth/refresh', { refresh_token: refreshed.body['refresh_token'] ?? '' });
    expect(gone.status).toBe(401);
  });

  it('see what their rights let them see, and are told when that changes', async () => {
    server.seed([...one({ own: 'ann' }), { entityType: 'Booking', entityId: '2', data: { own: 'ben' } }]);
    const ann = await enter();
    server.setRights('ann', { read: ({ data }) => data['own'] === 'ann', write: false });
    await clock.settle();
    expect(ann.pushes('snapshot').at(-1)).toMatchObject({ reason: 'rights', entities: [{ entityId: '1' }] });
    server.edit('ben', { ...update({ own: 'ann' }), entityId: '2' });
    server.edit('ben', update({ own: 'ben' }));
    await clock.settle();
    expect(ann.pushes('enter')).toMatchObject([{ entityId: '2', subscriptions: [1] }]);
    expect(ann.pushes('gone')).toMatchObject([{ entityId: '1', subscriptions: [1] }]);
    expect(ann.pushes('event')).toEqual([]);
    const mutate = (entityId: string) =>
      ann.send({ type: 'mutate', mutationId: `m${entityId}`, ops: [{ ...update({}), increment: { n: 1 }, entityId }] });
    const [hidden, fixed] = [mutate('1'), mutate('2')];
    await clock.settle();
    expect(ann.answer(hidden)).toMatchObject({ type: 'rejected', code: 'not_found' });
    expect(ann.answer(fixed)).toMatchObject({ type: 'rejected', code: 'forbidden' });
    server.setRights('ann', { read: false });
    await clock.settle();
    expect(ann.pushes('unsubscribed')).toEqual([{ type: 'unsubscribed', subscription: 1, code: 'forbidden' }]);
  });
});

describe('The log', () => {
  it('holds what came and went', async () => {
    const ann = await enter();
    ann.send({ type: 'ping' });
    await clock.settle();
    expect(server.requests('ping')).toHaveLength(1);
    expect(server.log.map(({ direction, message }) => `${direction} ${String(message['type'])}`)).toEqual([
      'in hello',
      'out welcome',
      'out snapshot',
      'in ping',
      'out pong',
    ]);
  });
});

describe('The machine’s clock', () => {
  it('does as well', async () => {
    const real = createFakeServer();
    real.delay(5);
    const socket = real.openSocket('/ws', 'coterie.v1');
    await new Promise<void>((open) => (socket.onopen = open));
    const heard = new Promise<string>((hear) => (socket.onmessage = ({ data }) => hear(String(data))));
    socket.send('{"id":1,"type":"hello","token":"dev:ann"}');
    expect(JSON.parse(await heard)).toMatchObject({ type: 'welcome' });
    socket.close(1000);
  });
});
