// Rooms that no hello named, because this tab came to a session that was there already (or could not say in time what
// it wants). They are subscribed to on the tab's behalf, and the answers are told as the snapshots that would have
// followed a hello.
import type { ClientRequest, SubscriptionRequest } from '@coterie/protocol';
import type { Message } from './readFrame.js';
import { answerId } from './readFrame.js';

export class LateRooms {
  private readonly waiting = new Map<number, SubscriptionRequest>();

  /** The requests to send. */
  begin(rooms: readonly SubscriptionRequest[], nextId: () => number): ClientRequest[] {
    return rooms.map((room) => {
      const id = nextId();
      this.waiting.set(id, room);
      return { id, type: 'subscribe', ...room };
    });
  }

  clear(): void {
    this.waiting.clear();
  }

  translate(message: Message): Message {
    const id = answerId(message);
    const room = id === null ? undefined : this.waiting.get(id);
    if (id === null || room === undefined) return message;
    this.waiting.delete(id);
    if (message.type === 'subscribed') {
      const { subscription, position, entities, cursor, locks, presence } = message;
      const snapshot: Message = { type: 'snapshot', subscription, reason: 'new', position, locks, presence };
      if (room.snapshot !== false || entities.length > 0) snapshot.entities = entities;
      if (cursor !== undefined) snapshot.cursor = cursor;
      return snapshot;
    }
    const code = message.type === 'error' ? message.code : 'unavailable';
    return { type: 'unsubscribed', subscription: room.subscription, code };
  }
}
