// Numbers with their units, as short as a tile allows.

const none = '–';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  if (Math.abs(value) < 1_000_000) return whole.format(value);
  return `${(value / 1_000_000).toFixed(1)} million`;
}

function threeDigits(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return whole.format(value);
  return value >= 10 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(2).replace(/\.?0+$/, '');
}

export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return none;
  return perSecond > 0 && perSecond < 0.01 ? '< 0.01' : threeDigits(perSecond);
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** In units of 1024. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return none;
  let [value, unit] = [bytes, 0];
  while (value >= 1023.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? whole.format(value) : threeDigits(value)} ${byteUnits[unit]}`;
}

/** A short time, measured: 1.3 ms, 240 µs. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return none;
  if (seconds === 0) return '0 ms';
  if (seconds < 0.001) return `${threeDigits(seconds * 1_000_000)} µs`;
  return seconds < 1 ? `${threeDigits(seconds * 1000)} ms` : `${threeDigits(seconds)} s`;
}

const spans: [unit: string, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** A span as people set it: 15 minutes, 30 days, 1.5 hours. */
export function formatSpan(ms: number): string {
  for (const [unit, length] of spans) {
    if (ms < length) continue;
    const value = threeDigits(ms / length);
    return `${value} ${unit}${value === '1' ? '' : 's'}`;
  }
  return `${whole.format(ms)} ms`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
