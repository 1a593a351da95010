// How fast a counter grows.
import { sumOf, type Metrics, type Wanted } from './parse.js';

export interface Reading {
  /** ms since the epoch. */
  readonly at: number;
  readonly metrics: Metrics;
}

/** Whether the server was started anew between two readings: its counters began at zero. */
export function restartedBetween(before: Reading, now: Reading): boolean {
  const [earlier, later] = [before, now].map((one) => sumOf(one.metrics, 'process_start_time_seconds'));
  return earlier !== null && later !== null && earlier !== undefined && later !== undefined && later - earlier > 1;
}

/** A second; null where it cannot be said: no such counter, no time between, or a new start. */
export function ratePerSecond(before: Reading, now: Reading, name: string, wanted: Wanted = {}): number | null {
  const earlier = sumOf(before.metrics, name, wanted);
  const later = sumOf(now.metrics, name, wanted);
  const seconds = (now.at - before.at) / 1000;
  if (earlier === null || later === null || seconds <= 0 || later < earlier) return null;
  return restartedBetween(before, now) ? null : (later - earlier) / seconds;
}

/** How much a counter has grown. */
export function grownBy(before: Reading, now: Reading, name: string, wanted: Wanted = {}): number | null {
  const rate = ratePerSecond(before, now, name, wanted);
  return rate === null ? null : Math.round((rate * (now.at - before.at)) / 1000);
}
