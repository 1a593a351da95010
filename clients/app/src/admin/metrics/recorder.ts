// The last quarter of an hour of the figures, in the memory of this page: one point for each time it asked.
import type { Metrics } from './parse.js';
import { emptyPoint, pointOf, type Counted, type FigureName, type Point } from './figures.js';
import type { Reading } from './rate.js';

export const keptMs = 15 * 60_000;
/** Quantiles are of so long: shorter, and a quiet server has none. */
export const quantileWindowMs = 30_000;
/** Two points further apart than this have a gap between them: the page was hidden, or nobody answered. */
export const gapMs = 20_000;

export class Recorder {
  #points: Point[] = [];
  #readings: Reading[] = [];
  #counted: { at: number; counted: Counted } | null = null;

  get points(): readonly Point[] {
    return this.#points;
  }

  get latest(): Point | null {
    return this.#points.at(-1) ?? null;
  }

  /** One round of answers. `metrics`: null: not told. */
  add(at: number, metrics: Metrics | null, counted: Counted): Point {
    const now = metrics === null ? null : { at, metrics };
    const recent = this.#readings.filter((reading) => at - reading.at <= quantileWindowMs * 2);
    const before = recent.at(-1);
    const close = before !== undefined && at - before.at <= gapMs ? before : null;
    const start = recent.find((reading) => at - reading.at <= quantileWindowMs) ?? null;
    const point = pointOf(at, {
      now,
      before: close,
      windowStart: close === null ? null : start,
      counted,
      countedBefore: this.#counted,
    });
    const last = this.latest;
    const gap = last !== null && at - last.at > gapMs ? [{ at: last.at + 1, ...emptyPoint }] : [];
    this.#points = [...this.#points.filter((one) => at - one.at <= keptMs), ...gap, point];
    this.#readings = now === null ? recent : [...recent, now];
    this.#counted = { at, counted: { ...this.#counted?.counted, ...counted } };
    return point;
  }

  /** All that a counted figure counted; null: it was never told. */
  sum(name: FigureName): number | null {
    const told = this.#points.map((point) => point[name]).filter((value) => value !== null);
    return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
  }

  /** The times (in seconds, as plots take them) and the columns of these figures. */
  columns(names: readonly FigureName[]): [number[], ...(number | null)[][]] {
    return [this.#points.map((point) => point.at / 1000), ...names.map((name) => this.#points.map((p) => p[name]))];
  }
}
