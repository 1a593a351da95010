// The queue of this client's mutations: shown at once, kept on disk, sent in order for each record, each decided
// exactly once. A refusal is an answer like any other: it is told, and the queue goes on.
import type { Answer, DataSyncEvent, EntityKey, MutationOperation, Welcome } from '@coterie/protocol';
import type { MutationResult } from '../api/outcome.js';
import { Alarm } from '../base/alarm.js';
import { failure, failureOf, keyOf, type Base, type Failure } from '../base/base.js';
import { given } from '../base/given.js';
import type { LinkReply } from '../link/link.js';
import type { QueuedMutation } from '../persist/persistence.js';
import type { Rooms } from '../rooms/rooms.js';
import type { RecordStore } from '../store/recordStore.js';
import { momentAfter, refusalOf, type OutboxOptions, type Submitted } from './admission.js';
import { Attention, failed, inConflict, type Sending } from './attention.js';
import { Bases, lookUp, NOT_SEEN, orphanOf, rebase, restsOnVersion, unseenOf, versionIn } from './bases.js';
import { follow } from './follow.js';
import { mergeEdits } from './mergeEdits.js';
import { Overlays } from './overlays.js';
import { Pending, restsOn } from './pending.js';
import { Pace } from './pace.js';
import { QueueDisk } from './queueDisk.js';
import { missing, rejectedOf, type Refusal } from './rejected.js';
import { CANCELLED } from './words.js';

type Decided = Extract<Answer, { type: 'committed' | 'conflict' | 'rejected' }>;

export class Outbox {
  userId: string | null = null;
  readonly attention: Attention;
  readonly bases: Bases;
  /** Undecided, in the order in which they were made. */
  private list: Pending[] = [];
  /** Committed, and shown until the stream has told of it. */
  private settling: Pending[] = [];
  private isRestored = false;
  private readonly alarm: Alarm;
  private readonly overlays: Overlays;
  private readonly pace: Pace;
  private readonly disk: QueueDisk;

  constructor(
    private readonly base: Base,
    store: RecordStore,
    private readonly rooms: Rooms,
    private readonly options: OutboxOptions,
    private readonly changed: () => void,
  ) {
    this.attention = new Attention(base, (ops, sending) => this.submit(ops, sending), changed);
    this.bases = new Bases(store);
    this.alarm = new Alarm(base, () => this.pump());
    this.overlays = new Overlays(store, rooms);
    this.pace = new Pace(base);
    this.disk = new QueueDisk(base, changed);
    base.batch.atEnd(() => this.settle());
  }

  get waiting(): readonly Pending[] {
    return this.list;
  }

  /** What would be lost if the page went now. */
  get unsafe(): number {
    return this.list.filter((pending) => !pending.isOnDisk).length;
  }

  has(mutationId: string): boolean {
    return (
      this.list.some(({ id }) => id === mutationId) || this.attention.items().some((i) => i.mutationId === mutationId)
    );
  }

  // ---- what comes in ----

  submit(ops: readonly MutationOperation[], sending: Sending = {}): Submitted {
    return this.base.batch.run(() => {
      const refused = this.refusal(ops);
      if (refused) return { result: Promise.resolve(failed(refused)) };
      const mutation = this.mutationOf(ops, sending);
      const joined = this.join(mutation);
      if (joined) return { pending: joined, result: joined.result };
      const pending = this.add(mutation);
      this.pump();
      if (pending.state !== 'decided' && pending.mutation.sentAt === undefined) {
        pending.waited = !this.rooms.connected;
        this.disk.write(pending);
      }
      return { pending, result: pending.result };
    });
  }

  private refusal(ops: readonly MutationOperation[]): Failure | null {
    if (this.options.offline === 'refuse' && !this.rooms.connected)
      return failure('offline', 'There is no connection, and edits are not kept for later here.', true);
    return refusalOf(ops, this.list);
  }

  private mutationOf(ops: readonly MutationOperation[], sending: Sending): QueuedMutation {
    const { environment } = this.base;
    const based = ops.map((op) => this.completed(op, sending));
    const epoch = restsOnVersion(based) && this.rooms.position?.epoch;
    return given({
      mutationId: environment.newId(),
      userId: this.userId,
      ops: based,
      ...sending,
      epoch: epoch || undefined,
      queuedAt: momentAfter(this.list[this.list.length - 1], environment.now()),
      owner: this.options.owner,
    });
  }

  /** With what an operation needs and its author did not say: an id to be shown by, what it rests on. */
  private completed(op: MutationOperation, { strategy }: Sending): MutationOperation {
    if (op.op === 'create') return { ...op, entityId: op.entityId ?? this.base.environment.newId() };
    return this.bases.given(op, strategy, this.settling);
  }

  private join(mutation: QueuedMutation): Pending | null {
    const [op] = mutation.ops;
    if (op?.entityId === undefined) return null;
    const key = keyOf(op.entityType, op.entityId);
    const touching = this.list.filter((pending) => restsOn([key], new Set(pending.touches)));
    const last = touching[touching.length - 1];
    if (!last || last.isFrozen) return null;
    const merged = mergeEdits(last.mutation, mutation);
    if (!merged) return null;
    this.overlays.lift(last);
    last.mutation.ops = [merged];
    this.overlays.lay(last, this.userId);
    this.disk.write(last);
    return last;
  }

  add(mutation: QueuedMutation): Pending {
    const pending = new Pending(mutation);
    this.list.push(pending);
    this.overlays.lay(pending, this.userId);
    this.changed();
    return pending;
  }

  /** From disk: of a page that was closed, or of a tab that is gone. */
  restore(mutation: QueuedMutation): void {
    if (mutation.attention) return this.attention.restore(mutation);
    const pending = this.add(mutation);
    pending.waited = pending.isOnDisk = true;
    this.list.sort((a, b) => a.mutation.queuedAt - b.mutation.queuedAt);
    for (const each of this.list) this.overlays.lift(each);
    for (const each of this.list) this.overlays.lay(each, this.userId);
  }

  /** All that was on disk has been taken up: what is sent now is sent in its order. */
  restored(): void {
    this.isRestored = true;
    this.pump();
  }

  cancel(mutationId: string): boolean {
    const pending = this.list.find(({ id }) => id === mutationId);
    if (!pending || pending.isFrozen) return false;
    this.base.batch.run(() => this.end(pending, { ok: false, status: 'cancelled', message: CANCELLED }));
    return true;
  }

  // ---- what goes out ----

  welcomed(welcome: Welcome): void {
    this.pace.welcomed(welcome);
    this.belongTo(welcome.user.id);
    this.pace.hurry(this.list);
  }

  /** Nobody's queue is sent under another's name: what is not theirs stays on disk. */
  belongTo(userId: string): void {
    this.userId = userId;
    for (const pending of [...this.list]) {
      const { mutation } = pending;
      if (mutation.userId === userId) continue;
      if (mutation.userId === null) {
        mutation.userId = userId;
        this.disk.write(pending);
        continue;
      }
      const kept = failure(
        'signed_out',
        'Somebody else is signed in. This edit is kept until its author is back.',
        true,
      );
      this.end(pending, failed(kept), true);
    }
    this.attention.keepOnly(userId);
  }

  pump(): void {
    const { environment } = this.base;
    const now = environment.monotonic();
    if (!this.rooms.connected || this.userId === null || !this.isRestored) return;
    if (this.pace.pauseMs > 0) return this.alarm.within(this.pace.pauseMs);
    let sending = this.list.filter((pending) => pending.state === 'sending').length;
    const earlier = new Set<string>();
    for (const pending of [...this.list]) {
      const { touches } = pending;
      const free = pending.state === 'waiting' && !restsOn(touches, earlier);
      if (free && pending.retryAt > now) this.alarm.within(pending.retryAt - now);
      else if (free && sending < this.pace.atOnce && !this.outdated(pending)) {
        ++sending;
        void this.send(pending);
      }
      if (pending.state !== 'decided') for (const key of touches) earlier.add(key);
    }
  }

  /** Whether it goes to a person instead. */
  private outdated(pending: Pending): boolean {
    const { sentAt, queuedAt, ops } = pending.mutation;
    const now = this.base.environment.now();
    if (sentAt !== undefined && now - sentAt > this.pace.answersMs) this.hand(pending, 'unknown');
    else if (sentAt === undefined && now - queuedAt > this.options.maxQueueAgeMs) this.hand(pending, 'too-old');
    else if (orphanOf(ops)) this.refuse(pending, missing('The record that this edit is for was not created.'));
    return pending.state === 'decided';
  }

  /** Looks up first what it rests on, where that is not known. */
  private async send(pending: Pending): Promise<void> {
    const unseen = unseenOf(pending.mutation.ops);
    pending.state = 'sending';
    const reply = await (unseen ? lookUp(this.base.link, unseen) : this.transmit(pending));
    this.base.batch.run(() => {
      if (pending.state !== 'sending') return this.pump();
      const bad = failureOf(reply);
      if (reply.kind !== 'answer') {
        pending.state = 'waiting';
        pending.waited = true;
      } else if (bad?.retry) this.pace.later(pending, bad);
      else if (unseen) this.lookedUp(pending, unseen, reply.answer);
      else if (bad) this.fail(pending, bad);
      else this.answered(reply.answer as Decided);
      this.changed();
      this.pump();
    });
  }

  private async transmit(pending: Pending): Promise<LinkReply> {
    const { mutation } = pending;
    const first = mutation.sentAt === undefined;
    if (first) {
      mutation.sentAt = this.base.environment.now();
      const wasKept = pending.isOnDisk;
      this.disk.write(pending);
      // Kept as unsent, it could be changed after a crash: it must be known as sent before it goes.
      if (wasKept) await pending.disk;
    }
    const { mutationId, ops, strategy, epoch, onConflict } = mutation;
    const reply = await this.base.link.request('mutate', given({ mutationId, ops, strategy, epoch, onConflict }));
    if (reply.kind === 'offline' && first && pending.state === 'sending') {
      delete mutation.sentAt;
      this.disk.write(pending);
    }
    return reply;
  }

  /** What stands now is what these edits rest on, however often the record has changed before they are sent. */
  private lookedUp(pending: Pending, { entityType, entityId }: EntityKey, answer: Answer): void {
    if (answer.type === 'error' && answer.code !== 'not_found')
      return this.fail(pending, failure(answer.code, answer.message));
    const version = versionIn(answer);
    if (!version) return this.refuse(pending, missing(`There is no ${entityType} ${entityId}, or not any more.`));
    pending.state = 'waiting';
    this.rebase(keyOf(entityType, entityId), (_, base) => (base === NOT_SEEN ? version : base));
  }

  /** Of the edits that have not gone out. */
  private rebase(key: string, next: Parameters<typeof rebase>[2]): void {
    const epoch = this.rooms.position?.epoch;
    for (const pending of this.list) {
      if (pending.isFrozen || !rebase(pending.mutation, key, next)) continue;
      if (epoch) pending.mutation.epoch ??= epoch;
      this.disk.write(pending);
    }
  }

  // ---- how it ended ----

  /** In its frame, before any listener; once more by the reply, where the frame was another tab's. */
  answered(answer: Decided): void {
    const pending = this.list.find(({ id }) => id === answer.mutationId);
    if (!pending) return;
    if (answer.type === 'committed') this.commit(pending, answer);
    else if (answer.type === 'conflict') this.conflict(pending, answer);
    else if (answer.code === 'mutation_expired') this.hand(pending, 'unknown');
    else this.refuse(pending, answer);
    this.pump();
  }

  private commit(pending: Pending, answer: Extract<Decided, { type: 'committed' }>): void {
    const { mutationId, seq, results, conflictId } = answer;
    pending.seq = seq;
    results.forEach((result, i) => {
      const op = pending.mutation.ops[i];
      const key = keyOf(result.entityType, result.entityId);
      pending.versions.set(key, result.version);
      if (op) this.leadOn(pending, key, op.op === 'create' ? 0 : op.baseVersion, result);
    });
    if (pending.mutation.decides !== undefined) this.attention.remove(pending.mutation.decides);
    this.settling.push(pending);
    this.end(pending, given({ ok: true as const, status: 'committed' as const, mutationId, seq, results, conflictId }));
  }

  /** The edits that were made on top of it rest on its commit. */
  private leadOn(
    pending: Pending,
    key: string,
    base: number | undefined,
    result: { version: number; merged?: string[] },
  ): void {
    pending.links.set(key, { base, result });
    this.rebase(key, (op, rests, strategy) => follow(pending, key, op, rests, strategy));
  }

  private conflict(pending: Pending, { id: _, type: __, ...answer }: Extract<Decided, { type: 'conflict' }>): void {
    const { conflict } = this.attention.add(pending.mutation, 'conflict', answer);
    if (conflict) this.end(pending, inConflict(conflict), true);
  }

  private refuse(pending: Pending, told: Refusal): void {
    const rejected = rejectedOf(pending.id, told);
    if (pending.waited) this.attention.add(pending.mutation, 'rejected', rejected);
    this.end(pending, { ok: false, status: 'rejected', ...rejected }, pending.waited);
  }

  private fail(pending: Pending, why: Failure): void {
    if (pending.waited) this.attention.add(pending.mutation, 'rejected', why);
    this.end(pending, failed(why), pending.waited);
  }

  private hand(pending: Pending, reason: 'unknown' | 'too-old'): void {
    const { message } = this.attention.add(pending.mutation, reason);
    this.end(pending, failed(failure(reason === 'unknown' ? 'unknown' : 'too_old', message)), true);
  }

  /** `keep`: its place on disk stays as it is. */
  private end(pending: Pending, result: MutationResult, keep = false): void {
    this.list = this.list.filter((other) => other !== pending);
    if (result.ok === false) this.overlays.lift(pending);
    pending.finish(result);
    if (!keep) this.disk.remove(pending);
    this.changed();
  }

  // ---- what is shown meanwhile ----

  /** An event of one of ours: it is committed, though the answer may still be on its way. */
  seen({ mutationId, entityType, entityId, seq, version }: DataSyncEvent): void {
    const pending = mutationId === undefined ? undefined : this.list.find(({ id }) => id === mutationId);
    if (!pending) return;
    pending.seq = seq;
    pending.versions.set(keyOf(entityType, entityId), version);
  }

  /** Takes away what the stream has told of, or never will. */
  settle(): void {
    for (const pending of [...this.settling, ...this.list]) this.overlays.settle(pending);
    if (this.settling.length > 0) this.settling = this.settling.filter((pending) => pending.overlays.length > 0);
  }

  // ---- disk ----

  /** Sends what waits for its time, now. */
  hurry(): void {
    this.pace.hurry(this.list);
    this.pump();
  }

  /** What is on its way has been decided; what cannot go is left. */
  async settled(): Promise<void> {
    while (this.rooms.connected && this.list.some((pending) => pending.state === 'sending'))
      await Promise.race(this.list.map((pending) => pending.result));
  }

  /** Once more what the disk did not take, or has lost since: somebody has emptied it. `kept`: what stands there. */
  async keep(kept: ReadonlySet<string>): Promise<void> {
    for (const pending of this.list) pending.isOnDisk &&= kept.has(pending.id);
    this.attention.keep(kept);
    await this.disk.writeAgain(this.list);
  }

  /** All that was written is on disk. */
  written(): Promise<void> {
    return this.disk.written();
  }

  /** Every call ends, this client too; what is on disk is sent by the next. */
  close(): void {
    this.alarm.clear();
    const why = failure('closed', 'The client was closed before the answer came.', true);
    for (const pending of [...this.list]) this.end(pending, failed(why), true);
  }
}
