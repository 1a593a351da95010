// What outlives a reload, for a client that begins at once: opening goes on while it works.
import type { CoterieOptions } from '../api/client.js';
import type { Environment } from '../environment.js';
import { openPersistence } from './indexedDb.js';
import { memoryPersistence } from './memory.js';
import type { Persistence } from './persistence.js';

export function persistenceFor(
  options: Pick<CoterieOptions, 'storage' | 'storageName'>,
  environment: Environment,
): Persistence {
  if (options.storage === 'memory' || !environment.indexedDB) return memoryPersistence();
  return later(openPersistence(options.storageName ?? 'coterie', environment));
}

function later(opened: Promise<Persistence>): Persistence {
  return {
    queued: async () => (await opened).queued(),
    putQueued: async (mutation) => (await opened).putQueued(mutation),
    removeQueued: async (mutationId) => (await opened).removeQueued(mutationId),
    room: async (key) => (await opened).room(key),
    putRoom: async (room, entities) => (await opened).putRoom(room, entities),
    removeRoom: async (key) => (await opened).removeRoom(key),
    wipeCache: async () => (await opened).wipeCache(),
    close: async () => (await opened).close(),
  };
}
