// One message of a frame, to whom it concerns. What is not known is left aside.
import type { Answer, Push } from '@coterie/protocol';
import type { Outbox } from '../queue/outbox.js';
import type { Rooms } from '../rooms/rooms.js';
import type { Inbox } from './inbox.js';
import type { LockTable } from './lockTable.js';
import type { Signals } from './signals.js';

export interface Appliers {
  rooms: Rooms;
  outbox: Outbox;
  locks: LockTable;
  signals: Signals;
  inbox: Inbox;
}

export function applyMessage(to: Appliers, message: Answer | Push): void {
  if ('id' in message) return applyAnswer(to, message);
  switch (message.type) {
    case 'event':
      to.outbox.seen(message);
      return to.rooms.event(message);
    case 'enter':
      return to.rooms.enter(message);
    case 'gone':
      return to.rooms.gone(message);
    case 'snapshot':
      return to.rooms.snapshot(message);
    case 'unsubscribed':
      return to.rooms.unsubscribed(message);
    case 'lock':
      to.locks.told(message);
      return to.rooms.lock(message);
    case 'presence':
      return to.rooms.presence(message);
    case 'signal':
      return to.signals.told(message);
    case 'notification':
      return to.inbox.notified(message);
    case 'announcement':
      return to.inbox.announced(message);
  }
}

function applyAnswer(to: Appliers, answer: Answer): void {
  if (answer.type === 'subscribed') to.rooms.subscribed(answer);
  else if (answer.type === 'committed' || answer.type === 'conflict' || answer.type === 'rejected')
    to.outbox.answered(answer);
}
