// A clock that a test turns by hand, and a page that it shows and hides.
import type { TimerHandle } from '@coterie/client';
import type { PollClock } from '../../src/admin/poll/clock.js';

type Listener = Parameters<PollClock['page']['listen']>[0];

export class HandClock implements PollClock {
  #now = 0;
  #visible = true;
  #next = 1;
  readonly #timers = new Map<number, { at: number; work: () => void }>();
  readonly #listeners = new Set<Listener>();

  now = () => this.#now;
  random = () => 0.5;

  setTimer = (work: () => void, ms: number): TimerHandle => {
    this.#timers.set(this.#next, { at: this.#now + ms, work });
    return { id: this.#next++ };
  };

  clearTimer = (timer: TimerHandle) => void this.#timers.delete(timer.id as number);

  page = {
    visible: () => this.#visible,
    listen: (listener: Listener) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };

  advance(ms: number): void {
    this.#now += ms;
    for (const [id, timer] of [...this.#timers]) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(id);
      timer.work();
    }
  }

  show(visible: boolean): void {
    this.#visible = visible;
    for (const listener of this.#listeners) listener(visible ? 'visible' : 'hidden');
  }
}
