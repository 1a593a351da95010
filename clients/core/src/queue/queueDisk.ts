// The queue's place on disk, one edit at a time.
import type { Base } from '../base/base.js';
import type { Pending } from './pending.js';

export class QueueDisk {
  constructor(
    private readonly base: Base,
    private readonly changed: () => void,
  ) {}

  write(pending: Pending): void {
    const copy = { ...pending.mutation };
    const written = this.base.write(() => this.base.persistence.putQueued(copy));
    pending.disk = written.then(() => {
      if (pending.isOnDisk) return;
      pending.isOnDisk = true;
      this.base.batch.run(this.changed);
    });
  }

  remove(pending: Pending): void {
    pending.disk = this.base.write(() => this.base.persistence.removeQueued(pending.id));
  }

  /** All that was written is on disk. */
  async written(): Promise<void> {
    await this.base.write(() => Promise.resolve());
  }
}
