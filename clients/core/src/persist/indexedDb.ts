// The queue and the cache on the disk of a browser. Where the disk is full the cache makes room for the queue.
import type { Entity } from '@coterie/protocol';
import type { IDBPObjectStore } from 'idb';
import type { Environment } from '../environment.js';
import type { Database, Schema } from './database.js';
import { isNamed, openDatabase } from './database.js';
import { byAge } from './memory.js';
import type { CachedRoom, Persistence, QueuedMutation } from './persistence.js';
import { leastUsed } from './roomBound.js';

/** Rejects where there is no database to be had. */
export async function openIndexedDb(name: string, environment: Environment, mostRooms: number): Promise<Persistence> {
  const persistence = new IndexedDbPersistence(name, environment, mostRooms);
  await persistence.open();
  return persistence;
}

class IndexedDbPersistence implements Persistence {
  readonly outlives = true;
  private database: Promise<Database> | null = null;
  private closed = false;
  private puts = 0;

  constructor(
    private readonly name: string,
    private readonly environment: Environment,
    private readonly mostRooms: number,
  ) {}

  open(): Promise<Database> {
    if (this.closed) return Promise.reject(new Error('The database is closed.'));
    if (!this.database) {
      this.database = openDatabase(this.name, this.environment, () => (this.database = null));
      // The next call tries again.
      this.database.catch(() => (this.database = null));
    }
    return this.database;
  }

  async queued(): Promise<QueuedMutation[]> {
    const all = await (await this.open()).getAll('queue');
    return all.sort(byAge);
  }

  async putQueued(mutation: QueuedMutation): Promise<void> {
    try {
      await this.writeQueue(mutation);
    } catch (failure) {
      if (!isNamed(failure, 'QuotaExceededError')) throw failure;
      this.environment.log?.('warn', 'the disk is full: the cache makes room for what is not saved yet');
      await this.wipeCache();
      await this.writeQueue(mutation);
    }
  }

  async removeQueued(mutationId: string): Promise<void> {
    await committed(await this.open(), 'queue', (store) => store.delete(mutationId));
  }

  async room(key: string): Promise<{ room: CachedRoom; entities: Entity[] } | null> {
    const database = await this.open();
    if (!database.objectStoreNames.contains('cache')) return null;
    const found = await database.get('cache', key);
    return found ? { room: found.room, entities: found.entities } : null;
  }

  async putRoom(room: CachedRoom, entities: readonly Entity[]): Promise<void> {
    const database = await this.open();
    if (!database.objectStoreNames.contains('cache')) return;
    const entry = { key: room.key, usedAt: room.usedAt, room, entities: [...entities] };
    try {
      await committed(database, 'cache', (store) => store.put(entry));
    } catch (failure) {
      if (!isNamed(failure, 'QuotaExceededError')) throw failure;
      await this.trim(database, 0.5);
      // Still too large: it is shown all the same, and asked for again next time.
      await database.put('cache', entry).catch(() => {});
    }
    this.puts += 1;
    if (this.puts % 16 === 1 && !this.closed) await this.trim(database, 1);
  }

  async removeRoom(key: string): Promise<void> {
    const database = await this.open();
    if (database.objectStoreNames.contains('cache')) await database.delete('cache', key);
  }

  async wipeCache(): Promise<void> {
    const database = await this.open();
    if (database.objectStoreNames.contains('cache')) await database.clear('cache');
  }

  async close(): Promise<void> {
    const opened = this.database;
    this.closed = true;
    this.database = null;
    (await opened?.catch(() => null))?.close();
  }

  /** Done once it is on the disk, not only in the system's cache. */
  private async writeQueue(mutation: QueuedMutation): Promise<void> {
    await committed(await this.open(), 'queue', (store) => store.put(mutation), { durability: 'strict' });
  }

  /** Leaves `share` of what is held, and never more than the bound. */
  private async trim(database: Database, share: number): Promise<void> {
    const transaction = database.transaction('cache', 'readwrite');
    const held: { key: string; usedAt: number }[] = [];
    // Keys alone: the records themselves may be many megabytes.
    let cursor = await transaction.store.index('usedAt').openKeyCursor();
    while (cursor) {
      held.push({ key: cursor.primaryKey, usedAt: cursor.key });
      cursor = await cursor.continue();
    }
    const most = Math.min(this.mostRooms, Math.floor(held.length * share));
    for (const key of leastUsed(held, most)) void transaction.store.delete(key);
    await transaction.done;
  }
}

/**
 * Committed with its only request. Left to itself a transaction waits until the page has heard of the request, and is
 * undone where the page is gone by then.
 */
async function committed<S extends 'queue' | 'cache'>(
  database: Database,
  name: S,
  ask: (store: IDBPObjectStore<Schema, [S], S, 'readwrite'>) => Promise<unknown>,
  options?: IDBTransactionOptions,
): Promise<void> {
  const transaction = database.transaction(name, 'readwrite', options);
  const asked = ask(transaction.store);
  transaction.commit();
  await Promise.all([asked, transaction.done]);
}
