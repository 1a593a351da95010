// The queue and the cache in memory: for Node, for private windows without a disk, and for tests. Nothing outlives the page.
import type { Entity } from '@coterie/protocol';
import type { CachedRoom, Persistence, QueuedMutation } from './persistence.js';
import { leastUsed, MOST_ROOMS } from './roomBound.js';

export function memoryPersistence(mostRooms = MOST_ROOMS): Persistence {
  return new MemoryPersistence(mostRooms);
}

class MemoryPersistence implements Persistence {
  readonly outlives = false;
  private readonly queue = new Map<string, QueuedMutation>();
  private readonly rooms = new Map<string, { room: CachedRoom; entities: Entity[] }>();

  constructor(private readonly mostRooms: number) {}

  // Copies go in and out: what a disk gives back is never the object that was put there.

  async queued(): Promise<QueuedMutation[]> {
    return structuredClone([...this.queue.values()]).sort(byAge);
  }

  async putQueued(mutation: QueuedMutation): Promise<void> {
    this.queue.set(mutation.mutationId, structuredClone(mutation));
  }

  async removeQueued(mutationId: string): Promise<void> {
    this.queue.delete(mutationId);
  }

  async room(key: string): Promise<{ room: CachedRoom; entities: Entity[] } | null> {
    const found = this.rooms.get(key);
    return found ? structuredClone(found) : null;
  }

  async putRoom(room: CachedRoom, entities: readonly Entity[]): Promise<void> {
    this.rooms.set(room.key, structuredClone({ room, entities: [...entities] }));
    const held = [...this.rooms.values()].map((one) => one.room);
    for (const key of leastUsed(held, this.mostRooms)) this.rooms.delete(key);
  }

  async removeRoom(key: string): Promise<void> {
    this.rooms.delete(key);
  }

  async wipeCache(): Promise<void> {
    this.rooms.clear();
  }

  async close(): Promise<void> {}
}

/** The order they were made in. */
export function byAge(a: QueuedMutation, b: QueuedMutation): number {
  return a.queuedAt - b.queuedAt || (a.mutationId < b.mutationId ? -1 : 1);
}
