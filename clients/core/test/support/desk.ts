// A client of a test with all that it leans on, and short ways to say what a server says.
import type { DataSyncEvent, Entity, JsonObject, JsonValue, Push } from '@coterie/protocol';
import { Client, type ClientOptions } from '../../src/client.js';
import type { Environment } from '../../src/environment.js';
import type { ConflictAnswer } from '@coterie/protocol';
import { Clock, turns } from './clock.js';
import { FakeLink } from './fakeLink.js';
import { MemoryDisk } from './memoryDisk.js';

type PageEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'leaving';

export class Desk {
  readonly clock: Clock;
  readonly link = new FakeLink();
  readonly disk: MemoryDisk;
  readonly logs: string[] = [];
  readonly client: Client;
  readonly environment: Environment;
  isVisible = true;
  guards: (() => boolean)[] = [];
  private readonly pageListeners = new Set<(what: PageEvent) => void>();

  constructor(
    options: ClientOptions & {
      clock?: Clock;
      disk?: MemoryDisk;
      ids?: string;
      environment?: Partial<Environment>;
    } = {},
  ) {
    const { clock, disk, ids = 'm', environment, ...rest } = options;
    this.clock = clock ?? new Clock();
    this.disk = disk ?? new MemoryDisk();
    let made = 0;
    this.environment = {
      now: () => this.clock.now,
      monotonic: () => this.clock.now,
      setTimer: (work, ms) => this.clock.setTimer(work, ms),
      clearTimer: (timer) => this.clock.clearTimer(timer),
      random: () => 0.5,
      newId: () => `${ids}${++made}`,
      openSocket: () => {
        throw new Error('no sockets here');
      },
      fetch: () => Promise.reject(new Error('no network here')),
      page: {
        online: () => true,
        visible: () => this.isVisible,
        listen: (listener) => {
          this.pageListeners.add(listener);
          return () => this.pageListeners.delete(listener);
        },
        guardLeaving: (holds) => {
          this.guards.push(holds);
          return () => (this.guards = this.guards.filter((each) => each !== holds));
        },
      },
      log: (level, text, details) => {
        if (level !== 'debug') this.logs.push(`${level}: ${text} ${details instanceof Error ? details.stack : ''}`);
      },
      ...environment,
    };
    this.client = new Client({ environment: this.environment, link: this.link, persistence: this.disk }, rest);
  }

  page(what: PageEvent): void {
    if (what === 'visible' || what === 'hidden') this.isVisible = what === 'visible';
    for (const listener of [...this.pageListeners]) listener(what);
  }

  /** A record that is listened to and live, at version 1 unless `entity` says otherwise. */
  async live(id: string, data: JsonObject, version = 1, seq = version) {
    const record = this.client.record('Booking', id);
    let calls = 0;
    const stop = record.subscribe(() => ++calls);
    await turns();
    await this.link.subscribed([entity(id, data, version)], seq);
    return { record, stop, calls: () => calls };
  }
}

export async function connected(options?: ConstructorParameters<typeof Desk>[0]): Promise<Desk> {
  const desk = new Desk(options);
  await turns();
  await desk.link.connect();
  return desk;
}

const AT = '2026-01-01T00:00:00.000Z';

export function entity(entityId: string, data: JsonObject, version = 1): Entity {
  return {
    entityType: 'Booking',
    entityId,
    version,
    data,
    createdAt: AT,
    createdBy: 'bob',
    updatedAt: AT,
    updatedBy: 'bob',
  };
}

export function updated(
  entityId: string,
  seq: number,
  version: number,
  set: { [path: string]: JsonValue },
  more: Partial<DataSyncEvent> = {},
): Push {
  return {
    type: 'event',
    seq,
    entityType: 'Booking',
    entityId,
    operation: 'UPDATE',
    version,
    set,
    userId: 'bob',
    timestamp: AT,
    cause: 'user',
    ...more,
  };
}

export function created(entityId: string, seq: number, data: JsonObject, more: Partial<DataSyncEvent> = {}): Push {
  const { set: _, ...event } = updated(entityId, seq, 1, {}) as DataSyncEvent & { type: 'event' };
  return { ...event, operation: 'CREATE', data, ...more };
}

export function deleted(entityId: string, seq: number, version: number): Push {
  const { set: _, ...event } = updated(entityId, seq, version, {}) as DataSyncEvent & { type: 'event' };
  return { ...event, operation: 'DELETE' };
}

export function committed(mutationId: string, seq: number, entityId: string, version: number, merged?: string[]) {
  const result = { entityType: 'Booking', entityId, version, ...(merged ? { merged } : {}) };
  return { mutationId, seq, results: [result] };
}

export function conflictOf(
  mutationId: string,
  entityId: string,
  told: Partial<ConflictAnswer> & Pick<ConflictAnswer, 'current' | 'yours' | 'currentVersion'>,
): ConflictAnswer {
  return {
    mutationId,
    opIndex: 0,
    entityType: 'Booking',
    entityId,
    message: 'Bob changed it meanwhile.',
    baseVersion: 1,
    base: null,
    fields: {},
    merged: null,
    changedBy: [],
    ...told,
  };
}

/** Whether a promise has ended, without waiting for it. */
export async function endOf<T>(promise: Promise<T>): Promise<T | 'open'> {
  await turns();
  return Promise.race([promise, Promise.resolve('open' as const)]);
}
