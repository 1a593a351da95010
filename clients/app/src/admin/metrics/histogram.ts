// Quantiles of what happened between two readings of a histogram: its buckets count from the start of the server, so
// the difference of two readings is the distribution of that time alone.
import { sumOf, type Metrics } from './parse.js';

export interface Bucket {
  /** The upper bound. */
  readonly le: number;
  /** How many were at most so much. */
  readonly count: number;
}

/** The buckets of a histogram, over all labels, by their bound. */
export function bucketsOf(metrics: Metrics, name: string): Bucket[] {
  const counts = new Map<number, number>();
  for (const { labels, value } of metrics.get(`${name}_bucket`) ?? []) {
    const le = labels.le === '+Inf' ? Infinity : Number(labels.le);
    if (!Number.isNaN(le)) counts.set(le, (counts.get(le) ?? 0) + value);
  }
  return [...counts].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}

/** What has come since `before`; null: the counters began anew, or the bounds are others. */
export function bucketsSince(before: readonly Bucket[], now: readonly Bucket[]): Bucket[] | null {
  if (before.length !== now.length) return null;
  const since: Bucket[] = [];
  for (const [index, bucket] of now.entries()) {
    const earlier = before[index];
    if (earlier === undefined || earlier.le !== bucket.le || earlier.count > bucket.count) return null;
    since.push({ le: bucket.le, count: bucket.count - earlier.count });
  }
  return since;
}

/**
 * The value that the part `q` of all stays below, laid evenly within its bucket. Null where nothing happened. Beyond the
 * last finite bound there is no more to say than that bound.
 */
export function quantile(q: number, buckets: readonly Bucket[]): number | null {
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const rank = q * total;
  let lower = 0;
  let below = 0;
  for (const { le, count } of buckets) {
    if (count >= rank && count > below) {
      if (le === Infinity) return lower;
      return lower + (le - lower) * Math.max(0, (rank - below) / (count - below));
    }
    if (le !== Infinity) lower = le;
    below = count;
  }
  return lower;
}

/** The mean of what came between two readings. */
export function meanSince(before: Metrics, now: Metrics, name: string): number | null {
  const [sumBefore, countBefore] = [sumOf(before, `${name}_sum`), sumOf(before, `${name}_count`)];
  const [sum, count] = [sumOf(now, `${name}_sum`), sumOf(now, `${name}_count`)];
  if (sumBefore === null || countBefore === null || sum === null || count === null) return null;
  return count > countBefore ? (sum - sumBefore) / (count - countBefore) : null;
}
