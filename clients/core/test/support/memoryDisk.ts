// A disk that outlives the client of a test. It keeps copies, as a disk does.
import type { Entity } from '@coterie/protocol';
import type { CachedRoom, Persistence, QueuedMutation } from '../../src/persist/persistence.js';

export class MemoryDisk implements Persistence {
  readonly outlives: boolean = true;
  readonly queue = new Map<string, QueuedMutation>();
  readonly rooms = new Map<string, { room: CachedRoom; entities: Entity[] }>();
  /** While set, writes and reads wait for it. */
  gate: Promise<void> | null = null;
  failing = false;

  private async pass(): Promise<void> {
    if (this.gate) await this.gate;
    if (this.failing) throw new Error('The disk is full.');
  }

  async queued(): Promise<QueuedMutation[]> {
    await this.pass();
    return [...this.queue.values()].map((mutation) => structuredClone(mutation));
  }

  async putQueued(mutation: QueuedMutation): Promise<void> {
    const copy = structuredClone(mutation);
    await this.pass();
    this.queue.set(copy.mutationId, copy);
  }

  async removeQueued(mutationId: string): Promise<void> {
    await this.pass();
    this.queue.delete(mutationId);
  }

  async room(key: string): Promise<{ room: CachedRoom; entities: Entity[] } | null> {
    await this.pass();
    const found = this.rooms.get(key);
    return found ? structuredClone(found) : null;
  }

  async putRoom(room: CachedRoom, entities: readonly Entity[]): Promise<void> {
    await this.pass();
    this.rooms.set(room.key, structuredClone({ room, entities: [...entities] }));
  }

  async removeRoom(key: string): Promise<void> {
    this.rooms.delete(key);
  }

  async wipeCache(): Promise<void> {
    this.rooms.clear();
  }

  async close(): Promise<void> {}
}
