// How far everything is: what waits, since when, and when all was last known to be right. Ages are told anew now and
// then while they grow.
import type { Observable } from '../api/observable.js';
import type { SyncStatus } from '../api/status.js';
import { Alarm } from '../base/alarm.js';
import type { Base } from '../base/base.js';
import { Source } from '../base/batch.js';
import type { Outbox } from '../queue/outbox.js';
import { describe } from '../queue/words.js';
import type { Rooms } from '../rooms/rooms.js';

const TICK_MS = 5000;
/** An edit that waits so long on a live connection is not as it should be. */
const LATE_MS = 60_000;

export class SyncState {
  readonly source: Source<SyncStatus>;
  private lastSyncedAt: number | null = null;
  private isSynced = false;
  private firstSyncDone = false;
  private warnedOf: string | null = null;
  private readonly alarm: Alarm;

  constructor(
    private readonly base: Base,
    private readonly roomsOf: () => Rooms,
    private readonly outbox: () => Outbox,
  ) {
    this.source = new Source(base.batch, () => this.status());
    this.alarm = new Alarm(base, () => this.tick());
  }

  get observable(): Observable<SyncStatus> {
    return this.source;
  }

  private status(): SyncStatus {
    const { waiting, attention } = this.outbox();
    const now = this.base.environment.now();
    const oldest = waiting[0]?.mutation.queuedAt;
    return {
      pending: waiting.length,
      oldestPendingMs: oldest === undefined ? 0 : Math.max(0, now - oldest),
      lastSyncedAt: this.lastSyncedAt,
      firstSyncDone: this.firstSyncDone,
      attention: attention.items(),
      queued: waiting.map((pending) => ({
        mutationId: pending.id,
        queuedAt: pending.mutation.queuedAt,
        sent: pending.isFrozen,
        text: describe(pending.mutation.ops),
      })),
    };
  }

  /** The queue, a room or the connection has changed. */
  changed(): void {
    this.source.touch();
    this.look();
  }

  /** A frame has been applied: that all is right may have become true by it. */
  followFrame(): void {
    if (!this.isSynced) this.look();
  }

  /** All that is held is live, and nothing waits. */
  private look(): void {
    const rooms = this.roomsOf();
    const now = this.base.environment.now();
    const loaded = rooms.connected && rooms.allLive;
    const synced = loaded && this.outbox().waiting.length === 0;
    // Also when it ends: until now all was right.
    if (synced || this.isSynced) this.lastSyncedAt = now;
    if (synced !== this.isSynced || (loaded && !this.firstSyncDone)) this.source.touch();
    this.isSynced = synced;
    this.firstSyncDone ||= loaded;
    if (!this.alarm.isSet && (synced || this.outbox().waiting.length > 0)) this.alarm.set(TICK_MS);
  }

  private tick(): void {
    const { waiting } = this.outbox();
    this.look();
    this.source.touch();
    const [oldest] = waiting;
    if (!oldest || !this.roomsOf().connected) return;
    const age = this.base.environment.now() - oldest.mutation.queuedAt;
    if (age > LATE_MS && this.warnedOf !== oldest.id) {
      this.warnedOf = oldest.id;
      this.base.log('warn', 'An edit has waited long on a live connection.', { mutationId: oldest.id, age });
    }
    this.outbox().pump();
  }

  close(): void {
    this.alarm.clear();
  }
}
