// Mutations and what became of them in words, for people.
import type { MutationOperation } from '@coterie/protocol';
import { pathsOf } from './follow.js';

export function describe(ops: readonly MutationOperation[]): string {
  return ops.map(describeOne).join('; ');
}

function describeOne(op: MutationOperation): string {
  const what = `${op.entityType}${op.entityId === undefined ? '' : ` ${op.entityId}`}`;
  const paths = pathsOf(op);
  if (op.op === 'update') return `Change ${paths.length > 0 ? `${paths.join(', ')} of ` : ''}${what}`;
  return `${op.op[0]?.toUpperCase()}${op.op.slice(1)} ${what}`;
}

export const CANCELLED = 'This edit was taken back before it was sent.';
export const TOO_OLD = 'This edit has waited too long and was not sent. Send it again, or discard it.';
export const UNKNOWN =
  'Whether this edit was done is not known any more: the server no longer keeps its answer. Look, then send it again or discard it.';
