// Time in the hand of a test: nothing happens until it is moved.
import type { TimerHandle } from '../../src/environment.js';

interface Timer {
  id: number;
  at: number;
  work: () => void;
}

/** Lets everything that waits on promises alone go on. */
export async function turns(count = 12): Promise<void> {
  for (let i = 0; i < count; ++i) await Promise.resolve();
}

export class Clock {
  now = Date.parse('2026-01-01T00:00:00Z');
  private readonly timers = new Map<number, Timer>();
  private last = 0;

  setTimer(work: () => void, ms: number): TimerHandle {
    const id = ++this.last;
    this.timers.set(id, { id, at: this.now + Math.max(0, ms), work });
    return { id };
  }

  clearTimer(timer: TimerHandle): void {
    this.timers.delete(timer.id as number);
  }

  get waiting(): number {
    return this.timers.size;
  }

  /** Runs what is due on the way, each at its time. */
  async move(ms: number): Promise<void> {
    const until = this.now + ms;
    await turns();
    for (;;) {
      const next = [...this.timers.values()].filter((t) => t.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!next) break;
      this.timers.delete(next.id);
      this.now = Math.max(this.now, next.at);
      next.work();
      await turns();
    }
    this.now = until;
    await turns();
  }
}
