// Time for a fake server and for the client that talks to it: by hand, or the machine's.
import type { TimerHandle } from '@coterie/client';

export interface Clock {
  /** ms since the epoch. */
  now(): number;
  monotonic(): number;
  setTimer(work: () => void, ms: number): TimerHandle;
  clearTimer(timer: TimerHandle): void;
}

/** Stands still until it is told to go on. */
export interface HandClock extends Clock {
  /** Lets so much time pass: every timer that falls due runs in its order, and what follows from it. */
  advance(ms: number): Promise<void>;
  /** Lets happen what is due now: promises, frames on their way. */
  settle(): Promise<void>;
}

interface Timer extends TimerHandle {
  readonly id: number;
  readonly due: number;
  readonly work: () => void;
}

const immediate = (globalThis as { setImmediate?: (work: () => void) => unknown }).setImmediate;

/** A few turns of the event loop: enough for chains of promises and for streams. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; ++i) {
    if (immediate) await new Promise<void>((done) => void immediate(done));
    else for (let tick = 0; tick < 50; ++tick) await Promise.resolve();
  }
}

export function handClock(start = Date.UTC(2026, 10, 23, 4)): HandClock {
  let now = start;
  let ids = 0;
  const timers = new Map<unknown, Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers.values()].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due || a.id - b.id)[0];
  return {
    now: () => now,
    monotonic: () => now - start,
    setTimer(work, ms) {
      const timer: Timer = { id: ++ids, due: now + Math.max(0, ms), work };
      timers.set(timer.id, timer);
      return timer;
    },
    clearTimer: (timer) => void timers.delete(timer.id),
    async advance(ms) {
      const until = now + ms;
      await turns();
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer.id);
        now = Math.max(now, timer.due);
        timer.work();
        await turns();
      }
      now = until;
      await turns();
    },
    settle: turns,
  };
}

/** The machine's time. Its timers keep no process alive. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer(work, ms) {
      const id: unknown = setTimeout(work, ms);
      if (typeof id === 'object' && id !== null && 'unref' in id) (id as { unref(): void }).unref();
      return { id };
    },
    clearTimer: (timer) => clearTimeout(timer.id as ReturnType<typeof setTimeout>),
  };
}
