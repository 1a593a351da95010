import { describe, expect, it } from 'vitest';
import { byLabel, parseMetrics, sumOf } from '../../src/admin/metrics/parse.js';
import { bucketsOf, bucketsSince, meanSince, quantile } from '../../src/admin/metrics/histogram.js';
import { grownBy, ratePerSecond, restartedBetween } from '../../src/admin/metrics/rate.js';

const text = `# HELP coterie_edits_total Mutations, by how they ended.
# TYPE coterie_edits_total counter
coterie_edits_total{outcome="committed"} 12
coterie_edits_total{outcome="conflict"} 3
coterie_locks 2
strange{text="a \\"b\\" \\\\ {c}\\nd",other="x,y"} 1.5e3 1700000000000
not_a_number{a="b"} tea
broken{a="b 4
`;

describe('Metrics text', () => {
  it('is read by name and label', () => {
    const metrics = parseMetrics(text);

    expect(sumOf(metrics, 'coterie_edits_total')).toBe(15);
    expect(sumOf(metrics, 'coterie_edits_total', { outcome: 'conflict' })).toBe(3);
    expect(sumOf(metrics, 'coterie_locks')).toBe(2);
    expect(byLabel(metrics, 'coterie_edits_total', 'outcome')).toEqual([
      ['committed', 12],
      ['conflict', 3],
    ]);
  });

  it('may hold quotes, braces, backslashes and new lines in labels, and times behind values', () => {
    const sample = parseMetrics(text).get('strange')?.[0];

    expect(sample).toEqual({ labels: { text: 'a "b" \\ {c}\nd', other: 'x,y' }, value: 1500 });
  });

  it('loses a line that cannot be read, and no other', () => {
    const metrics = parseMetrics(text);

    expect(metrics.has('not_a_number')).toBe(false);
    expect(metrics.has('broken')).toBe(false);
    expect(sumOf(metrics, 'nowhere')).toBeNull();
  });
});

const histogram = (counts: number[], sum: number) =>
  parseMetrics(
    ['0.001', '0.01', '0.1', '+Inf'].map((le, i) => `t_bucket{le="${le}"} ${counts[i]}`).join('\n') +
      `\nt_sum ${sum}\nt_count ${counts[3]}`,
  );

describe('Quantiles', () => {
  it('are of what came between two readings, not of all time', () => {
    const before = bucketsOf(histogram([1000, 1000, 1000, 1000], 1), 't');
    const now = bucketsOf(histogram([1000, 1050, 1100, 1100], 2), 't');

    const since = bucketsSince(before, now);

    expect(since?.map((bucket) => bucket.count)).toEqual([0, 50, 100, 100]);
    expect(quantile(0.5, since ?? [])).toBeCloseTo(0.01);
    expect(quantile(0.25, since ?? [])).toBeCloseTo(0.0055);
    expect(quantile(0.99, since ?? [])).toBeCloseTo(0.0982);
  });

  it('begin at nothing in the first bucket', () => {
    expect(quantile(0.5, [{ le: 2, count: 10 }])).toBeCloseTo(1);
  });

  it('end at the last bound that is finite', () => {
    const buckets = bucketsOf(histogram([0, 0, 0, 5], 50), 't');

    expect(quantile(0.5, buckets)).toBe(0.1);
  });

  it('are nothing where nothing happened', () => {
    expect(quantile(0.5, bucketsOf(histogram([0, 0, 0, 0], 0), 't'))).toBeNull();
    expect(quantile(0.5, [])).toBeNull();
  });

  it('are nothing over a new start of the server', () => {
    const before = bucketsOf(histogram([5, 5, 5, 5], 1), 't');
    const now = bucketsOf(histogram([1, 1, 1, 1], 1), 't');

    expect(bucketsSince(before, now)).toBeNull();
    expect(bucketsSince([], now)).toBeNull();
  });

  it('add several label sets of one histogram up', () => {
    const metrics = parseMetrics(
      't_bucket{type="a",le="1"} 1\nt_bucket{type="b",le="1"} 2\nt_bucket{type="b",le="+Inf"} 4',
    );

    expect(bucketsOf(metrics, 't')).toEqual([
      { le: 1, count: 3 },
      { le: Infinity, count: 4 },
    ]);
  });

  it('have a mean beside them', () => {
    expect(meanSince(histogram([0, 0, 0, 10], 5), histogram([0, 0, 0, 20], 25), 't')).toBeCloseTo(2);
    expect(meanSince(histogram([0, 0, 0, 10], 5), histogram([0, 0, 0, 10], 5), 't')).toBeNull();
  });
});

describe('Rates', () => {
  const reading = (at: number, count: number, start = 100) => ({
    at,
    metrics: parseMetrics(`c_total ${count}\nprocess_start_time_seconds ${start}`),
  });

  it('are a second', () => {
    expect(ratePerSecond(reading(0, 10), reading(5000, 60), 'c_total')).toBe(10);
    expect(grownBy(reading(0, 10), reading(5000, 60), 'c_total')).toBe(50);
  });

  it('are nothing over a new start, even where the counter has already passed its old value', () => {
    const [before, now] = [reading(0, 10), reading(5000, 60, 200)];

    expect(restartedBetween(before, now)).toBe(true);
    expect(ratePerSecond(before, now, 'c_total')).toBeNull();
    expect(ratePerSecond(reading(0, 10), reading(5000, 3), 'c_total')).toBeNull();
  });
});
