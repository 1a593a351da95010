// Whether what comes from the disk can be used at all. What a broken disk, or a program that is none of ours, has left
// there is passed over, and keeps nothing else from being taken up.
import type { CachedRoom, QueuedMutation } from './persistence.js';

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';

export function isEdit({ queuedAt, owner, ops, attention }: QueuedMutation): boolean {
  const answered = attention?.reason !== 'conflict' || isRecord(attention.answer);
  const named = Array.isArray(ops) && ops.length > 0 && ops.every((op) => isText(op?.entityType));
  return Number.isFinite(queuedAt) && isText(owner) && named && answered;
}

export function isRoom({ position }: CachedRoom, entities: readonly unknown[]): boolean {
  return (
    isText(position?.epoch) &&
    Number.isFinite(position.seq) &&
    Array.isArray(entities) &&
    (entities as { [name: string]: unknown }[]).every(
      (entity) =>
        isText(entity?.['entityType']) &&
        isText(entity['entityId']) &&
        Number.isFinite(entity['version']) &&
        isRecord(entity['data']),
    )
  );
}
