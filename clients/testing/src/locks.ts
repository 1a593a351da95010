// Who holds which place of which record: leases with a fence that only grows.
import { overlaps, type EntityKey, type Holder, type LockEntry, type RequestMembers } from '@coterie/protocol';
import { keyOf, type Author } from './model.js';
import type { Clock } from './clock.js';
import type { TimerHandle } from '@coterie/client';

const LEASE_MS = 30_000;
const RENEWAL_STEP_MS = 1000;
const MOST_OF_SESSION = 64;

export interface HeldLock extends EntityKey {
  readonly field?: string;
  readonly holder: Holder;
  readonly fence: number;
  readonly leaseMs: number;
  readonly ends: number;
}

export interface LockChange {
  state: 'acquired' | 'released' | 'expired' | 'taken';
  lock: HeldLock;
  /** Who took it. */
  by?: Holder;
}

export type LockOutcome =
  | { type: 'locked'; fence: number; ttlMs: number }
  | { type: 'denied'; holder: Holder; field?: string; ttlMs: number }
  | { type: 'unlocked' }
  | { type: 'error'; code: string; message: string; member?: string; retry: false };

function holderOf({ userId, name, sessionId = '', clientId }: Author): Holder {
  return { userId, ...(name ? { name } : {}), sessionId, ...(clientId ? { clientId } : {}) };
}

function meets(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || overlaps(a, b);
}

function refused(code: string, message: string, member?: string): LockOutcome {
  return { type: 'error', code, message, ...(member ? { member } : {}), retry: false };
}

const NOT_HOLDER = refused(
  'not_holder',
  'This lock is not yours (any more): it ended, or somebody else holds it.',
  'fence',
);

export class Locks {
  private held = new Map<number, HeldLock>();
  private fence = 0;
  private timer: TimerHandle | null = null;

  constructor(
    private readonly clock: Clock,
    /** Told of each change, in order. */
    private readonly changed: (change: LockChange) => void,
    /** After changes that nobody asked for. */
    private readonly flush: () => void,
  ) {}

  all(): HeldLock[] {
    return [...this.held.values()];
  }

  find(fence: number): HeldLock | undefined {
    return this.held.get(fence);
  }

  /** Those that meet a place; without a field, all of the record. */
  on(key: EntityKey, field?: string): HeldLock[] {
    return this.all().filter((lock) => keyOf(lock) === keyOf(key) && meets(lock.field, field));
  }

  shown(lock: HeldLock): LockEntry {
    const { entityType, entityId, field, holder, fence } = lock;
    const ttlMs = Math.max(0, lock.ends - this.clock.monotonic());
    return { entityType, entityId, ...(field === undefined ? {} : { field }), holder, fence, ttlMs };
  }

  lock(request: RequestMembers['lock'], author: Author): LockOutcome {
    const same = this.on(request, request.field).find((lock) => lock.field === request.field);
    if (request.fence !== undefined) {
      const own = same?.fence === request.fence && same.holder.userId === author.userId;
      return own && same ? this.renew(same, request, author) : NOT_HOLDER;
    }
    if (same && same.holder.sessionId === author.sessionId) return this.renew(same, request, author);
    const others = this.on(request, request.field).filter((lock) => lock.holder.sessionId !== author.sessionId);
    const [first] = others;
    if (first && !request.steal) {
      const { holder, field, ttlMs } = this.shown(first);
      return { type: 'denied', holder, ...(field === undefined ? {} : { field }), ttlMs };
    }
    if (this.count(author.sessionId) >= MOST_OF_SESSION) return this.full();
    const holder = holderOf(author);
    for (const other of others) this.end(other, 'taken', holder);
    const leaseMs = request.ttlMs ?? LEASE_MS;
    const { entityType, entityId, field } = request;
    const lock: HeldLock = {
      entityType,
      entityId,
      ...(field === undefined ? {} : { field }),
      holder,
      fence: ++this.fence,
      leaseMs,
      ends: this.clock.monotonic() + leaseMs,
    };
    this.put(lock);
    this.changed({ state: 'acquired', lock });
    return { type: 'locked', fence: lock.fence, ttlMs: leaseMs };
  }

  /** By its session, or by another one of the same user, which then has it, and all that meets it. */
  private renew(lock: HeldLock, request: RequestMembers['lock'], author: Author): LockOutcome {
    const moves = lock.holder.sessionId !== author.sessionId;
    const leaseMs = request.ttlMs ?? LEASE_MS;
    const holder = moves ? holderOf(author) : lock.holder;
    const renewed = { ...lock, holder, leaseMs, ends: this.clock.monotonic() + leaseMs };
    this.put(renewed);
    if (moves) {
      this.changed({ state: 'acquired', lock: renewed });
      for (const other of this.on(lock, lock.field).filter(({ fence }) => fence !== lock.fence)) {
        const moved = { ...other, holder };
        this.put(moved);
        this.changed({ state: 'acquired', lock: moved });
      }
    }
    return { type: 'locked', fence: lock.fence, ttlMs: leaseMs };
  }

  unlock(request: RequestMembers['unlock'], author: Author): LockOutcome {
    const lock = this.on(request, request.field).find((one) => one.field === request.field);
    if (!lock || lock.fence !== request.fence || lock.holder.userId !== author.userId) return NOT_HOLDER;
    this.end(lock, 'released');
    return { type: 'unlocked' };
  }

  /** An edit of the place by its holder renews it. */
  used(fence: number): void {
    const lock = this.held.get(fence);
    const ends = this.clock.monotonic() + (lock?.leaseMs ?? 0);
    if (lock && ends >= lock.ends + RENEWAL_STEP_MS) this.put({ ...lock, ends });
  }

  endSession(sessionId: string): void {
    for (const lock of this.all()) if (lock.holder.sessionId === sessionId) this.end(lock, 'released');
  }

  endRecord(key: EntityKey): void {
    for (const lock of this.on(key)) this.end(lock, 'released');
  }

  /** Never kept over a restart; the fences go on growing. */
  forget(): void {
    this.held = new Map();
    this.arm();
  }

  private count(sessionId: string | undefined): number {
    return this.all().filter((lock) => lock.holder.sessionId === sessionId).length;
  }

  private full(): LockOutcome {
    return refused('limit', `A session holds at most ${MOST_OF_SESSION} locks; unlock some.`);
  }

  private put(lock: HeldLock): void {
    this.held.set(lock.fence, lock);
    this.arm();
  }

  private end(lock: HeldLock, state: 'released' | 'expired' | 'taken', by?: Holder): void {
    this.held.delete(lock.fence);
    this.changed({ state, lock, ...(by ? { by } : {}) });
    this.arm();
  }

  private arm(): void {
    if (this.timer) this.clock.clearTimer(this.timer);
    this.timer = null;
    if (this.held.size === 0) return;
    const next = Math.min(...this.all().map((lock) => lock.ends));
    this.timer = this.clock.setTimer(() => this.expire(), Math.max(0, next - this.clock.monotonic()));
  }

  private expire(): void {
    const now = this.clock.monotonic();
    for (const lock of this.all().sort((a, b) => a.ends - b.ends)) if (lock.ends <= now) this.end(lock, 'expired');
    this.arm();
    this.flush();
  }
}
