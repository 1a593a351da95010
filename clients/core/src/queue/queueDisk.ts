// The queue's place on disk, one edit at a time.
import type { Base } from '../base/base.js';
import type { QueuedMutation } from '../persist/persistence.js';
import type { Pending } from './pending.js';

export class QueueDisk {
  constructor(
    private readonly base: Base,
    private readonly changed: () => void,
  ) {}

  write(pending: Pending): void {
    const copy = { ...pending.mutation };
    pending.disk = this.base.write(() => this.put(pending, copy));
  }

  private async put(pending: Pending, copy: QueuedMutation): Promise<void> {
    const before = pending.isOnDisk;
    try {
      await this.base.persistence.putQueued(copy);
      pending.isOnDisk = true;
    } catch (failure) {
      pending.isOnDisk = false;
      throw failure;
    } finally {
      if (pending.isOnDisk !== before) this.base.batch.run(this.changed);
    }
  }

  /** Once more what a full or a failing disk did not take, as far as it goes now. */
  async writeAgain(all: readonly Pending[]): Promise<void> {
    for (const pending of all) {
      if (pending.state === 'decided' || pending.isOnDisk) continue;
      this.write(pending);
      await pending.disk;
      if (!pending.isOnDisk) return;
    }
  }

  remove(pending: Pending): void {
    pending.disk = this.base.write(() => this.base.persistence.removeQueued(pending.id));
  }

  /** All that was written is on disk. */
  async written(): Promise<void> {
    await this.base.write(() => Promise.resolve());
  }
}
