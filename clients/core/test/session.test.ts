// The rules of a connection, one by one, against a clock turned by hand and sockets that the test answers.
import { describe, expect, it } from 'vitest';
import type { GetToken } from '../src/api/client.js';
import { directLink } from '../src/link/directLink.js';
import { begin, ended, live, welcome } from './linkSupport/session.js';

const position = { epoch: 'e1', seq: 10 };

describe('connecting', () => {
  it('says hello with the token and all rooms, and is live at once where no room has to catch up', async () => {
    const { world, user, state } = await live();
    expect(world.socket.url).toBe('ws://desk.example/ws');
    expect(world.socket.hello).toMatchObject({ type: 'hello', token: 'token', clientId: 'tab', subscriptions: [] });
    expect(user.told).toEqual(['rooms', 'welcomed']);
    expect(state()).toMatchObject({
      state: 'live',
      attempt: 0,
      transport: 'websocket',
      sessionId: 's1',
      role: 'alone',
    });
  });

  it('says while it tries again why it has not come about, and what a browser does not tell apart', async () => {
    const { world, user, link, state } = begin();
    link.start(user);
    await world.clock.pass(0);
    expect(state()).toEqual({ state: 'connecting', attempt: 0, role: 'alone' });
    world.socket.break(1006);
    const reason = "The server could not be reached, or it does not allow this page's origin.";
    expect(state()).toMatchObject({ state: 'offline', reason });
    await world.clock.pass(1000);
    expect(state()).toMatchObject({ state: 'connecting', reason });
  });

  it('that is lost later was merely lost', async () => {
    const { world, state } = await live();
    world.socket.break(1006);
    expect(state()).toMatchObject({ state: 'offline', reason: 'The connection was lost.' });
  });

  it('is catching up until every room had its snapshot', async () => {
    const { world, user, link, state } = begin();
    const [first, second] = [link.nextSubscription(), link.nextSubscription()];
    user.room(first, position);
    user.room(second);
    link.start(user);
    await world.clock.pass(0);
    world.socket.welcome({
      subscriptions: [
        { subscription: first, status: 'recovered' },
        { subscription: second, status: 'new' },
      ],
    });
    expect(state().state).toBe('catching-up');
    world.socket.say({ type: 'snapshot', subscription: first, reason: 'state', position, locks: [], presence: [] });
    expect(state().state).toBe('catching-up');
    world.socket.say({
      type: 'snapshot',
      subscription: second,
      reason: 'new',
      position,
      entities: [],
      locks: [],
      presence: [],
    });
    expect(state().state).toBe('live');
  });

  it('does not wait for a room that is refused or ended', async () => {
    const { world, user, link, state } = begin();
    const [first, second] = [link.nextSubscription(), link.nextSubscription()];
    user.room(first);
    user.room(second);
    link.start(user);
    await world.clock.pass(0);
    world.socket.welcome({
      subscriptions: [
        { subscription: first, status: 'refused', reason: 'forbidden' },
        { subscription: second, status: 'new' },
      ],
    });
    expect(state().state).toBe('catching-up');
    world.socket.say({ type: 'unsubscribed', subscription: second, code: 'forbidden' });
    expect(state().state).toBe('live');
  });

  it('asks by a ping when the stream is quiet, and then forgives locks and presence, never records', async () => {
    const { world, user, link, state } = begin();
    const [first, second] = [link.nextSubscription(), link.nextSubscription()];
    user.room(first, position);
    user.room(second);
    link.start(user);
    await world.clock.pass(0);
    world.socket.welcome({
      subscriptions: [
        { subscription: first, status: 'recovered' },
        { subscription: second, status: 'new' },
      ],
    });
    await world.clock.pass(5_001);
    const ping = world.socket.of('ping')[0];
    world.socket.say({ id: ping?.['id'], type: 'pong', seq: 10 });
    await world.clock.pass(0);
    expect(state().state).toBe('catching-up');
    world.socket.say({
      type: 'snapshot',
      subscription: second,
      reason: 'new',
      position,
      entities: [],
      locks: [],
      presence: [],
    });
    expect(state().state).toBe('live');
  });

  it('gives up an attempt that is not welcomed within 15 s', async () => {
    const { world, user, link, state } = begin();
    link.start(user);
    await world.clock.pass(0);
    world.socket.accept();
    await world.clock.pass(14_999);
    expect(state().state).toBe('connecting');
    await world.clock.pass(2);
    expect(state().state).toBe('offline');
  });
});

describe('coming back', () => {
  it('waits 1, 2, 4, 8, 16, 30 s, each drawn in full, the first too', async () => {
    const { world, user, link, state } = begin();
    link.start(user);
    await world.clock.pass(0);
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      world.socket.break();
      waits.push((state().nextRetryAt ?? 0) - world.clock.now);
      await world.clock.pass(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(world.sockets.length).toBe(8);
    expect(state().attempt).toBe(7);
  });

  it('begins the row anew once it was live', async () => {
    const { world, state } = await live();
    world.socket.break();
    await world.clock.pass(500);
    world.socket.break();
    await world.clock.pass(1000);
    world.socket.welcome();
    world.socket.break();
    expect((state().nextRetryAt ?? 0) - world.clock.now).toBe(500);
  });

  it('comes with the secret, the position and the rooms, and names the position of a room only where it is another', async () => {
    const { world, user, link } = await live();
    const [same, older, fresh] = [link.nextSubscription(), link.nextSubscription(), link.nextSubscription()];
    world.socket.say({ type: 'ping', seq: 12 });
    user.room(same, { epoch: 'e1', seq: 12 });
    user.room(older, { epoch: 'e1', seq: 4 });
    user.room(fresh);
    world.socket.break();
    await world.clock.pass(500);
    world.socket.accept();
    expect(world.socket.hello).toMatchObject({ resume: 'secret-1', position: { epoch: 'e1', seq: 12 } });
    expect(world.socket.hello['subscriptions']).toEqual([
      { subscription: same, entityType: 'Booking' },
      { subscription: older, entityType: 'Booking', position: { epoch: 'e1', seq: 4 } },
      { subscription: fresh, entityType: 'Booking', position: null },
    ]);
  });

  it('tells whether it is the same session', async () => {
    const { world, user } = await live();
    expect(user.sameSession).toBe(false);
    world.socket.break();
    await world.clock.pass(500);
    world.socket.welcome({ resume: 'secret-2' });
    expect(user.sameSession).toBe(true);
    world.socket.break();
    await world.clock.pass(500);
    world.socket.accept();
    expect(world.socket.hello['resume']).toBe('secret-2');
    world.socket.say({ ...welcome(world.socket.hello), sessionId: 's2' });
    expect(user.sameSession).toBe(false);
    expect(user.told.filter((what) => what !== 'frame')).toEqual([
      ...['rooms', 'welcomed', 'closed'],
      ...['rooms', 'welcomed', 'closed'],
      ...['rooms', 'welcomed'],
    ]);
  });

  it('obeys the time that a goodbye names, also when the page is shown meanwhile', async () => {
    const { world, state } = await live();
    world.socket.say({ type: 'goodbye', code: 4101, reason: 'overloaded', retryMs: [20_000, 40_000] });
    world.socket.break(4101);
    expect((state().nextRetryAt ?? 0) - world.clock.now).toBe(30_000);
    world.page('visible');
    await world.clock.pass(29_999);
    expect(world.sockets.length).toBe(1);
    await world.clock.pass(2);
    expect(world.sockets.length).toBe(2);
  });

  it('is a new session after 4103', async () => {
    const { world } = await live();
    world.socket.break(4103);
    await world.clock.pass(500);
    world.socket.accept();
    expect(world.socket.hello['resume']).toBeUndefined();
  });

  it('asks for a fresh token first after 4205', async () => {
    const asked: string[] = [];
    const getToken: GetToken = ({ reason }) => {
      asked.push(reason);
      return 'token';
    };
    const { world } = await live({ getToken });
    world.socket.break(4205);
    await world.clock.pass(500);
    expect(asked).toEqual(['connect', 'expiring']);
  });

  it('stops at 4003 and stays so, until the application asks for it', async () => {
    const { world, link, state } = await live();
    world.socket.break(4003);
    await world.clock.pass(600_000);
    expect(state()).toMatchObject({ state: 'stopped', closeCode: 4003 });
    expect(world.sockets.length).toBe(1);
    link.reconnect();
    await world.clock.pass(0);
    expect(world.sockets.length).toBe(2);
  });

  it('comes back at once, with a small jitter, when the network or the page is back', async () => {
    for (const what of ['online', 'visible'] as const) {
      const { world } = await live();
      world.random = 0.99;
      for (let i = 0; i < 5; i += 1) {
        world.socket.break();
        if (i < 4) await world.clock.pass(30_000);
      }
      const before = world.sockets.length;
      world.page(what);
      await world.clock.pass(300);
      expect(world.sockets.length).toBe(before + 1);
    }
  });

  it('begins a new session where the old one belongs to another user', async () => {
    const { world } = await live();
    world.socket.break();
    await world.clock.pass(500);
    world.socket.accept();
    const { id } = world.socket.hello;
    world.socket.say({
      id,
      type: 'error',
      code: 'unauthorized',
      member: 'resume',
      message: 'Another user.',
      retry: false,
    });
    await world.clock.pass(0);
    world.socket.accept();
    expect(world.socket.hello['resume']).toBeUndefined();
  });

  it('waits as long as the server says where a hello comes too soon', async () => {
    const { world, user, link, state } = begin();
    link.start(user);
    await world.clock.pass(0);
    world.socket.accept();
    const { id } = world.socket.hello;
    world.socket.say({
      id,
      type: 'error',
      code: 'rate_limited',
      message: 'Too fast.',
      retry: true,
      retryAfterMs: 4000,
    });
    expect((state().nextRetryAt ?? 0) - world.clock.now).toBe(6000);
  });
});

describe('noticing that nobody is there', () => {
  it('answers a ping', async () => {
    const { world } = await live();
    world.socket.say({ type: 'ping', seq: 11 });
    expect(world.socket.of('pong')).toEqual([{ type: 'pong' }]);
  });

  it('takes a connection for dead on which nothing was heard for a heartbeat and 10 s, and not before', async () => {
    const { world, state } = await live();
    await world.clock.pass(39_999);
    expect(state().state).toBe('live');
    world.socket.say({ type: 'ping', seq: 11 });
    await world.clock.pass(39_999);
    expect(state().state).toBe('live');
    await world.clock.pass(2);
    expect(state().state).toBe('offline');
    expect(world.socket.closedWith).toBe(3000);
  });

  it('loses a request that is not answered within 10 s, and connects anew', async () => {
    const { world, link, state } = await live();
    const ends = ended(link.request('announcements', {}));
    await world.clock.pass(9_999);
    expect(ends).toEqual([]);
    await world.clock.pass(2);
    expect(ends).toEqual([{ kind: 'lost' }]);
    expect(state().state).toBe('offline');
  });

  it('is gone at once after a sleep, without waiting for a timer', async () => {
    const { world } = await live();
    world.clock.sleep(3_600_000);
    world.page('visible');
    await world.clock.pass(300);
    expect(world.sockets.length).toBe(2);
  });

  it('asks a connection that looks alive when the network changed, and drops it where 5 s bring no answer', async () => {
    const { world, state } = await live();
    world.page('online');
    expect(world.socket.of('ping').length).toBe(1);
    world.socket.say({ id: world.socket.of('ping')[0]?.['id'], type: 'pong', seq: 10 });
    await world.clock.pass(6_000);
    expect(state().state).toBe('live');
    world.page('online');
    await world.clock.pass(5_001);
    expect(state().state).toBe('offline');
  });
});

describe('closing', () => {
  it('ends the session where it is left, and only the connection where it is not', async () => {
    const left = await live();
    await left.link.close(true);
    expect(left.world.socket.closedWith).toBe(1000);
    expect(left.state()).toMatchObject({ state: 'stopped' });
    const kept = await live();
    const ends = ended(kept.link.request('announcements', {}));
    await kept.link.close(false);
    await kept.world.clock.pass(600_000);
    expect(kept.world.socket.closedWith).toBe(3000);
    expect(ends).toEqual([{ kind: 'lost' }]);
    expect(kept.world.sockets.length).toBe(1);
    expect(kept.user.told.at(-1)).toBe('closed');
  });
});
