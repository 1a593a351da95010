// The place where queue and cache are kept: the disk where there is one. Its code is loaded as soon as a client begins, in
// parallel with the connection. Where there is no disk to be had (a private window, a refusal, code that does not come),
// everything is in memory, that is said aloud, and what waits there counts as not safe.
import type { Environment } from '../environment.js';
import { memoryPersistence } from './memory.js';
import type { Persistence } from './persistence.js';
import { MOST_ROOMS } from './roomBound.js';

export async function openPersistence(
  name: string,
  environment: Environment,
  mostRooms = MOST_ROOMS,
  load = () => import('./indexedDb.js'),
): Promise<Persistence> {
  try {
    if (environment.indexedDB) return await (await load()).openIndexedDb(name, environment, mostRooms);
  } catch (failure) {
    environment.log?.('error', 'no database in this browser: what is not saved is lost with this tab', failure);
  }
  return memoryPersistence(mostRooms);
}
