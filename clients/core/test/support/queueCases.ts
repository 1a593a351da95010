// What several tests of the queue begin with.
import type { QueuedMutation } from '../../src/persist/persistence.js';
import { Clock } from './clock.js';
import type { Desk } from './desk.js';
import type { Asked } from './fakeLink.js';

export function refused(mutationId: string) {
  return { mutationId, opIndex: 0, code: 'guard_failed' as const, message: 'Not enough is left.', retry: false };
}

export async function fail(desk: Desk, asked: Pick<Asked, 'id' | 'reply'>, code: string, retryAfterMs?: number) {
  const more = retryAfterMs === undefined ? {} : { retryAfterMs };
  await desk.link.answer(asked, 'error', { code, message: code, retry: true, ...more });
}

export function queued(id: string, more: Partial<QueuedMutation> = {}): QueuedMutation {
  const op = { op: 'update' as const, entityType: 'Booking', entityId: '1', baseVersion: 1, set: { n: 2 } };
  return { mutationId: id, userId: 'ann', ops: [op], queuedAt: new Clock().now - 1000, owner: 'old', ...more };
}
