// People with whole clients (link, queue, rooms), who do at random what people do, and what must hold in the end,
// whatever has happened to their lines, their pages and the server.
import { expect } from 'vitest';
import type { Coterie } from '../../src/api/client.js';
import type { MutationResult } from '../../src/api/outcome.js';
import type { ListState, RecordState } from '../../src/api/records.js';
import { Client } from '../../src/client.js';
import type { Environment } from '../../src/environment.js';
import { openLink } from '../../src/link/openLink.js';
import { MemoryDisk } from './memoryDisk.js';

export const RECORDS = ['a', 'b', 'c'];
/** What is there at the beginning. */
export const SEEDED = [
  ...RECORDS.map((entityId) => ({ entityId, data: { rank: 1, count: 0, stock: 20, open: true } })),
  { entityId: 'sink', data: { rank: 0, stock: 0, open: false } },
];

export type Roll = (below: number) => number;

export function dice(seed: number): Roll {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Where the clients of a test live. */
export interface World {
  /** The server, as this person reaches it. */
  url(name: string): string;
  environment(name: string, own: Partial<Environment>): Environment;
  /** Lets so much time go by. */
  pass(ms: number): Promise<void>;
}

export class Person {
  readonly disk = new MemoryDisk();
  readonly results: Promise<MutationResult>[] = [];
  increments = 0;
  client: Coterie;
  private stops: (() => void)[] = [];
  private ids = 0;

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly roll: Roll,
  ) {
    this.client = this.open();
  }

  /** A page: all that is wanted is listened to. */
  private open(): Coterie {
    const own = {
      random: () => this.roll(1000) / 1000,
      newId: () => `${this.name}-${this.roll(2 ** 31)}-${++this.ids}`,
      log: () => {},
    };
    const environment = this.world.environment(this.name, own);
    const options = { url: this.world.url(this.name), getToken: () => `dev:${this.name}`, clientId: this.name };
    const link = openLink(options, environment);
    const client = new Client({ environment, link, persistence: this.disk }, {});
    this.stops = [
      client.list('Item', { sort: 'rank' }).subscribe(() => {}),
      client.list('Item', { filter: { open: true }, sort: '-rank' }).subscribe(() => {}),
      ...RECORDS.map((id) => client.record('Item', id).subscribe(() => {})),
    ];
    return client;
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    const closing = this.client.close();
    await this.world.pass(3000);
    await closing;
  }

  async reload(): Promise<void> {
    await this.close();
    this.client = this.open();
  }

  act(): void {
    const id = RECORDS[this.roll(RECORDS.length)] ?? 'a';
    const record = this.client.record('Item', id);
    const which = this.roll(6);
    if (which === 0) {
      ++this.increments;
      this.results.push(record.update({ increment: { count: 1 } }));
    } else if (which === 1) this.results.push(record.set({ open: this.roll(2) === 0 }, { strategy: 'merge' }));
    else if (which === 2) this.results.push(record.set({ rank: this.roll(9) }, { strategy: 'latest-wins' }));
    else if (which === 3) this.results.push(record.set({ [this.name]: this.roll(99) }));
    else if (which === 4)
      this.results.push(this.client.create('Item', { rank: this.roll(9), open: this.roll(2) === 0 }));
    else
      this.results.push(
        this.client.transaction().take('Item', id, 'stock', 3).give('Item', 'sink', 'stock', 3).commit(),
      );
  }
}

/** A record as the server has it. */
export interface Stands {
  entityId: string;
  version: number;
  data: { [field: string]: unknown };
}

/** All show what stands, nothing waits, nothing was done twice or lost, and every call has ended. */
export async function check(records: readonly Stands[], people: readonly Person[], about: string): Promise<void> {
  const total = (name: string) => records.reduce((sum, { data }) => sum + Number(data[name] ?? 0), 0);
  for (const { client, name } of people) {
    expect(client.sync.get().queued, `${about}: ${name} waits`).toEqual([]);
    expect(client.connection.get().state, `${about}: ${name}`).toBe('live');
    for (const id of RECORDS) {
      const state: RecordState = client.record('Item', id).get();
      const stands = records.find(({ entityId }) => entityId === id);
      expect([state.version, state.data], `${about}: ${name} of ${id}`).toEqual([stands?.version, stands?.data]);
    }
    const ids = (list: ListState) => list.items.map((item) => `${item.entityId} ${item.version}`).sort();
    const all = records.map((item) => `${item.entityId} ${item.version}`).sort();
    const open = records.filter(({ data }) => data['open'] === true).map((item) => `${item.entityId} ${item.version}`);
    expect(ids(client.list('Item', { sort: 'rank' }).get()), `${about}: ${name}`).toEqual(all);
    const filtered = client.list('Item', { filter: { open: true }, sort: '-rank' }).get();
    expect(ids(filtered), `${about}: ${name}, filtered`).toEqual(open.sort());
  }
  expect(total('stock'), `${about}: nothing was taken twice or lost`).toBe(20 * RECORDS.length);
  const increments = people.reduce((sum, person) => sum + person.increments, 0);
  expect(total('count'), `${about}: each increment was done once`).toBe(increments);
  const results = await Promise.all(people.flatMap((person) => person.results));
  expect(results.length).toBeGreaterThan(30);
  expect(results.filter((result) => result.ok).length).toBeGreaterThan(10);
}
