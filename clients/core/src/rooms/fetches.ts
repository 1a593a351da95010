// Records whose state cannot be told from the stream (a hole in the versions, an operation that is not known, a row
// that may have moved into view): each is asked for once at a time, until what was heard of it is known.
import type { EntityKey } from '@coterie/protocol';
import { Alarm } from '../base/alarm.js';
import { keyOf, type Base } from '../base/base.js';
import type { RecordEntry } from '../store/entry.js';
import type { RecordStore } from '../store/recordStore.js';

const AT_ONCE = 8;
const RETRY_MS = 1000;

export class Fetches {
  private readonly wanted = new Map<string, EntityKey & { running: boolean }>();
  private running = 0;
  private readonly later: Alarm;

  constructor(
    private readonly base: Base,
    private readonly store: RecordStore,
    private readonly isConnected: () => boolean,
    private readonly learnt: (entry: RecordEntry) => void,
  ) {
    this.later = new Alarm(base, () => this.go());
  }

  has(key: string): boolean {
    return this.wanted.has(key);
  }

  get isIdle(): boolean {
    return this.wanted.size === 0;
  }

  fetch({ entityType, entityId }: EntityKey): void {
    const key = keyOf(entityType, entityId);
    if (!this.wanted.has(key)) this.wanted.set(key, { entityType, entityId, running: false });
    this.go();
  }

  /** After a reconnect: what was asked for on the old connection, and never answered. */
  again(): void {
    this.go();
  }

  close(): void {
    this.later.clear();
    this.wanted.clear();
  }

  private go(): void {
    for (const want of this.wanted.values()) {
      if (this.running >= AT_ONCE) return;
      if (!want.running) void this.ask(want);
    }
  }

  private async ask(want: EntityKey & { running: boolean }): Promise<void> {
    const { entityType, entityId } = want;
    want.running = true;
    ++this.running;
    const reply = await this.base.link.request('get', { entityType, entityId });
    this.base.batch.run(() => {
      --this.running;
      want.running = false;
      // There may be another connection by now.
      if (reply.kind !== 'answer') return this.isConnected() ? this.later.within(0) : undefined;
      if (reply.answer.type === 'error' && reply.answer.retry)
        return this.later.within(reply.answer.retryAfterMs ?? RETRY_MS);
      const key = keyOf(entityType, entityId);
      if (this.wanted.get(key) === want) this.wanted.delete(key);
      const { answer } = reply;
      const entry = this.store.entry(entityType, entityId);
      if (answer.type === 'entity') this.store.take(answer);
      else if (answer.type === 'error' && answer.code === 'not_found')
        this.store.drop(entry, Math.max(entry.version, entry.heardOf));
      this.learnt(entry);
      if (answer.type === 'entity' && entry.heardOf > entry.version) this.fetch(want);
      else this.go();
    });
  }
}
