// A chain of edits of one record: each rests on what the one before it made, so its base version follows that commit.
// Never past a change of somebody else that its author has not seen: then it keeps its base, and the server decides.
import type { Pending } from './pending.js';
import { overlaps, type MutationOperation, type OperationResult, type Strategy } from '@coterie/protocol';

/** What an operation of this client became. */
export interface Link {
  base: number | undefined;
  result: Pick<OperationResult, 'version' | 'merged'>;
}

export function pathsOf(op: MutationOperation): string[] {
  if (op.op !== 'update') return [];
  const { set, unset, increment, append, remove, stamp, number } = op;
  return [...Object.keys({ ...set, ...increment, ...append, ...remove, ...stamp, ...number }), ...(unset ?? [])];
}

/** The base version of an edit that was made on top of it. */
function followed(
  base: number,
  paths: readonly string[],
  strategy: Strategy | undefined,
  { base: before, result }: Link,
): number {
  const { version, merged } = result;
  if (version <= base) return base;
  // 0: made on a record that was still being created.
  const seenAll = base === 0 || base >= version - 1;
  const besides =
    before !== undefined && merged !== undefined && !merged.some((a) => paths.some((b) => overlaps(a, b)));
  return seenAll || strategy === 'latest-wins' || (besides && base >= before) ? version : base;
}

/** The version that an operation rests on, once an earlier edit of the same record is committed. */
export function follow(
  earlier: Pending,
  key: string,
  op: MutationOperation,
  base: number,
  strategy: Strategy | undefined,
): number {
  const link = earlier.links.get(key);
  const own = op.op === 'create' ? undefined : op.strategy;
  return link ? followed(base, pathsOf(op), own ?? strategy, link) : base;
}
