// The database in the browser: a store for the queue, which no release ever drops, and one for the cache, which may be
// made anew. Other tabs may run an older release or a newer one, so opening has three ways out: this version, what a
// newer release left, or none.
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import type { Entity } from '@coterie/protocol';
import type { Environment } from '../environment.js';
import type { CachedRoom, QueuedMutation } from './persistence.js';

export const VERSION = 1;
/** Of what stands in the cache; another number empties it, and leaves the queue alone. */
const CACHE_FORM = 1;
const BLOCKED_MS = 5_000;

export interface CacheEntry {
  key: string;
  usedAt: number;
  room: CachedRoom;
  entities: Entity[];
}

export interface Schema extends DBSchema {
  queue: { key: string; value: QueuedMutation };
  cache: { key: string; value: CacheEntry; indexes: { usedAt: number } };
  meta: { key: string; value: number };
}

export type Database = IDBPDatabase<Schema>;

/** Rejects where there is no database to be had. `lost`: it was closed by somebody else; open it again when needed. */
export async function openDatabase(
  name: string,
  environment: Environment,
  lost: () => void,
  version: number = VERSION,
): Promise<Database> {
  try {
    return await opened(name, environment, lost, version);
  } catch (failure) {
    if (!isNamed(failure, 'VersionError')) throw failure;
    environment.log?.(
      'error',
      `a newer release has changed the database "${name}"; this one uses what it finds. Reload.`,
    );
    const database = await opened(name, environment, lost, undefined);
    if (database.objectStoreNames.contains('queue')) return database;
    database.close();
    throw failure;
  }
}

async function opened(
  name: string,
  environment: Environment,
  lost: () => void,
  version: number | undefined,
): Promise<Database> {
  const opening = openDB<Schema>(name, version, {
    upgrade: (database, _from, _to, transaction) => {
      if (!database.objectStoreNames.contains('queue')) database.createObjectStore('queue', { keyPath: 'mutationId' });
      if (!database.objectStoreNames.contains('meta')) database.createObjectStore('meta');
      if (database.objectStoreNames.contains('cache')) database.deleteObjectStore('cache');
      database.createObjectStore('cache', { keyPath: 'key' }).createIndex('usedAt', 'usedAt');
      void transaction.objectStore('meta').put(CACHE_FORM, 'cacheForm');
    },
    blocked: () => environment.log?.('warn', `another tab keeps the database "${name}" from being brought up to date`),
    // A newer release in another tab waits for this one to let go.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      lost();
    },
    terminated: lost,
  });
  return within(opening, environment);
}

/** A tab that does not let go is not waited for, for ever. */
function within(opening: Promise<Database>, environment: Environment): Promise<Database> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = environment.setTimer(() => {
      late = true;
      reject(new Error('Another tab keeps the database from being opened.'));
    }, BLOCKED_MS);
    const done = (database: Database) => {
      environment.clearTimer(timer);
      if (late) database.close();
      else resolve(database);
    };
    opening.then(done, (failure: unknown) => {
      environment.clearTimer(timer);
      reject(failure instanceof Error ? failure : new Error(String(failure)));
    });
  });
}

export function isNamed(failure: unknown, name: string): boolean {
  return typeof failure === 'object' && failure !== null && (failure as { name?: unknown }).name === name;
}
