// Which rooms of a hello are not caught up yet. The server ends the catching up of every room by a `snapshot` (of
// what stood in no log, the locks and presence, at least), so that is what is waited for.
import type { SubscriptionRequest, SubscriptionStatus } from '@coterie/protocol';
import type { Message } from './message.js';

export class CatchUp {
  /** By number: whether all that is waited for is locks and presence. */
  private readonly waiting = new Map<number, boolean>();

  constructor(rooms: readonly SubscriptionRequest[], statuses: readonly SubscriptionStatus[]) {
    const bare = new Set(rooms.filter((room) => room.snapshot === false).map((room) => room.subscription));
    for (const { subscription, status } of statuses) {
      if (status === 'refused') continue;
      this.waiting.set(subscription, status === 'recovered' || (status === 'new' && bare.has(subscription)));
    }
  }

  get done(): boolean {
    return this.waiting.size === 0;
  }

  see(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.type !== 'snapshot' && message.type !== 'subscribed' && message.type !== 'unsubscribed') continue;
      this.waiting.delete(message.subscription);
    }
  }

  /** The stream has been quiet: a server short of time may leave out locks and presence, never records. */
  forgive(): void {
    for (const [subscription, stateAlone] of this.waiting) if (stateAlone) this.waiting.delete(subscription);
  }
}
