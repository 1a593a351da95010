// One connection for all tabs of a browser: who holds it, who gets what, and what happens when a tab dies or sleeps.
import { describe, expect, it } from 'vitest';
import type { GetToken } from '../src/api/client.js';
import type { Link, LinkReply } from '../src/link/link.js';
import { openLink } from '../src/link/openLink.js';
import { readTabMessage } from '../src/link/tabs/tabMessage.js';
import { Browser, Channel } from './linkSupport/browser.js';
import type { Tab } from './linkSupport/browser.js';
import { NotingUser } from './linkSupport/user.js';

const position = { epoch: 'e1', seq: 10 };

interface Opened {
  tab: Tab;
  link: Link;
  user: NotingUser;
}

function open(browser: Browser, random: number, getToken: GetToken = () => 'dev:ann'): Opened {
  const tab = browser.open(random);
  const link = openLink({ url: 'http://desk.example', getToken, transport: 'websocket' }, tab.environment);
  return { tab, link, user: new NotingUser() };
}

function want({ link, user }: Opened): number {
  const subscription = link.nextSubscription();
  user.room(subscription, position);
  return subscription;
}

async function start(browser: Browser, ...opened: Opened[]): Promise<void> {
  for (const { link, user } of opened) {
    link.start(user);
    await browser.clock.pass(0);
  }
}

function snapshotOf(subscription: number): object {
  return { type: 'snapshot', subscription, reason: 'state', position, locks: [], presence: [] };
}

/** A leader that is live, and a follower that came later. */
async function pair() {
  const browser = new Browser();
  const a = open(browser, 0.1);
  const b = open(browser, 0.2);
  const roomA = want(a);
  const roomB = want(b);
  await start(browser, a);
  a.tab.world.socket.welcome();
  a.tab.world.socket.say(snapshotOf(roomA));
  await start(browser, b);
  return { browser, a, b, roomA, roomB, socket: a.tab.world.socket };
}

function ended(reply: Promise<LinkReply>): LinkReply[] {
  const ends: LinkReply[] = [];
  void reply.then((end) => ends.push(end));
  return ends;
}

const roles = (...opened: Opened[]) => opened.map(({ link }) => link.state.get().role);
const sockets = (...opened: Opened[]) => opened.map(({ tab }) => tab.world.sockets.length);

describe('tabs of one user', () => {
  it('share one connection: the first leads, and who comes later is connected at once', async () => {
    const { a, b } = await pair();
    expect(roles(a, b)).toEqual(['leader', 'follower']);
    expect(sockets(a, b)).toEqual([1, 0]);
    expect(b.user.told).toEqual(['rooms', 'welcomed']);
    expect(b.user.statuses).toEqual([]);
    expect(b.link.position()).toEqual(position);
    expect(b.link.state.get()).toMatchObject({ state: 'live', sessionId: 's1' });
  });

  it('have their requests carried, and get the answers to their own', async () => {
    const { browser, a, b, socket } = await pair();
    const endsB = ended(b.link.request('announcements', {}));
    await browser.clock.pass(0);
    const [asked] = socket.of('announcements');
    socket.say({ id: asked?.['id'], type: 'announcements', announcements: [] });
    await browser.clock.pass(0);
    expect(endsB).toMatchObject([{ kind: 'answer', answer: { type: 'announcements' } }]);
    expect(a.user.messages.filter(({ type }) => type === 'announcements')).toEqual([]);
  });

  it('are each told what is said to all, and of rooms only what concerns their own', async () => {
    const { browser, a, b, roomA, roomB, socket } = await pair();
    const stamp = { userId: 'bob', timestamp: '2026-11-23T04:00:00.123Z', cause: 'user' };
    const record = { entityType: 'Booking', entityId: '1' };
    const event = { type: 'event', seq: 11, ...record, operation: 'DELETE', version: 2, ...stamp };
    const enter = { type: 'enter', subscriptions: [roomA, roomB], seq: 11, ...record, version: 1, data: {} };
    const gone = { type: 'gone', subscriptions: [roomA], seq: 11, entityType: 'Booking', entityId: '2' };
    socket.say(event, enter, gone, snapshotOf(roomB));
    await browser.clock.pass(0);
    const kinds = ({ user }: Opened) => user.frames.at(-1)?.messages.map(({ type }) => type);
    expect(kinds(a)).toEqual(['event', 'enter', 'gone']);
    expect(kinds(b)).toEqual(['event', 'enter', 'snapshot']);
    expect(b.user.messages.find(({ type }) => type === 'enter')?.['subscriptions']).toEqual([roomB]);
    expect(b.link.position()).toEqual({ epoch: 'e1', seq: 11 });
    expect(a.link.position()).toEqual(b.link.position());
  });

  it('lose no time where the leader goes into the back/forward cache, with its locks', async () => {
    const { browser, a, b } = await pair();
    a.tab.world.page('leaving');
    a.tab.freeze();
    await browser.clock.pass(0);
    expect(b.link.state.get().role).toBe('leader');
    await browser.clock.pass(300);
    b.tab.world.socket.welcome();
    expect(b.tab.world.socket.hello['resume']).toBeDefined();

    a.tab.thaw();
    await browser.clock.pass(300);
    expect(roles(a, b)).toEqual(['follower', 'leader']);
    expect(sockets(a, b)).toEqual([1, 1]);
    expect(a.user.told.at(-1)).toBe('welcomed');
  });

  it('keep their connection where the only one goes there', async () => {
    const { browser, a, b } = await pair();
    b.tab.die();
    await browser.clock.pass(0);
    a.tab.world.page('leaving');
    await browser.clock.pass(0);
    expect(a.link.state.get()).toMatchObject({ role: 'leader', state: 'live' });
  });

  it('say all their rooms in one hello when the connection is made anew', async () => {
    const { browser, a, b, roomA, roomB, socket } = await pair();
    socket.break();
    await browser.clock.pass(0);
    expect(b.user.told.at(-1)).toBe('closed');
    expect(b.link.state.get().state).toBe('offline');
    await browser.clock.pass(1000);
    a.tab.world.socket.accept();
    const named = a.tab.world.socket.hello['subscriptions'] as { subscription: number }[];
    expect(named.map(({ subscription }) => subscription)).toEqual([roomA, roomB]);
    a.tab.world.socket.welcome();
    await browser.clock.pass(0);
    expect(b.user.statuses).toEqual([{ subscription: roomB, status: 'recovered' }]);
    expect(b.user.sameSession).toBe(true);
  });

  it('lose what was asked when the connection ends, and are told when nothing was sent', async () => {
    const { browser, b, socket } = await pair();
    const before = ended(b.link.request('announcements', {}));
    await browser.clock.pass(0);
    socket.break();
    const between = ended(b.link.request('announcements', {}));
    await browser.clock.pass(0);
    expect(before).toEqual([{ kind: 'lost' }]);
    // It was asked before this tab knew; nothing of it was sent, or it is not known: never is it said to be done.
    expect(between.map(({ kind }) => kind)).not.toContain('answer');
    expect(between.length).toBe(1);
    const after = ended(b.link.request('announcements', {}));
    await browser.clock.pass(0);
    expect(after).toEqual([{ kind: 'offline' }]);
  });

  it('make the connection anew for a request of any of them that is not answered', async () => {
    const { browser, a, b } = await pair();
    const ends = ended(b.link.request('announcements', {}));
    await browser.clock.pass(10_001);
    expect(ends).toEqual([{ kind: 'lost' }]);
    expect(a.link.state.get().state).not.toBe('live');
  });
});

describe('a tab that goes', () => {
  it('has its rooms left by the leader, also when it crashed', async () => {
    const { browser, b, roomB, socket } = await pair();
    void b.link.request('subscribe', { subscription: roomB, entityType: 'Booking' });
    await browser.clock.pass(0);
    b.tab.die();
    await browser.clock.pass(0);
    expect(socket.of('unsubscribe')).toMatchObject([{ subscription: roomB }]);
  });

  it('hands the very session over when it led', async () => {
    const { browser, a, b, roomB, socket } = await pair();
    socket.say({ type: 'ping', seq: 15 });
    const lost = ended(b.link.request('announcements', {}));
    await browser.clock.pass(0);
    a.tab.die();
    await browser.clock.pass(400);
    expect(lost).toEqual([{ kind: 'lost' }]);
    b.tab.world.socket.accept();
    const { hello } = b.tab.world.socket;
    expect(hello).toMatchObject({ resume: 'secret-1', position: { epoch: 'e1', seq: 15 } });
    expect((hello['subscriptions'] as { subscription: number }[]).map((room) => room.subscription)).toEqual([roomB]);
    b.tab.world.socket.welcome({ resume: 'secret-2' });
    await browser.clock.pass(0);
    expect(b.user.sameSession).toBe(true);
    expect(roles(b)).toEqual(['leader']);
  });

  it('hands it over with the rooms of all that are left', async () => {
    const { browser, a, b, roomB } = await pair();
    const c = open(browser, 0.3);
    const roomC = want(c);
    await start(browser, c);
    a.tab.die();
    await browser.clock.pass(400);
    b.tab.world.socket.accept();
    const named = b.tab.world.socket.hello['subscriptions'] as { subscription: number }[];
    expect(named.map(({ subscription }) => subscription).sort()).toEqual([roomB, roomC].sort());
    b.tab.world.socket.welcome();
    await browser.clock.pass(0);
    expect(c.user.statuses).toEqual([{ subscription: roomC, status: 'recovered' }]);
    expect(roles(b, c)).toEqual(['leader', 'follower']);
    expect(sockets(c)).toEqual([0]);
  });

  it('leaves the connection to the others when it is closed, and ends the session when it is the last', async () => {
    const { browser, a, b, roomA, socket } = await pair();
    await a.link.close(true);
    expect(socket.of('unsubscribe')).toMatchObject([{ subscription: roomA }]);
    expect(socket.closedWith).toBe(3000);
    await browser.clock.pass(400);
    b.tab.world.socket.welcome();
    await browser.clock.pass(0);
    await b.link.close(true);
    expect(b.tab.world.socket.closedWith).toBe(1000);
  });
});

describe('a leader that sleeps', () => {
  it('is replaced by a tab that waits for it, and follows when it wakes', async () => {
    const { browser, a, b, socket } = await pair();
    a.tab.freeze();
    await browser.clock.pass(16_000);
    expect(sockets(b)).toEqual([1]);
    b.tab.world.socket.accept();
    expect(b.tab.world.socket.hello['resume']).toBe('secret-1');
    b.tab.world.socket.welcome({ resume: 'secret-2' });
    await browser.clock.pass(0);
    expect(roles(b)).toEqual(['leader']);
    a.tab.thaw();
    socket.break(4103);
    await browser.clock.pass(5_000);
    expect(roles(a, b)).toEqual(['follower', 'leader']);
    expect(sockets(a, b)).toEqual([1, 1]);
    expect(a.link.state.get().state).toBe(b.link.state.get().state);
    const ends = ended(a.link.request('announcements', {}));
    await browser.clock.pass(0);
    const [asked] = b.tab.world.socket.of('announcements');
    b.tab.world.socket.say({ id: asked?.['id'], type: 'announcements', announcements: [] });
    await browser.clock.pass(0);
    expect(ends).toMatchObject([{ kind: 'answer' }]);
  });

  it('is not replaced while it answers', async () => {
    const { browser, a, b, socket } = await pair();
    for (let i = 0; i < 10; i += 1) {
      await browser.clock.pass(20_000);
      socket.say({ type: 'ping', seq: 10 });
    }
    expect(roles(a, b)).toEqual(['leader', 'follower']);
    expect(sockets(a, b)).toEqual([1, 0]);
  });

  it('with slow timers, because nobody looks at it, keeps no other tab waiting', async () => {
    const { browser, a, b, socket } = await pair();
    const c = open(browser, 0.3);
    await start(browser, c);
    c.tab.freeze();
    a.tab.slowest = 60_000;
    socket.break();
    await browser.clock.pass(1_200);
    expect(sockets(a)).toEqual([1]);
    await browser.clock.pass(1_500);
    expect(sockets(a)).toEqual([2]);
    a.tab.world.socket.welcome();
    await browser.clock.pass(0);
    expect(b.user.told.at(-1)).toBe('welcomed');
    b.tab.world.page('visible');
    await browser.clock.pass(300);
    expect(a.tab.world.socket.of('ping').length).toBe(1);
  });

  it('waits all the same where the server asked for it', async () => {
    const { browser, a, b, socket } = await pair();
    socket.say({ type: 'goodbye', code: 4101, reason: 'overloaded', retryMs: [20_000, 20_000] });
    socket.break(4101);
    await browser.clock.pass(1_000);
    b.tab.world.page('visible');
    await browser.clock.pass(18_000);
    expect(sockets(a)).toEqual([1]);
    await browser.clock.pass(1_500);
    expect(sockets(a)).toEqual([2]);
  });

  it('does not wait for a follower that sleeps; that one joins its rooms when it wakes', async () => {
    const { browser, a, b, roomA, socket } = await pair();
    b.tab.freeze();
    socket.break();
    await browser.clock.pass(1000);
    a.tab.world.socket.accept();
    const named = a.tab.world.socket.hello['subscriptions'] as { subscription: number }[];
    expect(named.map(({ subscription }) => subscription)).toEqual([roomA]);
    a.tab.world.socket.welcome();
    await browser.clock.pass(0);
    b.tab.thaw();
    await browser.clock.pass(0);
    expect(b.user.told.at(-1)).toBe('welcomed');
    expect(b.user.statuses).toEqual([]);
  });
});

describe('tabs of different users', () => {
  it('have a connection each', async () => {
    const browser = new Browser();
    const a = open(browser, 0.1);
    const b = open(browser, 0.2, () => 'dev:bob');
    await start(browser, a, b);
    expect(roles(a, b)).toEqual(['leader', 'leader']);
    expect(sockets(a, b)).toEqual([1, 1]);
  });

  it('part when one of them signs in as somebody else', async () => {
    let token = 'dev:ann';
    const browser = new Browser();
    const a = open(browser, 0.1);
    const b = open(browser, 0.2, () => token);
    await start(browser, a, b);
    expect(roles(a, b)).toEqual(['leader', 'follower']);
    token = 'dev:bob';
    b.link.authChanged();
    await browser.clock.pass(0);
    expect(roles(a, b)).toEqual(['leader', 'leader']);
    b.tab.world.socket.accept();
    expect(b.tab.world.socket.hello).toMatchObject({ token: 'dev:bob' });
    expect(b.tab.world.socket.hello['resume']).toBeUndefined();
  });

  it('are alone where a token does not tell whose it is', async () => {
    const browser = new Browser();
    const a = open(browser, 0.1, () => 'opaque');
    const b = open(browser, 0.2, () => 'opaque');
    await start(browser, a, b);
    expect(roles(a, b)).toEqual(['alone', 'alone']);
    expect(sockets(a, b)).toEqual([1, 1]);
  });

  it('wait for a sign-in where there is no token, and join then', async () => {
    let token: string | null = null;
    const browser = new Browser();
    const a = open(browser, 0.1, () => token);
    await start(browser, a);
    expect(a.link.state.get().state).toBe('needs-auth');
    token = 'dev:ann';
    a.link.authChanged();
    await browser.clock.pass(0);
    expect(roles(a)).toEqual(['leader']);
    expect(sockets(a)).toEqual([1]);
  });
});

describe('the channel', () => {
  it('takes nothing that is not of its kind', async () => {
    expect(readTabMessage({ from: 1, kind: 'toString' })).toBeNull();
    expect(readTabMessage({ from: 1, kind: 'frame', text: 'x', aside: false })).toBeNull();
    expect(readTabMessage({ from: 1, kind: 'request', message: { id: 5, type: 'ping' } })).toBeNull();
    const own = { id: 2 ** 20 + 5, type: 'ping' };
    expect(readTabMessage({ from: 1, kind: 'request', message: own })).not.toBeNull();
    expect(readTabMessage({ from: 1, kind: 'request', message: { ...own, type: 'refresh' } })).toBeNull();
    expect(readTabMessage(null)).toBeNull();
  });

  it('is not moved by what a stranger says on it', async () => {
    const { browser, a, b, socket } = await pair();
    const [channel] = browser.channels;
    const stranger = new Channel(channel?.name ?? '', browser.open(0.9));
    stranger.postMessage({ from: 7, kind: 'rooms', round: 1, rooms: [{ subscription: 3, entityType: 'Booking' }] });
    stranger.postMessage({ from: 7, term: 'mine', kind: 'closed' });
    stranger.postMessage('hello');
    await browser.clock.pass(0);
    expect(roles(a, b)).toEqual(['leader', 'follower']);
    expect(b.user.told.at(-1)).not.toBe('closed');
    expect(socket.sent.length).toBe(1);
  });
});
