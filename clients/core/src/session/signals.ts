// Words between those who are in one record's room now: sent, and heard, and not kept.
import type { EntityKey, JsonValue, PushMembers } from '@coterie/protocol';
import type { Result } from '../api/outcome.js';
import { ask, failure, keyOf, type Base } from '../base/base.js';
import type { Room } from '../rooms/room.js';

type Listener = (signal: PushMembers['signal']) => void;

export class Signals {
  private readonly listeners = new Map<string, Set<{ call: Listener }>>();

  constructor(private readonly base: Base) {}

  async send(room: Room | undefined, name: string, data: JsonValue): Promise<Result<object>> {
    if (!room?.isLive) return failure('not_found', 'Signals go out while somebody listens to the record.', true);
    const told = await ask(this.base, 'signal', { subscription: room.number, name, data }, 'ok');
    return told.ok ? { ok: true } : told;
  }

  listen({ entityType, entityId }: EntityKey, listener: Listener): () => void {
    const key = keyOf(entityType, entityId);
    const own = { call: listener };
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(own));
    return () => {
      set.delete(own);
      if (set.size === 0 && this.listeners.get(key) === set) this.listeners.delete(key);
    };
  }

  told(signal: PushMembers['signal']): void {
    if (signal.entityId === undefined) return;
    for (const listener of [...(this.listeners.get(keyOf(signal.entityType, signal.entityId)) ?? [])])
      this.base.batch.guard(() => listener.call(signal));
  }
}
