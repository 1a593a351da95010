// How long to wait before coming back: up to 1, 2, 4, 8, 16, 30 s, drawn from all of it (full jitter, the first try
// too), so that those who were cut off together do not return together. What the server asks for wins.

const STEPS_MS = [1000, 2000, 4000, 8000, 16_000, 30_000] as const;

export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number) {}

  next(): number {
    const step = STEPS_MS[Math.min(this.failures, STEPS_MS.length - 1)] ?? 30_000;
    this.failures += 1;
    return this.random() * step;
  }

  /** Drawn from what the server named; the row of our own waits goes on as well. */
  within(least: number, most: number): number {
    this.failures += 1;
    const low = Math.max(0, least);
    return low + this.random() * (Math.max(low, most) - low);
  }

  /** It worked. */
  reset(): void {
    this.failures = 0;
  }
}
