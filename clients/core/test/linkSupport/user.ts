// A user of a link that notes what it is told.
import type { Position, SubscriptionRequest, SubscriptionStatus, Welcome } from '@coterie/protocol';
import type { Frame, LinkUser } from '../../src/link/link.js';

export class NotingUser implements LinkUser {
  wanted: SubscriptionRequest[] = [];
  told: string[] = [];
  frames: Frame[] = [];
  welcomes: Welcome[] = [];
  statuses: readonly SubscriptionStatus[] = [];
  sameSession: boolean | null = null;

  room(subscription: number, position: Position | null = null): void {
    this.wanted.push({ subscription, entityType: 'Booking', position });
  }

  rooms(): SubscriptionRequest[] {
    this.told.push('rooms');
    return this.wanted;
  }

  welcomed(welcome: Welcome, statuses: readonly SubscriptionStatus[], sameSession: boolean): void {
    this.told.push('welcomed');
    this.welcomes.push(welcome);
    this.statuses = statuses;
    this.sameSession = sameSession;
  }

  frame(frame: Frame): void {
    this.told.push('frame');
    this.frames.push(frame);
  }

  closed(): void {
    this.told.push('closed');
  }

  get messages(): { [name: string]: unknown }[] {
    return this.frames.flatMap(({ messages }) => messages as unknown as { [name: string]: unknown }[]);
  }
}
