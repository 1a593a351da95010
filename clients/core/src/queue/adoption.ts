// What earlier pages and closed tabs have left in the queue on disk. Each tab holds a lock in its own name for as long
// as it lives; where another's is free, that tab is gone, and its edits find a new owner.
import type { Base } from '../base/base.js';
import type { QueuedMutation } from '../persist/persistence.js';
import { isEdit } from '../persist/sound.js';
import type { Outbox } from './outbox.js';

/**
 * Without locks nobody can tell who lives: all that is found at the start is taken to be left over, later what is older
 * than this. Where that was wrong, both send the same under one id, which happens once.
 */
const LEFT_OVER_MS = 60_000;

export class Adoption {
  private readonly ended = new AbortController();
  private running = false;

  constructor(
    private readonly base: Base,
    private readonly outbox: Outbox,
    private readonly owner: string,
    private readonly name: string,
  ) {
    const held = new Promise<void>((free) => this.ended.signal.addEventListener('abort', () => free()));
    const locks = base.environment.locks;
    if (locks) void base.safely(locks.request(this.lockOf(owner), {}, () => held));
  }

  private lockOf(owner: string): string {
    return `${this.name}:tab:${owner}`;
  }

  /** Those of this user, and of nobody in particular. */
  async adopt(first: boolean): Promise<void> {
    if (this.running) return;
    this.running = true;
    await this.base.safely(this.take(first));
    this.running = false;
  }

  private async take(first: boolean): Promise<void> {
    const all = await this.base.persistence.queued();
    // Where it is kept who was here last, nobody is meant by nobody: whoever comes next is not taken for the one before.
    if (first && !this.base.environment.page.keep) this.outbox.userId ??= all[all.length - 1]?.userId ?? null;
    const owners = new Set(this.wanted(all, first).map((mutation) => mutation.owner));
    for (const owner of owners) {
      const { locks } = this.base.environment;
      if (!locks || owner === this.owner) await this.takeFrom(owner, first);
      else
        await locks.request(this.lockOf(owner), { ifAvailable: true }, async (lock) => {
          if (lock) await this.takeFrom(owner, first);
        });
    }
    if (!first) await this.outbox.keep(new Set(all.map(({ mutationId }) => mutationId)));
  }

  /** Read again: while the lock was waited for, another tab may have taken them. */
  private async takeFrom(owner: string, first: boolean): Promise<void> {
    const found = this.wanted(await this.base.persistence.queued(), first).filter(
      (mutation) => mutation.owner === owner,
    );
    for (const mutation of found.sort((a, b) => a.queuedAt - b.queuedAt)) {
      const own = { ...mutation, owner: this.owner };
      if (owner !== this.owner) await this.base.write(() => this.base.persistence.putQueued(own));
      this.base.batch.run(() => this.outbox.restore(own));
    }
    this.base.batch.run(() => this.outbox.pump());
  }

  private wanted(all: readonly QueuedMutation[], first: boolean): QueuedMutation[] {
    const { userId } = this.outbox;
    const { locks, now } = this.base.environment;
    return all.filter(
      (mutation) =>
        isEdit(mutation) &&
        (mutation.userId === null || mutation.userId === userId) &&
        !this.outbox.has(mutation.mutationId) &&
        (first || locks !== undefined || mutation.owner === this.owner || now() - mutation.queuedAt > LEFT_OVER_MS),
    );
  }

  end(): void {
    this.ended.abort();
  }
}
