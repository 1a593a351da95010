// The conflict inbox: stale edits that were kept to be decided later, and by somebody else.
import {
  contentText,
  difference,
  type ConflictAnswer,
  type ConflictEntry,
  type JsonObject,
  type MutationOperation,
  type RequestMembers,
} from '@coterie/protocol';
import type { Desk } from './desk.js';
import { contentOf, decideMutation, repeatOf, reused, type Decision, type Outcome } from './decide/mutate.js';
import { ago } from './decide/staleMessage.js';
import { keyOf, timeText, type Author } from './model.js';

interface Kept {
  entry: ConflictEntry;
  told: ConflictAnswer;
  mutation: RequestMembers['mutate'];
  content: string;
}

type DecideRequest = RequestMembers['decide'];

export class Conflicts {
  private readonly kept = new Map<number, Kept>();

  constructor(private readonly desk: Desk) {}

  /** The answer as it leaves: with its number where it was to be stored. */
  keep(author: Author, mutation: RequestMembers['mutate'], source: JsonObject, outcome: Outcome): Outcome {
    if (mutation.onConflict !== 'store') return outcome;
    const content = contentOf(source);
    const before = this.of(author.userId, mutation.mutationId);
    if (outcome.type === 'committed' && before?.entry.state === 'open' && before.content === content) {
      const version = outcome.results.find((one) => keyOf(one) === keyOf(before.entry))?.version ?? 0;
      this.close(before, author, 'resent', version);
    }
    if (outcome.type !== 'conflict') return outcome;
    if (before) {
      if (before.content !== content) return reused(mutation.mutationId);
      return { ...outcome, conflictId: before.entry.conflictId };
    }
    const { type: _, ...told } = outcome;
    const conflictId = this.kept.size + 1;
    const { entityType, entityId, baseVersion, fields, mutationId, opIndex } = told;
    const entry: ConflictEntry = {
      conflictId,
      state: 'open',
      op: mutation.ops[opIndex]?.op ?? 'update',
      userId: author.userId,
      storedAt: timeText(this.desk.clock.now()),
      mutationId,
      entityType,
      entityId,
      baseVersion,
      fields,
    };
    this.kept.set(conflictId, { entry, told, mutation, content });
    return { ...outcome, conflictId };
  }

  list(query: RequestMembers['conflicts'], limit: number) {
    const before = query.cursor === undefined ? Infinity : Number(query.cursor);
    const found = [...this.kept.values()]
      .map(({ entry }) => entry)
      .filter((entry) => query.state === undefined || entry.state === query.state)
      .filter((entry) => query.entityType === undefined || entry.entityType === query.entityType)
      .filter((entry) => query.entityId === undefined || entry.entityId === query.entityId)
      .filter((entry) => query.assignee === undefined || entry.assignee === query.assignee)
      .filter((entry) => entry.conflictId < before)
      .reverse();
    const conflicts = found.slice(0, limit);
    const last = conflicts.at(-1);
    const open = [...this.kept.values()].filter(({ entry }) => entry.state === 'open').length;
    return { conflicts, ...(last && found.length > limit ? { cursor: String(last.conflictId) } : {}), open };
  }

  show(conflictId: number, author: Author) {
    const kept = this.kept.get(conflictId);
    if (!kept) return null;
    const { fields: _, ...entry } = kept.entry;
    const shown = kept.entry.state === 'open' ? this.asItStands(kept, author) : kept.told;
    const { conflictId: __, ...told } = shown;
    return { ...entry, ops: kept.mutation.ops, ...told };
  }

  assign(conflictId: number, assignee: string | null, by: Author): boolean {
    const kept = this.kept.get(conflictId);
    if (!kept || kept.entry.state !== 'open') return false;
    const { assignee: _, ...entry } = kept.entry;
    kept.entry = assignee === null ? entry : { ...entry, assignee };
    if (assignee !== null && assignee !== by.userId) {
      const { entityType, entityId } = entry;
      const details = { conflictId };
      this.desk.notify(assignee, {
        kind: 'conflictAssigned',
        entityType,
        entityId,
        fields: [],
        userId: by.userId,
        details,
      });
    }
    return true;
  }

  /** Null: there is no such conflict. */
  decide(author: Author, request: DecideRequest, source: JsonObject): Decision | null {
    const { conflictId, mutationId, resolution, baseVersion } = request;
    const content = contentText([source['conflictId'] ?? null, source['resolution'] ?? null, baseVersion ?? null]);
    const repeat = repeatOf(this.desk.store, author.userId, mutationId, content);
    if (repeat) return repeat;
    const kept = this.kept.get(conflictId);
    if (!kept) return null;
    if (kept.entry.state !== 'open') return this.undone(this.decidedBefore(kept, author, request));
    const head = this.desk.store.heads.get(keyOf(kept.entry));
    const current = head?.entity.version ?? 0;
    if (baseVersion !== undefined && baseVersion !== current)
      return this.undone({ type: 'conflict', ...this.asItStands(kept, author), mutationId, conflictId });
    if (resolution === 'use-theirs') {
      const answer = { mutationId, conflictId, seq: this.desk.store.seq, results: [] };
      this.desk.store.answers.set(`${author.userId} ${mutationId}`, { content, answer });
      this.close(kept, author, resolution, current);
      return this.undone({ type: 'committed', ...answer });
    }
    const op = this.resolved(kept, request, author);
    if (!op) return this.undone(this.nothingProposed(request));
    const ops = kept.mutation.ops.map((other, i) => (i === kept.told.opIndex ? op : other));
    const { strategy } = kept.mutation;
    const mutation = { mutationId, ops, ...(strategy ? { strategy } : {}) };
    const decision = decideMutation(this.desk.store, mutation, content, this.desk.context(author), { conflictId });
    const { outcome } = decision;
    if (outcome.type === 'committed')
      this.close(kept, author, resolution, outcome.results[kept.told.opIndex]?.version ?? current);
    return outcome.type === 'conflict' ? this.undone({ ...outcome, conflictId }) : decision;
  }

  /** The operation that takes the place of the one in conflict. */
  private resolved(kept: Kept, request: DecideRequest, author: Author): MutationOperation | null {
    const { entityType, entityId } = kept.entry;
    const baseVersion = request.baseVersion ?? 0;
    const key = { entityType, entityId, baseVersion };
    const meant = kept.mutation.ops[kept.told.opIndex];
    if (request.resolution === 'use-mine' && meant) {
      const { where: _, sort: __, ...op } = { where: undefined, sort: undefined, ...meant };
      return { ...op, ...key } as MutationOperation;
    }
    if (request.resolution === 'merge') {
      const { merged } = this.asItStands(kept, author);
      const current = this.desk.store.find(keyOf(kept.entry));
      if (meant?.op !== 'update' || !kept.told.base || !merged || !current) return null;
      return { op: 'update', ...key, ...difference(current.data, merged) };
    }
    if (typeof request.resolution === 'string') return null;
    return { op: 'update', ...key, ...request.resolution };
  }

  /** The conflict against the record as it is now: decided once more, and nothing kept of it. */
  private asItStands(kept: Kept, author: Author): ConflictAnswer {
    const { told, mutation } = kept;
    const op = mutation.ops[told.opIndex];
    if (!op) return told;
    const again = { mutationId: told.mutationId, ops: [{ ...op, entityId: told.entityId } as MutationOperation] };
    const { outcome } = this.desk.rehearse(author, { ...again, strategy: 'reject' });
    return outcome.type === 'conflict' ? { ...stripped(outcome), opIndex: told.opIndex } : told;
  }

  private of(userId: string, mutationId: string): Kept | undefined {
    return [...this.kept.values()].find(({ entry }) => entry.userId === userId && entry.mutationId === mutationId);
  }

  private close(kept: Kept, by: Author, how: DecideRequest['resolution'] | 'resent', version: number): void {
    kept.told = this.asItStands(kept, by);
    const resolution = typeof how === 'string' ? how : ('set' as const);
    const decided = { decidedBy: by.userId, decidedAt: timeText(this.desk.clock.now()), version };
    const state = how === 'use-theirs' ? 'dismissed' : 'decided';
    kept.entry = {
      ...kept.entry,
      state,
      resolution: resolution as NonNullable<ConflictEntry['resolution']>,
      ...decided,
    };
    if (kept.entry.userId === by.userId || how === 'resent') return;
    const { conflictId, entityType, entityId, userId } = kept.entry;
    const details = { conflictId, resolution };
    this.desk.notify(userId, {
      kind: 'conflictDecided',
      entityType,
      entityId,
      version,
      fields: [],
      userId: by.userId,
      details,
    });
  }

  private undone(outcome: Outcome): Decision {
    return { outcome, events: [], used: [], overwritten: [] };
  }

  private decidedBefore(kept: Kept, author: Author, { mutationId }: DecideRequest): Outcome {
    const { decidedBy, decidedAt = '', resolution, version } = kept.entry;
    const who = decidedBy === author.userId ? 'You' : decidedBy;
    const when = ago(this.desk.clock.now() - Date.parse(decidedAt));
    const how = typeof resolution === 'string' ? resolution : 'set';
    const message = `${who} decided it ${when} (${how}); the record was then at version ${version}.`;
    return { type: 'rejected', mutationId, opIndex: 0, code: 'decided', message, retry: false };
  }

  private nothingProposed({ mutationId }: DecideRequest): Outcome {
    const message = 'Nothing is proposed here; decide by use-mine, by use-theirs or by values of your own.';
    return { type: 'rejected', mutationId, opIndex: 0, code: 'invalid', message, retry: false };
  }
}

function stripped({ type: _, ...told }: { type: 'conflict' } & ConflictAnswer): ConflictAnswer {
  return told;
}
