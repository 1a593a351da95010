// A link against the real server: nothing is missing and nothing comes twice, whatever breaks.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Entity, Position } from '@coterie/protocol';
import { createAuth } from '../src/auth/createAuth.js';
import { environmentOf } from '../src/environment/default.js';
import { nodeEnvironment } from '../src/environment/node.js';
import { directLink } from '../src/link/directLink.js';
import type { Link } from '../src/link/link.js';
import { tokenSubject } from '../src/link/subject.js';
import { Cable, RealServer, serverBinary } from './linkSupport/server.js';
import { NotingUser } from './linkSupport/user.js';

const environment = environmentOf({ ...nodeEnvironment({ webSocket: WebSocket as never }), log: () => {} });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function begin(transport: 'websocket' | 'sse') {
  const server = new RealServer();
  ends.push(() => server.end());
  await server.start();
  const cable = new Cable(() => server.port);
  ends.push(() => cable.cut());
  await cable.up();
  const user = new Following();
  const options = { url: `http://127.0.0.1:${cable.port}`, getToken: () => 'dev:ann', transport };
  const link = directLink(options, environment);
  ends.push(() => link.close(true));
  user.begin(link);
  await until(() => link.state.get().state === 'live', 'live');
  return { server, cable, user, link };
}

/** Follows the bookings as a client would: by versions, from snapshots and events. */
class Following extends NotingUser {
  readonly versions = new Map<string, number>();
  /** Of events alone, in the order they came. */
  readonly seqs: number[] = [];
  private number = 0;
  private link: Link | null = null;

  begin(link: Link): void {
    this.link = link;
    this.number = link.nextSubscription();
    link.start(this);
  }

  override rooms() {
    const position: Position | null = this.link?.position() ?? null;
    this.wanted = [{ subscription: this.number, entityType: 'Booking', position }];
    return super.rooms();
  }

  override frame(frame: Parameters<NotingUser['frame']>[0]): void {
    super.frame(frame);
    for (const message of frame.messages) {
      if (message.type === 'event') {
        this.seqs.push(message.seq);
        this.versions.set(message.entityId, message.version);
      } else if (message.type === 'snapshot' && message.entities) {
        this.versions.clear();
        for (const entity of message.entities) this.versions.set(entity.entityId, entity.version);
      }
    }
  }
}

async function until(holds: () => boolean, what: string, ms = 15_000): Promise<void> {
  for (const end = Date.now() + ms; !holds();) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function create(server: RealServer, entityId: string): Promise<Entity> {
  const response = await fetch(`${server.url}/api/v1/entities/Booking`, {
    method: 'POST',
    headers: { Authorization: 'Bearer dev:bob', 'Content-Type': 'application/json' },
    body: JSON.stringify({ entityId, data: { price: 1 } }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Entity;
}

describe.skipIf(!serverBinary)('a link to the real server', () => {
  for (const transport of ['websocket', 'sse'] as const) {
    it(`by ${transport}: comes back after a cut cable as the same session, and is told what it missed, once`, async () => {
      const { server, cable, user, link } = await begin(transport);
      expect(link.state.get().transport).toBe(transport);
      await create(server, 'before');
      await until(() => user.versions.has('before'), 'the first event');
      await cable.cut();
      await until(() => link.state.get().state !== 'live', 'noticed');
      for (let i = 0; i < 5; i += 1) await create(server, `missed-${i}`);
      await cable.up();
      await until(() => link.state.get().state === 'live', 'live again');
      await until(() => user.versions.size === 6, 'all that was missed');
      expect(user.sameSession).toBe(true);
      expect(user.statuses).toMatchObject([{ status: 'recovered' }]);
      expect(user.seqs).toEqual([...new Set(user.seqs)].sort((a, b) => a - b));
      expect(user.seqs.length).toBe(6);
      expect(link.position()?.seq).toBe(user.seqs.at(-1));
    }, 30_000);

    it(`by ${transport}: outlives a server that is killed and started again`, async () => {
      const { server, user, link } = await begin(transport);
      await create(server, 'before');
      await until(() => user.versions.has('before'), 'the first event');
      await server.kill();
      await until(() => link.state.get().state !== 'live', 'noticed');
      await server.start();
      await create(server, 'after');
      await until(() => link.state.get().state === 'live' && user.versions.has('after'), 'live again');
      expect(user.sameSession).toBe(false);
      expect(user.statuses).toMatchObject([{ status: 'recovered' }]);
      expect(user.seqs.length).toBe(2);
    }, 30_000);

    it(`by ${transport}: asks, edits, and joins and leaves rooms`, async () => {
      const { server, user, link } = await begin(transport);
      await create(server, 'one');
      const edit = await link.request('mutate', {
        mutationId: environment.newId(),
        ops: [{ op: 'update', entityType: 'Booking', entityId: 'one', baseVersion: 1, set: { price: 2 } }],
      });
      expect(edit).toMatchObject({ kind: 'answer', answer: { type: 'committed' } });
      await until(() => user.versions.get('one') === 2, 'its own event');
      const subscription = link.nextSubscription();
      const room = { subscription, entityType: 'Booking', entityId: 'one' };
      const joined = await link.request('subscribe', room);
      expect(joined).toMatchObject({ kind: 'answer', answer: { type: 'subscribed', entities: [{ version: 2 }] } });
      const left = await link.request('unsubscribe', { subscription });
      expect(left).toMatchObject({ kind: 'answer', answer: { type: 'unsubscribed', subscription } });
      const refused = await link.request('get', { entityType: 'Booking', entityId: 'none' });
      expect(refused).toMatchObject({ kind: 'answer', answer: { type: 'error', code: 'not_found' } });
      expect(link.state.get().state).toBe('live');
    }, 30_000);
  }

  it('tells a server that stops in good order from one that is lost, and comes back', async () => {
    const { server, link } = await begin('websocket');
    await server.kill('SIGTERM');
    await until(() => link.state.get().state === 'offline', 'offline');
    expect(link.state.get().closeCode).toBe(4203);
    await server.start();
    await until(() => link.state.get().state === 'live', 'live again', 25_000);
  }, 40_000);

  it('does not notice that tokens expire', async () => {
    const secret = 'a secret of thirty-two bytes, or more';
    const server = new RealServer([], ISSUER, { 'app.secret': secret });
    ends.push(() => server.end());
    await server.start();
    let minted = 0;
    const getToken = () => {
      minted += 1;
      return tokenFor('ann', secret, 3);
    };
    const user = new NotingUser();
    const link = directLink({ url: server.url, getToken, transport: 'websocket' }, environment);
    ends.push(() => link.close(true));
    const states: string[] = [];
    link.state.subscribe(() => states.push(link.state.get().state));
    link.start(user);
    await until(() => link.state.get().state === 'live', 'live');
    await until(() => minted >= 5, 'four refreshes');
    expect(states.filter((state) => state !== 'connecting' && state !== 'catching-up')).toEqual(['live']);
    expect(user.welcomes.length).toBe(1);
    expect(link.state.get().user?.id).toBe('ann');
  }, 40_000);

  it('signs in at its own accounts, and out', async () => {
    const server = new RealServer([]);
    ends.push(() => server.end());
    await server.start();
    await until(() => /"token": "([^"]+)"/.test(server.log), 'the first token');
    const token = /"token": "([^"]+)"/.exec(server.log)?.[1] ?? '';
    const auth = createAuth({ url: server.url, persist: 'memory', environment });
    expect(auth.get().status).toBe('signed-out');
    expect(await auth.firstAdministrator(token, 'ann', 'correct horse')).toMatchObject({
      ok: true,
      user: { id: 'ann' },
    });
    expect(auth.get()).toMatchObject({ status: 'signed-in', user: { id: 'ann', roles: ['admin'] } });
    const first = auth.get().accessToken;
    const link = directLink({ url: server.url, getToken: auth.getToken, transport: 'websocket' }, environment);
    ends.push(() => link.close(true));
    link.start(new NotingUser());
    await until(() => link.state.get().state === 'live', 'live');
    expect(tokenSubject(first ?? '')).toContain('ann');
    expect(await auth.getToken({ reason: 'refused' })).not.toBe(first);
    expect((await auth.fetch('/api/v1/auth/user')).status).toBe(200);
    expect(await auth.updateProfile({ name: 'Ann B.' })).toMatchObject({ ok: true, user: { name: 'Ann B.' } });
    expect(await auth.changePassword('wrong', 'battery staple')).toMatchObject({ ok: false });
    expect(await auth.login('ann', 'wrong horse')).toMatchObject({ ok: false, code: 'unauthorized', retry: false });
    await auth.logout();
    expect(auth.get().status).toBe('signed-out');
    await until(() => link.state.get().state === 'needs-auth', 'needs-auth');
  }, 40_000);
});

const ISSUER = `[auth.issuers.app]
issuer = "app"
audience = "coterie"
algorithm = "HS256"
secret = "app.secret"
`;

function tokenFor(sub: string, secret: string, seconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'app', aud: 'coterie', sub, exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
