// Writes that wait for a person: conflicts to decide, refusals of edits whose author had moved on, edits that grew too
// old. They outlive a reload, and stand in nobody's way.
import type { ConflictAnswer, MutationOperation, Rejected, Strategy } from '@coterie/protocol';
import type { AttentionItem, Conflict, Decision, MutationResult } from '../api/outcome.js';
import { failure, failureOf, noAnswer, type Base, type Failure } from '../base/base.js';
import { Source } from '../base/batch.js';
import { given } from '../base/given.js';
import type { QueuedMutation } from '../persist/persistence.js';
import type { Submitted } from './admission.js';
import { changesOf, opsOfDecision } from './decision.js';
import { rejectedOf } from './rejected.js';
import { TOO_OLD, UNKNOWN } from './words.js';

/** More than that: the oldest are let go. */
const MOST = 500;

type Reason = AttentionItem['reason'];
interface Held {
  mutation: QueuedMutation;
  item: AttentionItem;
}
export interface Sending {
  strategy?: Strategy;
  onConflict?: 'answer' | 'store';
  decides?: string;
}

export function failed(of: Failure): MutationResult {
  return { ...of, status: 'failed' };
}

export function inConflict(conflict: Conflict): MutationResult {
  return { ok: false, status: 'conflict', message: conflict.message, conflict };
}

export class Attention {
  readonly conflicts: Source<readonly Conflict[]>;
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly base: Base,
    private readonly submit: (ops: MutationOperation[], options: Sending) => Submitted,
    private readonly changed: () => void,
  ) {
    this.conflicts = new Source(base.batch, () => this.items().flatMap((item) => item.conflict ?? []));
  }

  items(): AttentionItem[] {
    return [...this.held.values()].map(({ item }) => item);
  }

  conflict(key: string): Conflict | null {
    return this.held.get(key)?.item.conflict ?? null;
  }

  /** `answer`: what the server said. A decision that meets another conflict renews the one that it was for. */
  add(mutation: QueuedMutation, reason: Reason, answer?: ConflictAnswer | Rejected | Failure): AttentionItem {
    const key = mutation.decides ?? mutation.mutationId;
    const before = this.held.get(key)?.mutation.mutationId;
    if (before !== undefined && before !== mutation.mutationId)
      void this.base.write(() => this.base.persistence.removeQueued(before));
    const at = mutation.attention?.at ?? this.base.environment.now();
    const kept: QueuedMutation = { ...mutation, attention: given({ reason, at, answer }) };
    const item = this.itemOf(key, kept, reason, answer);
    this.held.set(key, { mutation: kept, item });
    void this.base.write(() => this.base.persistence.putQueued(kept));
    const [oldest] = this.held.keys();
    if (this.held.size > MOST && oldest !== undefined) this.remove(oldest);
    this.tell();
    return item;
  }

  /** As it was kept on disk. */
  restore(mutation: QueuedMutation): void {
    const { reason, answer } = mutation.attention ?? { reason: 'unknown' as const };
    this.add(mutation, reason, answer as ConflictAnswer | undefined);
  }

  remove(key: string): void {
    const held = this.held.get(key);
    if (!held) return;
    this.held.delete(key);
    void this.base.write(() => this.base.persistence.removeQueued(held.mutation.mutationId));
    this.tell();
  }

  /** Writes once more what is not among those on disk. */
  keep(kept: ReadonlySet<string>): void {
    for (const { mutation } of this.held.values())
      if (!kept.has(mutation.mutationId)) void this.base.write(() => this.base.persistence.putQueued(mutation));
  }

  /** Those of somebody else: they stay on disk. */
  keepOnly(userId: string): void {
    for (const [key, { mutation }] of this.held) if ((mutation.userId ?? userId) !== userId) this.held.delete(key);
    this.tell();
  }

  private tell(): void {
    this.conflicts.touch();
    this.changed();
  }

  private itemOf(
    key: string,
    mutation: QueuedMutation,
    reason: Reason,
    answer?: ConflictAnswer | Rejected | Failure,
  ): AttentionItem {
    const told: Partial<Rejected> & { message?: string } = (answer ?? {}) as Partial<Rejected>;
    const [op] = mutation.ops;
    return given({
      mutationId: mutation.mutationId,
      entityType: op?.entityType,
      entityId: op?.entityId,
      message: told.message ?? (reason === 'too-old' ? TOO_OLD : UNKNOWN),
      reason,
      code: told.code,
      queuedAt: mutation.queuedAt,
      guard: told.guard,
      conflict: reason === 'conflict' ? this.conflictOf(key, mutation, answer as ConflictAnswer) : undefined,
      retry: () => (reason === 'conflict' ? this.resolve(key, 'use-mine') : this.retry(key)),
      discard: () => this.base.batch.run(() => this.remove(key)),
    });
  }

  private conflictOf(key: string, mutation: QueuedMutation, answer: ConflictAnswer): Conflict {
    const { notStored: _, ...told } = answer;
    return {
      ...told,
      key,
      since: mutation.attention?.at ?? mutation.queuedAt,
      resolve: (decision) => this.resolve(key, decision),
      dismiss: () => void this.resolve(key, 'use-theirs'),
    };
  }

  private async retry(key: string): Promise<MutationResult> {
    const held = this.held.get(key);
    if (!held) return failed(failure('not_found', 'It is not in the list any more.'));
    const { pending, result } = this.submit(held.mutation.ops, optionsOf(held.mutation));
    if (pending && pending.state !== 'decided') {
      // Refused again, it comes back to the list.
      pending.waited = true;
      this.base.batch.run(() => this.remove(key));
    }
    return result;
  }

  private async resolve(key: string, decision: Decision): Promise<MutationResult> {
    const held = this.held.get(key);
    const conflict = held?.item.conflict;
    if (!held || !conflict) return failed(failure('not_found', 'This conflict has been decided.'));
    const ops = opsOfDecision(conflict, held.mutation.ops, decision);
    if (!ops) return failed(failure('invalid', 'This conflict cannot be decided so.'));
    if (conflict.conflictId !== undefined) return this.decideStored(key, conflict, decision);
    if (ops.length > 0) return this.submit(ops, { ...optionsOf(held.mutation), decides: key }).result;
    this.base.batch.run(() => this.remove(key));
    return done(conflict);
  }

  /** One that stands in the server's inbox is decided there. */
  private async decideStored(key: string, conflict: Conflict, decision: Decision): Promise<MutationResult> {
    const { currentVersion: baseVersion, conflictId = 0 } = conflict;
    const mutationId = this.base.environment.newId();
    const resolution = typeof decision === 'string' ? decision : changesOf(new Map(Object.entries(decision)));
    const reply = await this.base.link.request('decide', { conflictId, mutationId, resolution, baseVersion });
    return this.base.batch.run(() => {
      const bad = failureOf(reply);
      if (bad || reply.kind !== 'answer') return failed(bad ?? noAnswer());
      const { answer } = reply;
      const held = this.held.get(key);
      if (answer.type === 'conflict' && held) {
        const renewed = this.add(held.mutation, 'conflict', { ...conflict, ...answer }).conflict ?? conflict;
        return inConflict(renewed);
      }
      if (answer.type === 'committed' || (answer.type === 'rejected' && answer.code === 'decided')) this.remove(key);
      if (answer.type === 'committed') return { ...answer, ok: true, status: 'committed' };
      if (answer.type === 'rejected') return { ok: false, status: 'rejected', ...rejectedOf(mutationId, answer) };
      return failed(noAnswer());
    });
  }
}

function optionsOf({ strategy, onConflict }: QueuedMutation): Sending {
  return given({ strategy, onConflict });
}

/** Nothing was left to write: what stands is what was decided. */
function done({ mutationId, entityType, entityId, currentVersion: version }: Conflict): MutationResult {
  return { ok: true, status: 'committed', mutationId, seq: 0, results: [{ entityType, entityId, version }] };
}
