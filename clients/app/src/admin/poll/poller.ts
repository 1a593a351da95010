// Asks a question again and again while somebody listens and the page is shown. After errors it waits longer (up to a
// minute, with jitter, or as long as the server says), and keeps what it had, with its age. One question at a time.
import type { Observable, TimerHandle } from '@coterie/client';
import { mayPass, type Answered, type Problem } from '../api/answer.js';
import type { PollClock } from './clock.js';

export interface PollState<T> {
  /** The last good answer. */
  readonly value: T | undefined;
  /** When it came, ms since the epoch. */
  readonly at: number | null;
  /** Why the last question failed; null: it did not. */
  readonly problem: Problem | null;
  readonly asking: boolean;
}

export const longestWaitMs = 60_000;

/** Never below the usual time, doubled by each failure in a row, with a quarter of jitter. */
export function waitAfter(everyMs: number, failures: number, retryAfterMs: number | undefined, random: number): number {
  if (failures === 0) return everyMs;
  const doubled = Math.min(everyMs * 2 ** failures, longestWaitMs);
  return Math.max(doubled * (0.75 + random / 2), Math.min(retryAfterMs ?? 0, longestWaitMs));
}

export class Poller<T> implements Observable<PollState<T>> {
  #state: PollState<T> = { value: undefined, at: null, problem: null, asking: false };
  readonly #listeners = new Set<() => void>();
  #timer: TimerHandle | null = null;
  #asking: AbortController | null = null;
  #failures = 0;
  #unlisten: (() => void) | null = null;

  constructor(
    private readonly ask: (signal: AbortSignal) => Promise<Answered<T>>,
    private readonly everyMs: number,
    private readonly clock: PollClock,
  ) {}

  readonly get = (): PollState<T> => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  };

  /** Asks now; an answer that is under way is not waited for, because it may be older than what was just done. */
  readonly refresh = (): void => {
    this.#asking?.abort();
    this.#asking = null;
    void this.#ask();
  };

  #begin(): void {
    this.#unlisten = this.clock.page.listen((what) => {
      if (what === 'hidden') this.#pause();
      else if (this.clock.page.visible() && this.#asking === null) void this.#ask();
    });
    if (this.clock.page.visible()) void this.#ask();
  }

  #pause(): void {
    if (this.#timer !== null) this.clock.clearTimer(this.#timer);
    this.#timer = null;
  }

  #end(): void {
    this.#unlisten?.();
    this.#unlisten = null;
    this.#pause();
    this.#asking?.abort();
    this.#asking = null;
    this.#state = { ...this.#state, asking: false };
  }

  async #ask(): Promise<void> {
    if (this.#listeners.size === 0 || this.#asking !== null) return;
    this.#pause();
    const asking = new AbortController();
    this.#asking = asking;
    this.#set({ ...this.#state, asking: true });
    const answer = await this.ask(asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#failures = answer.ok ? 0 : this.#failures + 1;
    this.#set(
      answer.ok
        ? { value: answer.value, at: this.clock.now(), problem: null, asking: false }
        : { ...this.#state, problem: answer.problem, asking: false },
    );
    this.#schedule(answer.ok ? null : answer.problem);
  }

  #schedule(problem: Problem | null): void {
    if (this.#listeners.size === 0 || !this.clock.page.visible()) return;
    const again = problem === null || mayPass(problem);
    const wait = again
      ? waitAfter(this.everyMs, this.#failures, problem?.retryAfterMs, this.clock.random())
      : longestWaitMs;
    this.#timer = this.clock.setTimer(() => {
      this.#timer = null;
      void this.#ask();
    }, wait);
  }

  #set(state: PollState<T>): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
