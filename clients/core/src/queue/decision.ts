// What a decision of a conflict does: the mutation that carries it out, on the version that stands now.
import { applyChanges, getAt, type JsonObject, type JsonValue, type MutationOperation } from '@coterie/protocol';
import type { Conflict, Decision } from '../api/outcome.js';
import { given } from '../base/given.js';

type Told = Omit<Conflict, 'key' | 'since' | 'resolve' | 'dismiss'>;

/** Path to value; undefined takes the field away. */
export type Values = ReadonlyMap<string, JsonValue | undefined>;

export function changesOf(values: Values): { set?: JsonObject; unset?: string[] } {
  const set = [...values].filter((pair): pair is [string, JsonValue] => pair[1] !== undefined);
  const unset = [...values].flatMap(([path, value]) => (value === undefined ? [path] : []));
  return given({
    set: set.length > 0 ? Object.fromEntries(set) : undefined,
    unset: unset.length > 0 ? unset : undefined,
  });
}

/** What "merge" writes: what the merge took from you. */
function mergedValues(conflict: Told): Values | null {
  if (!conflict.merged) return null;
  const values = new Map<string, JsonValue | undefined>();
  for (const [path, verdict] of Object.entries(conflict.fields))
    if (verdict === 'yours' || verdict === 'combined') values.set(path, getAt(conflict.merged, path));
  return values;
}

/** The operations to send; empty: nothing is left to do. Null: this conflict cannot be decided so. */
export function opsOfDecision(
  conflict: Told,
  ops: readonly MutationOperation[],
  decision: Decision,
): MutationOperation[] | null {
  if (decision === 'use-theirs') return [];
  const op = ops[conflict.opIndex];
  if (!op || op.op === 'create') return null;
  const decided = decision === 'use-mine' ? mine(conflict, op) : written(conflict, op, decision);
  if (decided === null || decided === 'nothing')
    return decided === null ? null : ops.length === 1 ? [] : without(ops, op);
  return ops.map((other) => (other === op ? decided : other));
}

function without(ops: readonly MutationOperation[], op: MutationOperation): MutationOperation[] {
  return ops.filter((other) => other !== op);
}

function mine(conflict: Told, op: Exclude<MutationOperation, { op: 'create' }>): MutationOperation | 'nothing' | null {
  if (conflict.current !== null) return { ...op, baseVersion: conflict.currentVersion };
  if (op.op === 'delete') return 'nothing';
  // It was deleted meanwhile: one's own state makes it anew.
  return conflict.yours && created(conflict, conflict.yours);
}

function written(
  conflict: Told,
  op: MutationOperation,
  decision: 'merge' | { [path: string]: JsonValue | undefined },
): MutationOperation | 'nothing' | null {
  if (decision === 'merge' && op.op !== 'update') return null;
  const values = decision === 'merge' ? mergedValues(conflict) : new Map(Object.entries(decision));
  if (!values) return null;
  if (values.size === 0) return 'nothing';
  const changes = changesOf(values);
  if (conflict.current === null) {
    const applied = applyChanges(conflict.yours ?? {}, changes);
    return applied.ok ? created(conflict, applied.data) : null;
  }
  const { entityType, entityId, currentVersion: baseVersion } = conflict;
  return { op: 'update', entityType, entityId, baseVersion, ...changes };
}

function created({ entityType, entityId }: Told, data: JsonObject): MutationOperation {
  return { op: 'create', entityType, entityId, data };
}
