// The locks that this client holds. Each is renewed at half its time while the page is looked at; one that has ended
// otherwise than by `release` says so. A session that is new after a break takes them over by their fence.
import { overlaps, type EntityKey, type PushMembers } from '@coterie/protocol';
import type { HeldLock, LockResult } from '../api/records.js';
import { Alarm } from '../base/alarm.js';
import { failureOf, keyOf, noAnswer, type Base } from '../base/base.js';
import { Source } from '../base/batch.js';
import { given } from '../base/given.js';

const LEASE_MS = 30_000;
const AGAIN_MS = 1000;

interface Flushing {
  readonly key: string;
  flush?(): Promise<unknown>;
}

class Held extends Source<'held' | 'lost' | 'released'> implements HeldLock {
  state: 'held' | 'lost' | 'released' = 'held';
  users = 1;
  readonly alarm: Alarm;
  readonly field?: string;

  constructor(
    private readonly table: LockTable,
    base: Base,
    readonly place: EntityKey & { field?: string },
    public fence: number,
    readonly ttlMs: number,
  ) {
    super(base.batch, () => this.state);
    if (place.field !== undefined) this.field = place.field;
    this.alarm = new Alarm(base, () => void table.renew(this));
  }

  become(state: 'lost' | 'released'): void {
    this.state = state;
    this.alarm.clear();
    this.touch();
  }

  release(): Promise<void> {
    return this.table.release(this);
  }
}

export class LockTable {
  private readonly held = new Map<string, Held>();

  /** `drafts`: whose edits are saved before a lock of their record is given back. */
  constructor(
    private readonly base: Base,
    private readonly drafts: () => Iterable<Flushing>,
  ) {}

  async take(
    { entityType, entityId }: EntityKey,
    field: string | undefined,
    options: { steal?: boolean; ttlMs?: number },
  ): Promise<LockResult> {
    const place = given({ entityType, entityId, field });
    const known = this.held.get(placeName(place));
    if (known) {
      ++known.users;
      return { ok: true, lock: known };
    }
    const { ttlMs, steal } = options;
    const reply = await this.base.link.request('lock', given({ ...place, ttlMs, steal: steal || undefined }));
    if (reply.kind === 'answer' && reply.answer.type === 'denied') {
      const { holder, field: theirs, ttlMs: left } = reply.answer;
      return given({ ok: false as const, status: 'denied' as const, holder, ttlMs: left, field: theirs });
    }
    if (reply.kind !== 'answer' || reply.answer.type !== 'locked') {
      const { code, message, retry } = failureOf(reply) ?? noAnswer();
      return { ok: false, status: 'failed', code, message, retry };
    }
    const twin = this.held.get(placeName(place));
    if (twin) ++twin.users;
    const lock = twin ?? new Held(this, this.base, place, reply.answer.fence, ttlMs ?? reply.answer.ttlMs ?? LEASE_MS);
    this.held.set(placeName(place), lock);
    lock.alarm.set(lock.ttlMs / 2);
    return { ok: true, lock };
  }

  /** At half its time. A page that nobody looks at lets it run out. */
  async renew(lock: Held, takeOver = false): Promise<void> {
    if (lock.state !== 'held' || (!takeOver && !this.base.environment.page.visible())) return;
    const { place, fence, ttlMs } = lock;
    const reply = await this.base.link.request('lock', given({ ...place, ttlMs, fence: takeOver ? fence : undefined }));
    this.base.batch.run(() => {
      if (lock.state !== 'held') return;
      // Not heard: the next connection finds out.
      if (reply.kind !== 'answer') return;
      const { answer } = reply;
      if (answer.type === 'locked' && (answer.fence === fence || takeOver)) {
        lock.fence = answer.fence;
        lock.alarm.set(lock.ttlMs / 2);
      } else if (answer.type === 'error' && answer.retry) lock.alarm.set(answer.retryAfterMs ?? AGAIN_MS);
      else {
        // Taken anew after it had ended: somebody may have had it in between.
        if (answer.type === 'locked') void this.base.link.request('unlock', { ...place, fence: answer.fence });
        this.lose(lock);
      }
    });
  }

  private lose(lock: Held): void {
    this.held.delete(placeName(lock.place));
    lock.become('lost');
  }

  async release(lock: Held): Promise<void> {
    if (lock.state !== 'held' || --lock.users > 0) return;
    const key = keyOf(lock.place.entityType, lock.place.entityId);
    for (const draft of this.drafts()) if (draft.key === key) await draft.flush?.();
    if (this.held.get(placeName(lock.place)) !== lock || lock.users > 0) return;
    this.held.delete(placeName(lock.place));
    this.base.batch.run(() => lock.become('released'));
    await this.base.link.request('unlock', { ...lock.place, fence: lock.fence });
  }

  /** Ended by its time, or taken by somebody. */
  told({ state, fence, entityType, entityId, field, holder }: PushMembers['lock']): void {
    const session = this.base.link.welcome()?.sessionId;
    if (state === 'acquired' && holder.sessionId === session) return;
    for (const lock of this.held.values()) {
      const { place } = lock;
      const here = place.entityType === entityType && place.entityId === entityId && lock.fence === fence;
      const within = field === undefined || place.field === undefined || overlaps(field, place.field);
      if (here && within) this.lose(lock);
    }
  }

  /** `sameSession`: they live on. Else each is taken over by its fence, or is lost. */
  welcomed(sameSession: boolean): void {
    for (const lock of this.held.values()) void this.renew(lock, !sameSession);
  }

  /** The page is looked at again. */
  visible(): void {
    for (const lock of this.held.values()) void this.renew(lock);
  }

  close(): void {
    for (const lock of this.held.values()) lock.become('released');
    this.held.clear();
  }
}

function placeName({ entityType, entityId, field }: EntityKey & { field?: string }): string {
  return `${keyOf(entityType, entityId)}/${field ?? ''}`;
}
