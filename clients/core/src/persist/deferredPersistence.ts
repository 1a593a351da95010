// A persistence that is still being opened: what is asked of it meanwhile waits for that.
import type { Persistence } from './persistence.js';

export function deferredPersistence(opening: Promise<Persistence>): Persistence {
  let outlives = false;
  opening.then(
    (opened) => (outlives = opened.outlives),
    () => {},
  );
  return {
    get outlives() {
      return outlives;
    },
    queued: async () => (await opening).queued(),
    putQueued: async (mutation) => (await opening).putQueued(mutation),
    removeQueued: async (mutationId) => (await opening).removeQueued(mutationId),
    room: async (key) => (await opening).room(key),
    putRoom: async (room, entities) => (await opening).putRoom(room, entities),
    removeRoom: async (key) => (await opening).removeRoom(key),
    wipeCache: async () => (await opening).wipeCache(),
    close: async () => (await opening).close(),
  };
}
