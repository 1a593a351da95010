// The tokens of a connection: taken in time, told on the live one, refused, missing, another user's.
import type { GetToken } from '../src/api/client.js';
import { describe, expect, it } from 'vitest';
import type { GetToken } from '../src/api/client.js';
import { directLink } from '../src/link/directLink.js';
import { beat, begin, live } from './linkSupport/session.js';
import { NotingUser } from './linkSupport/user.js';
import { World } from './linkSupport/world.js';

describe('tokens', () => {
  it('are refreshed 5 min before their end on the live connection', async () => {
    let count = 0;
    const { world, state } = await live({ getToken: () => `t${(count += 1)}` }, { tokenExpiresInMs: 900_000 });
    await beat(world, 599_000);
    expect(world.socket.of('refresh')).toEqual([]);
    await beat(world, 2_000);
    expect(world.socket.of('refresh')).toMatchObject([{ token: 't2' }]);
    world.socket.say({ id: world.socket.of('refresh')[0]?.['id'], type: 'refreshed', tokenExpiresInMs: 900_000 });
    await beat(world, 599_000);
    expect(world.socket.of('refresh').length).toBe(1);
    await beat(world, 2_000);
    expect(world.socket.of('refresh').length).toBe(2);
    expect(state().state).toBe('live');
  });

  it('that live shorter are refreshed when a third is left', async () => {
    const { world } = await live({}, { tokenExpiresInMs: 6_000 });
    await world.clock.pass(3_999);
    expect(world.socket.of('refresh')).toEqual([]);
    await world.clock.pass(2);
    expect(world.socket.of('refresh').length).toBe(1);
  });

  it('are refreshed when the server says that they expire', async () => {
    const { world } = await live();
    world.socket.say({ type: 'authExpiring', inMs: 60_000 });
    await world.clock.pass(0);
    expect(world.socket.of('refresh').length).toBe(1);
  });

  it('are asked for again later where asking failed, without an end of the connection', async () => {
    let fails = false;
    const getToken: GetToken = () => {
      if (fails) throw new Error('no network');
      return 'token';
    };
    const { world, state } = await live({ getToken });
    fails = true;
    world.socket.say({ type: 'authExpiring', inMs: 60_000 });
    await world.clock.pass(9_000);
    expect(world.socket.of('refresh')).toEqual([]);
    fails = false;
    await world.clock.pass(2_000);
    expect(world.socket.of('refresh').length).toBe(1);
    expect(state().state).toBe('live');
  });

  it('that are missing need a sign-in; after it the connection is made', async () => {
    let token: string | null = null;
    const { world, user, link, state } = begin({ getToken: () => token });
    link.start(user);
    await world.clock.pass(600_000);
    expect(state().state).toBe('needs-auth');
    expect(world.sockets.length).toBe(0);
    token = 'token';
    link.authChanged();
    await world.clock.pass(0);
    expect(world.sockets.length).toBe(1);
  });

  it('that cannot be had now are asked for again by the back-off', async () => {
    let asked = 0;
    const getToken: GetToken = () => {
      asked += 1;
      return Promise.reject(new Error('no network'));
    };
    const { world, user, link, state } = begin({ getToken });
    link.start(user);
    await world.clock.pass(0);
    expect(state().state).toBe('offline');
    await world.clock.pass(500 + 1000 + 2000);
    expect(asked).toBe(4);
    expect(world.sockets.length).toBe(0);
  });

  it('that never come are not waited for for ever', async () => {
    const { world, user, link, state } = begin({ getToken: () => new Promise(() => {}) });
    link.start(user);
    await world.clock.pass(30_001);
    expect(state().state).toBe('offline');
  });

  it('that are refused are made anew once; refused again, a sign-in is needed', async () => {
    const asked: string[] = [];
    const getToken: GetToken = ({ reason }) => {
      asked.push(reason);
      return 'token';
    };
    const { world, user, link, state } = begin({ getToken });
    link.start(user);
    await world.clock.pass(0);
    world.socket.accept();
    world.socket.say({
      id: world.socket.hello['id'],
      type: 'error',
      code: 'unauthorized',
      message: 'No.',
      retry: false,
    });
    world.socket.break(4001);
    expect(state().state).toBe('offline');
    await world.clock.pass(500);
    world.socket.accept();
    world.socket.break(4001);
    await world.clock.pass(600_000);
    expect(asked).toEqual(['connect', 'refused']);
    expect(state()).toMatchObject({ state: 'needs-auth', closeCode: 4001 });
  });

  it('that nobody gives, where the server wants one, are named as missing', async () => {
    const world = new World();
    const link = directLink({ url: 'http://desk.example', transport: 'websocket' }, world.environment);
    link.start(new NotingUser());
    await world.clock.pass(0);
    world.socket.break(4001);
    const reason = 'No getToken was given, and the server wants a token.';
    expect(link.state.get()).toMatchObject({ state: 'needs-auth', closeCode: 4001, reason });
  });

  it('that are refused on a live connection are made anew once as well', async () => {
    const asked: string[] = [];
    const getToken: GetToken = ({ reason }) => {
      asked.push(reason);
      return 'token';
    };
    const { world, state } = await live({ getToken });
    world.socket.say({ type: 'authExpiring', inMs: 60_000 });
    for (let i = 0; i < 2; i += 1) {
      await world.clock.pass(0);
      const { id } = world.socket.of('refresh')[i] ?? {};
      world.socket.say({ id, type: 'error', code: 'unauthorized', message: 'No.', retry: false });
    }
    await world.clock.pass(0);
    expect(asked).toEqual(['connect', 'expiring', 'refused']);
    expect(state().state).toBe('needs-auth');
  });

  it('ended elsewhere (4010) need a sign-in, and whoever gave them is told', async () => {
    const asked: string[] = [];
    const getToken: GetToken = ({ reason }) => {
      asked.push(reason);
      return 'dev:ann';
    };
    const { world, state } = await live({ getToken });
    world.socket.break(4010);
    await world.clock.pass(600_000);
    expect(state().state).toBe('needs-auth');
    expect(asked).toEqual(['connect', 'refused']);
    expect(world.sockets.length).toBe(1);
  });

  it('of another user begin a new session; of the same one they are told to this', async () => {
    let token = 'dev:ann';
    const { world, link } = await live({ getToken: () => token });
    link.authChanged();
    await world.clock.pass(0);
    expect(world.socket.of('refresh').length).toBe(1);
    world.socket.say({ id: world.socket.of('refresh')[0]?.['id'], type: 'refreshed' });
    await world.clock.pass(0);
    token = 'dev:bob';
    const first = world.socket;
    link.authChanged();
    await world.clock.pass(0);
    expect(first.closedWith).toBe(1000);
    world.socket.accept();
    expect(world.socket.hello).toMatchObject({ token: 'dev:bob' });
    expect(world.socket.hello['resume']).toBeUndefined();
  });

  it('of another user who comes while there is no connection do not take up the session of the one before', async () => {
    let token = 'dev:ann';
    const { world } = await live({ getToken: () => token });
    world.socket.break();
    token = 'dev:bob';
    await world.clock.pass(500);
    world.socket.accept();
    expect(world.socket.hello).toMatchObject({ token: 'dev:bob' });
    expect(world.socket.hello['resume']).toBeUndefined();
  });

  it('that are taken back end the session: a later sign-in begins another', async () => {
    let token: string | null = 'dev:ann';
    const { world, link, state } = await live({ getToken: () => token });
    token = null;
    link.authChanged();
    await world.clock.pass(0);
    expect(world.socket.closedWith).toBe(1000);
    expect(state().state).toBe('needs-auth');
    token = 'dev:ann';
    link.authChanged();
    await world.clock.pass(0);
    world.socket.accept();
    expect(world.socket.hello['resume']).toBeUndefined();
  });

  it('are taken anew before coming back from a sleep', async () => {
    let count = 0;
    const { world } = await live({ getToken: () => `t${(count += 1)}` });
    world.clock.sleep(3_600_000);
    world.page('visible');
    await world.clock.pass(300);
    world.socket.accept();
    expect(world.socket.hello['token']).toBe('t2');
  });
});
