// Times in words, and a clock for those who show them.
import { useSyncExternalStore } from 'react';

const units: [name: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const long = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** "just now", "2 minutes ago", "yesterday". A clock that is a little off does not make it the future. */
export function ago(at: number | string, now: number): string {
  const past = now - (typeof at === 'string' ? Date.parse(at) : at);
  if (!Number.isFinite(past)) return '';
  if (past < 45_000) return 'just now';
  for (const [unit, ms] of units) {
    if (past >= ms) return format.format(-Math.round(past / ms), unit);
  }
  return '1 minute ago';
}

export const exactly = (at: number | string): string => long.format(new Date(at));

const everyMs = 15_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now();
  listeners.forEach((one) => one());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    now = Date.now();
    timer = setInterval(tick, everyMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Now, to within some seconds: enough for words. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
