// The same people against the real server: cables are cut, frames are late and come twice, the server is killed and
// started again, pages are loaded anew. Time is real here, so the rounds are few; COTERIE_SEED repeats one.
import WebSocket from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import type { Entity } from '@coterie/protocol';
import type { Environment, SocketLike } from '../src/environment.js';
import { environmentOf } from '../src/environment/default.js';
import { nodeEnvironment } from '../src/environment/node.js';
import { Cable, RealServer, serverBinary } from './linkSupport/server.js';
import { check, dice, Person, SEEDED, type Roll, type Stands, type World } from './support/modelPeople.js';

const STEPS = 90;
const NAMES = ['ann', 'bob', 'cay'];
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A socket whose frames come late, in their order, and now and then twice. */
function unsteady(socket: SocketLike, roll: Roll): SocketLike {
  let last = Promise.resolve();
  const late = (work: () => void) => {
    const wait = roll(4) === 0 ? sleep(roll(40)) : undefined;
    last = last.then(() => wait).then(work);
  };
  const steady: SocketLike = {
    get readyState() {
      return socket.readyState;
    },
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
  socket.onopen = () => late(() => steady.onopen?.());
  socket.onerror = () => late(() => steady.onerror?.());
  socket.onclose = ({ code, reason }) => late(() => steady.onclose?.({ code, reason }));
  socket.onmessage = ({ data }) => {
    late(() => steady.onmessage?.({ data }));
    if (roll(15) === 0) late(() => steady.onmessage?.({ data }));
  };
  return steady;
}

class RealWorld implements World {
  readonly server = new RealServer();
  readonly cables = new Map<string, Cable>();

  constructor(private readonly roll: Roll) {}

  async start(): Promise<void> {
    ends.push(() => this.server.end());
    await this.server.start();
    for (const name of NAMES) {
      const cable = new Cable(() => this.server.port);
      ends.push(() => cable.cut());
      await cable.up();
      this.cables.set(name, cable);
    }
  }

  url(name: string): string {
    return `http://127.0.0.1:${this.cables.get(name)?.port ?? 0}`;
  }

  environment(_: string, own: Partial<Environment>): Environment {
    const node = nodeEnvironment({ webSocket: WebSocket as never });
    const open = node.openSocket;
    if (!open) throw new Error('There is no WebSocket here.');
    return environmentOf({ ...node, ...own, openSocket: (url, words) => unsteady(open(url, words), this.roll) });
  }

  /** What a hand-driven clock passes by in minutes, people here do in a breath. */
  pass(ms: number): Promise<void> {
    return sleep(ms / 10).then(() => undefined);
  }

  async cut(name: string): Promise<void> {
    const cable = this.cables.get(name);
    await cable?.cut();
    await sleep(this.roll(200));
    await cable?.up();
  }

  async ask(path: string, body?: object): Promise<Response> {
    const headers = { Authorization: 'Bearer dev:root', 'Content-Type': 'application/json' };
    return fetch(`${this.server.url}/api/v1/entities/Item${path}`, {
      headers,
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
  }

  async records(): Promise<Stands[]> {
    const found: Entity[] = [];
    for (let cursor = ''; ;) {
      const page = (await (await this.ask(`?limit=500${cursor}`)).json()) as { entities: Entity[]; cursor?: string };
      found.push(...page.entities);
      if (!page.cursor) return found;
      cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
    }
  }
}

async function play(seed: number): Promise<void> {
  const roll = dice(seed);
  const world = new RealWorld(roll);
  await world.start();
  for (const record of SEEDED) expect((await world.ask('', record)).status).toBe(201);
  const people = NAMES.map((name) => new Person(name, world, roll));
  ends.push(() => Promise.all(people.map(({ client }) => client.close())));
  for (let step = 0; step < STEPS; ++step) {
    const person = people[roll(people.length)];
    const what = roll(24);
    if (what === 0) await world.cut(person?.name ?? '');
    else if (what === 1) {
      await world.server.kill();
      await sleep(roll(300));
      await world.server.start();
    } else if (what === 2) await person?.reload();
    else person?.act();
    await world.pass(roll(300));
  }
  // All that waits is sent; then the stream has told everybody.
  const quiet = () =>
    people.every(({ client }) => client.connection.get().state === 'live' && client.sync.get().pending === 0);
  for (const end = Date.now() + 60_000; !quiet() && Date.now() < end;) await sleep(50);
  await sleep(1000);
  await check(await world.records(), people, `seed ${seed}`);
}

describe.skipIf(!serverBinary)('several clients against the real server', () => {
  const given = process.env['COTERIE_SEED'];
  const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
  it(`show in the end what it holds, whatever broke (COTERIE_SEED=${seed})`, () => play(seed), 150_000);
});
