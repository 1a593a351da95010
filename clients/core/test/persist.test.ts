// What outlives a reload, on the disk of a browser and in memory.
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import type { Entity } from '@coterie/protocol';
import { openDatabase, VERSION } from '../src/persist/database.js';
import { deferredPersistence } from '../src/persist/deferredPersistence.js';
import { memoryPersistence } from '../src/persist/memory.js';
import { openPersistence } from '../src/persist/openPersistence.js';
import type { CachedRoom, Persistence, QueuedMutation } from '../src/persist/persistence.js';
import 'fake-indexeddb/auto';
import { World } from './linkSupport/world.js';

function mutation(mutationId: string, queuedAt = 1): QueuedMutation {
  return { mutationId, userId: 'ann', queuedAt, owner: 'tab', ops: [{ op: 'create', entityType: 'Note', data: {} }] };
}

function room(key: string, usedAt: number): CachedRoom {
  return { key, position: { epoch: 'e1', seq: 1 }, ids: ['1'], hasMore: false, usedAt };
}

const entity: Entity = {
  ...{ entityType: 'Note', entityId: '1', version: 1, data: { text: 'x' } },
  ...{ createdAt: 'then', createdBy: 'ann', updatedAt: 'then', updatedBy: 'ann' },
};

function world(factory: IDBFactory | null = new IDBFactory()): World {
  const made = new World();
  if (factory) made.environment.indexedDB = factory;
  globalThis.indexedDB = factory ?? new IDBFactory();
  // Of the database alone: nothing here waits for the clock.
  return made;
}

const kinds: [string, () => Promise<Persistence>][] = [
  ['in memory', () => Promise.resolve(memoryPersistence(3))],
  [
    'behind a door that opens later',
    () => Promise.resolve(deferredPersistence(openPersistence('coterie', world().environment, 3))),
  ],
  ['on the disk', () => openPersistence('coterie', world().environment, 3)],
];

for (const [name, open] of kinds) {
  describe(`what is kept ${name}`, () => {
    it('gives the queue back in the order it was filled', async () => {
      const kept = await open();
      await kept.putQueued(mutation('b', 2));
      await kept.putQueued(mutation('c', 1));
      await kept.putQueued(mutation('a', 2));
      await kept.putQueued({ ...mutation('c', 1), sentAt: 5 });
      expect((await kept.queued()).map(({ mutationId }) => mutationId)).toEqual(['c', 'a', 'b']);
      expect((await kept.queued())[0]?.sentAt).toBe(5);
      await kept.removeQueued('a');
      expect((await kept.queued()).length).toBe(2);
    });

    it('ends what is being written before it closes', async () => {
      const kept = await open();
      await kept.queued();
      const written = kept.putRoom(room('a', 1), [entity]);
      await Promise.resolve();
      const closed = kept.close();
      await expect(written).resolves.toBeUndefined();
      await closed;
    });

    it('gives a room back with its records, as they were when they were put', async () => {
      const kept = await open();
      const own = structuredClone(entity);
      await kept.putRoom(room('one', 1), [own]);
      own.data = {};
      expect(await kept.room('one')).toEqual({ room: room('one', 1), entities: [entity] });
      await kept.removeRoom('one');
      expect(await kept.room('one')).toBeNull();
    });

    it('empties the cache and never the queue', async () => {
      const kept = await open();
      await kept.putQueued(mutation('a'));
      await kept.putRoom(room('one', 1), [entity]);
      await kept.wipeCache();
      expect(await kept.room('one')).toBeNull();
      expect((await kept.queued()).length).toBe(1);
    });

    it('holds so many rooms and lets the least used go', async () => {
      const kept = await open();
      for (let i = 0; i < 33; i += 1) await kept.putRoom(room(`r${i}`, i), [entity]);
      expect(await kept.room('r0')).toBeNull();
      expect(await kept.room('r32')).not.toBeNull();
    });
  });
}

describe('a database', () => {
  it('is found again after a reload', async () => {
    const { environment } = world();
    const before = await openPersistence('coterie', environment);
    await before.putQueued(mutation('a'));
    await before.close();
    const after = await openPersistence('coterie', environment);
    expect((await after.queued()).length).toBe(1);
  });

  it('commits an edit without a word from the page, which may be gone by then', async () => {
    const committed: string[] = [];
    const { commit } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function (this: IDBTransaction) {
      committed.push(...this.objectStoreNames);
      commit.call(this);
    };
    try {
      const persistence = await openPersistence('coterie', world().environment, 3);
      await persistence.putQueued(mutation('a'));
      await persistence.removeQueued('a');
      await persistence.putRoom(room('r', 1), [entity]);
      expect(committed).toEqual(['queue', 'queue', 'cache']);
      await persistence.close();
    } finally {
      IDBTransaction.prototype.commit = commit;
    }
  });

  it('keeps the queue through a change of schema, and makes the cache anew', async () => {
    const { environment } = world();
    const old = await openDatabase('coterie', environment, () => {}, VERSION);
    await old.put('queue', mutation('a'));
    await old.put('cache', { key: 'one', usedAt: 1, room: room('one', 1), entities: [] });
    old.close();
    const next = await openDatabase('coterie', environment, () => {}, VERSION + 1);
    expect(await next.getAll('queue')).toEqual([mutation('a')]);
    expect(await next.getAll('cache')).toEqual([]);
    next.close();
  });

  it('finds the queue of a release that knew nothing but the queue', async () => {
    const { environment } = world();
    const old = await openDB('coterie', 1, {
      upgrade: (database) => void database.createObjectStore('queue', { keyPath: 'mutationId' }),
    });
    await old.put('queue', mutation('a'));
    old.close();
    const next = await openDatabase('coterie', environment, () => {}, 2);
    expect(await next.getAll('queue')).toEqual([mutation('a')]);
    expect([...next.objectStoreNames]).toEqual(['cache', 'meta', 'queue']);
    next.close();
  });

  it('of a newer release is used as it is, said aloud, and nothing of it is deleted', async () => {
    const made = world();
    const newer = await openDB('coterie', 99, {
      upgrade: (database) => {
        database.createObjectStore('queue', { keyPath: 'mutationId' });
        database.createObjectStore('novelty');
      },
    });
    await newer.put('queue', mutation('a'));
    newer.close();
    const kept = await openPersistence('coterie', made.environment);
    expect((await kept.queued()).length).toBe(1);
    await kept.putQueued(mutation('b'));
    await kept.putRoom(room('one', 1), [entity]);
    expect(await kept.room('one')).toBeNull();
    await kept.close();
    expect(made.logged.join()).toContain('newer release');
    const again = await openDB('coterie');
    expect([...again.objectStoreNames]).toEqual(['novelty', 'queue']);
    expect((await again.getAll('queue')).length).toBe(2);
    again.close();
  });

  it('lets go for a newer release in another tab, and is open again for the next call', async () => {
    const { environment } = world();
    const kept = await openPersistence('coterie', environment);
    await kept.putQueued(mutation('a'));
    const newer = await openDB('coterie', 99, { upgrade: () => {} });
    newer.close();
    await kept.putQueued(mutation('b'));
    expect((await kept.queued()).length).toBe(2);
  });

  it('that another tab keeps from being opened is not waited for for ever: memory, said aloud', async () => {
    const made = world();
    const stubborn = await openDB('coterie', 1, {
      upgrade: (database) => void database.createObjectStore('queue', { keyPath: 'mutationId' }),
    });
    // Nobody answers its `versionchange`.
    const opening = openDatabase('coterie', made.environment, () => {}, 2);
    const refused = expect(opening).rejects.toThrow('Another tab');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await made.clock.pass(5_001);
    await refused;
    expect(made.logged.join()).toContain('another tab keeps');
    stubborn.close();
  });

  it('that the browser refuses is done without, said aloud', async () => {
    const made = world();
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    globalThis.indexedDB = { open: refuse } as unknown as IDBFactory;
    made.environment.indexedDB = globalThis.indexedDB;
    const kept = await openPersistence('coterie', made.environment);
    await kept.putQueued(mutation('a'));
    expect((await kept.queued()).length).toBe(1);
    expect(made.logged.join()).toContain('no database');
  });
});

describe('a full disk', () => {
  /** Refuses what `full` says, as a browser does. */
  async function onFullDisk(full: (store: string) => boolean, work: () => Promise<void>): Promise<void> {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if (full(this.name)) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    };
    try {
      await work();
    } finally {
      IDBObjectStore.prototype.put = put;
    }
  }

  it('costs the cache, never the queue', async () => {
    const made = world();
    const kept = await openPersistence('coterie', made.environment);
    await kept.putRoom(room('one', 1), [entity]);
    await kept.putQueued(mutation('a'));
    let refusals = 1;
    await onFullDisk(
      (store) => store === 'queue' && refusals-- > 0,
      () => kept.putQueued(mutation('b')),
    );
    expect((await kept.queued()).length).toBe(2);
    expect(await kept.room('one')).toBeNull();
  });

  it('lets the least used half of the cache go for a room, and goes on without where that is not enough', async () => {
    const made = world();
    const kept = await openPersistence('coterie', made.environment);
    for (let i = 0; i < 4; i += 1) await kept.putRoom(room(`r${i}`, i), [entity]);
    let refusals = 1;
    await onFullDisk(
      (store) => store === 'cache' && refusals-- > 0,
      () => kept.putRoom(room('new', 9), [entity]),
    );
    expect(await kept.room('new')).not.toBeNull();
    expect(await kept.room('r0')).toBeNull();
    expect(await kept.room('r3')).not.toBeNull();
    await onFullDisk(
      (store) => store === 'cache',
      () => kept.putRoom(room('newer', 10), [entity]),
    );
    expect(await kept.room('newer')).toBeNull();
  });

  it('is told where even an empty cache makes no room for the queue', async () => {
    const kept = await openPersistence('coterie', world().environment);
    await onFullDisk(
      (store) => store === 'queue',
      () => expect(kept.putQueued(mutation('a'))).rejects.toThrow('full'),
    );
  });
});
