// Times in words, and the exact ones beside them.

const units: [ms: number, one: string, many: string][] = [
  [86_400_000 * 365, 'a year', 'years'],
  [86_400_000 * 30, 'a month', 'months'],
  [86_400_000, 'a day', 'days'],
  [3_600_000, 'an hour', 'hours'],
  [60_000, 'a minute', 'minutes'],
];

function inWords(ms: number): string | null {
  for (const [length, one, many] of units) {
    const count = Math.floor(ms / length);
    if (count >= 1) return count === 1 ? one : `${count} ${many}`;
  }
  return null;
}

/** "5 minutes ago", "in 3 days". The clocks of browser and server may differ: a moment either way is now. */
export function relativeTime(timestamp: string, now: number): string {
  const at = Date.parse(timestamp);
  if (Number.isNaN(at)) return timestamp;
  const words = inWords(Math.abs(now - at));
  if (words === null)
    return at - now > 20_000 ? 'in under a minute' : now - at > 20_000 ? 'under a minute ago' : 'just now';
  return at > now ? `in ${words}` : `${words} ago`;
}

/** How old something is, by the second: for figures that may be stale. */
export function ageInWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

export function exactTime(timestamp: string): string {
  const at = Date.parse(timestamp);
  return Number.isNaN(at) ? timestamp : `${exact.format(at)} (${timestamp})`;
}

/** What a field of type `datetime-local` holds, as the server wants it; undefined: nothing was set. */
export function timestampOfInput(value: string): string | undefined {
  const at = value === '' ? NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
