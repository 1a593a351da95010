// One timer that is set, moved and taken back. What it does is one batch, where there is anything to batch.
import type { Environment, TimerHandle } from '../environment.js';
import type { Batch } from './batch.js';

export class Alarm {
  private timer: TimerHandle | null = null;
  private due = 0;

  constructor(
    private readonly base: { environment: Environment; batch?: Batch },
    private readonly work: () => void,
  ) {}

  get isSet(): boolean {
    return this.timer !== null;
  }

  /** In place of when it was due before. */
  set(ms: number): void {
    this.clear();
    this.due = this.base.environment.monotonic() + ms;
    this.timer = this.base.environment.setTimer(() => {
      this.timer = null;
      if (this.base.batch) this.base.batch.run(this.work);
      else this.work();
    }, ms);
  }

  /** Unless it is due earlier already. */
  within(ms: number): void {
    if (this.timer === null || this.due > this.base.environment.monotonic() + ms) this.set(ms);
  }

  clear(): void {
    if (this.timer !== null) this.base.environment.clearTimer(this.timer);
    this.timer = null;
  }
}
