// Code that is loaded when it is needed: what is done meanwhile, and what where it does not come, because a new release
// has taken the old files away.
import { describe, expect, it } from 'vitest';
import { IDBFactory } from 'fake-indexeddb';
import type { GetToken } from '../src/api/client.js';
import { makeTransport } from '../src/link/makeTransport.js';
import { openLink } from '../src/link/openLink.js';
import { serverUrls } from '../src/link/urls.js';
import { openPersistence } from '../src/persist/openPersistence.js';
import { Browser } from './linkSupport/browser.js';
import { NotingUser } from './linkSupport/user.js';
import { World } from './linkSupport/world.js';
import { turns } from './support/clock.js';
import { Desk } from './support/desk.js';
import { MemoryDisk } from './support/memoryDisk.js';

const url = 'http://desk.example';
const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
const never = () => new Promise<never>(() => {});

/** A tab in a browser that can share connections. */
async function open(load: Parameters<typeof openLink>[2], getToken: GetToken = () => 'dev:ann') {
  const browser = new Browser();
  const { clock } = browser;
  const tab = browser.open(0.1);
  const asked: string[] = [];
  const noted: GetToken = (why) => {
    asked.push(why.reason);
    return getToken(why);
  };
  const link = openLink({ url, getToken: noted, transport: 'websocket' }, tab.environment, load);
  link.start(new NotingUser());
  await clock.pass(0);
  return { clock, link, world: tab.world, asked };
}

describe('the code by which tabs share a connection', () => {
  it('is waited for while the token is asked for, which is asked for once', async () => {
    let come: () => void = () => {};
    const coming = new Promise<void>((resolve) => (come = resolve));
    const { clock, link, world, asked } = await open(async () => {
      await coming;
      return import('../src/link/tabs/sharedCarrier.js');
    });
    expect(asked).toEqual(['connect']);
    expect(world.sockets).toEqual([]);
    come();
    await clock.pass(0);
    expect(link.state.get().role).toBe('leader');
    expect(world.sockets.length).toBe(1);
    expect(asked).toEqual(['connect']);
  });

  it('leaves a tab with a connection of its own where it does not come', async () => {
    const { link, world, asked } = await open(gone);
    world.socket.welcome();
    expect(link.state.get()).toMatchObject({ state: 'live', role: 'alone' });
    expect(asked).toEqual(['connect']);
    expect(world.logged).toContainEqual(expect.stringContaining('did not come'));
  });

  it('is not waited for long', async () => {
    const { clock, link, world } = await open(never);
    await clock.pass(2_900);
    expect(world.sockets).toEqual([]);
    await clock.pass(200);
    world.socket.welcome();
    expect(link.state.get()).toMatchObject({ state: 'live', role: 'alone' });
  });

  it('finds the token of whoever has signed in meanwhile', async () => {
    let token = 'dev:ann';
    const { clock, link, world } = await open(never, () => token);
    token = 'dev:ben';
    link.authChanged();
    await clock.pass(4_000);
    world.socket.accept();
    expect(world.socket.hello['token']).toBe('dev:ben');
  });

  it('opens nothing for a client that was closed meanwhile', async () => {
    const { clock, link, world } = await open(never);
    await link.close(true);
    await clock.pass(10_000);
    expect(world.sockets).toEqual([]);
    expect(link.state.get().state).toBe('stopped');
  });
});

describe('the code for Server-Sent Events', () => {
  const hello = { id: 1, type: 'hello' } as const;
  const transportOf = (world: World, load: Parameters<typeof makeTransport>[3]) =>
    makeTransport('sse', serverUrls(url), world.environment, load);

  it('ends the connection that needed it where it does not come, once', async () => {
    const world = new World();
    const ends: number[] = [];
    const transport = transportOf(world, gone);
    transport.open(hello, { frame: () => {}, closed: ({ code }) => ends.push(code) });
    await world.clock.pass(0);
    transport.close(1000);
    expect(ends).toEqual([1006]);
    expect(world.logged).toContainEqual(expect.stringContaining('did not come'));
  });

  it('opens nothing where the connection was given up meanwhile', async () => {
    const world = new World();
    const ends: number[] = [];
    const transport = transportOf(world, undefined);
    transport.open(hello, { frame: () => {}, closed: ({ code }) => ends.push(code) });
    transport.close(3000);
    await world.clock.pass(0);
    expect(ends).toEqual([3000]);
    expect(world.fetches).toEqual([]);
  });
});

describe('the code of the disk', () => {
  it('leaves all in memory where it does not come, and says so', async () => {
    const world = new World();
    world.environment.indexedDB = new IDBFactory();
    const kept = await openPersistence('coterie', world.environment, 3, gone);
    expect(kept.outlives).toBe(false);
    expect(world.logged).toContainEqual(expect.stringMatching(/^error: .*lost with this tab/));
  });

  it('is not asked for where there is no disk', async () => {
    const kept = await openPersistence('coterie', new World().environment, 3, gone);
    expect(kept.outlives).toBe(false);
  });

  it('missing, an edit that waits keeps the page from being closed unasked', async () => {
    for (const outlives of [true, false]) {
      const disk = Object.assign(new MemoryDisk(), { outlives });
      const desk = new Desk({ preventUnsavedChanges: true, disk });
      void desk.client.create('Booking', { n: 1 });
      await turns();
      expect(desk.guards.some((asks) => asks())).toBe(!outlives);
    }
  });
});
