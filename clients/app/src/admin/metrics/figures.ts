// The figures of the overview: what stands now and what happened since the reading before, from the metrics where
// this browser is told them, else from the administrators' lists.
import type { ConnectionShown } from '../api/types.js';
import { bucketsOf, bucketsSince, quantile, type Bucket } from './histogram.js';
import { sumOf } from './parse.js';
import { grownBy, ratePerSecond, type Reading } from './rate.js';

export const figureNames = [
  'connections',
  'users',
  'rooms',
  'edits',
  'delivered',
  'p50',
  'p95',
  'p99',
  'queueBytes',
  'behind',
  'slowReads',
  'conflictsOpen',
  'locks',
  'signIns',
  'signInsRefused',
  'limitHits',
  'errors',
  'memoryBytes',
] as const;
export type FigureName = (typeof figureNames)[number];

/** Null: cannot be said. Rates are a second, times seconds; `signIns` and the like count since the point before. */
export type Point = { readonly at: number } & { readonly [name in FigureName]: number | null };

/** What the lists told at one moment; absent: not asked, or refused. */
export interface Counted {
  connections?: { shown: readonly ConnectionShown[]; total: number };
  rooms?: number;
  locks?: number;
  conflictsOpen?: number;
  limitHits?: number;
  /** The number of the last commit. */
  seq?: number;
}

export const emptyPoint: Omit<Point, 'at'> = {
  connections: null,
  users: null,
  rooms: null,
  edits: null,
  delivered: null,
  p50: null,
  p95: null,
  p99: null,
  queueBytes: null,
  behind: null,
  slowReads: null,
  conflictsOpen: null,
  locks: null,
  signIns: null,
  signInsRefused: null,
  limitHits: null,
  errors: null,
  memoryBytes: null,
};

/** A reader whose queue holds so much does not keep up. */
export const slowQueueBytes = 64 * 1024;

export function isBehind(connection: ConnectionShown): boolean {
  return !connection.live || connection.queuedBytes >= slowQueueBytes;
}

function ofLists(counted: Counted, before: { at: number; counted: Counted } | null, at: number): Partial<Point> {
  const { shown = [], total = null } = counted.connections ?? {};
  const whole = counted.connections !== undefined && shown.length === total;
  const seconds = before === null ? 0 : (at - before.at) / 1000;
  const grown = (name: 'seq' | 'limitHits'): number | null => {
    const [earlier, later] = [before?.counted[name], counted[name]];
    return earlier === undefined || later === undefined || later < earlier ? null : later - earlier;
  };
  const commits = grown('seq');
  return {
    connections: total,
    users: whole ? new Set(shown.map((one) => one.userId)).size : null,
    queueBytes: whole ? shown.reduce((sum, one) => sum + one.queuedBytes, 0) : null,
    behind: whole ? shown.filter(isBehind).length : null,
    rooms: counted.rooms ?? null,
    locks: counted.locks ?? null,
    conflictsOpen: counted.conflictsOpen ?? null,
    edits: commits === null || seconds <= 0 ? null : commits / seconds,
    limitHits: grown('limitHits'),
  };
}

const delivery = 'coterie_delivery_seconds';

function quantiles(from: readonly Bucket[], now: Reading): Partial<Point> {
  const since = bucketsSince(from, bucketsOf(now.metrics, delivery));
  if (since === null) return {};
  return { p50: quantile(0.5, since), p95: quantile(0.95, since), p99: quantile(0.99, since) };
}

function ofMetrics(now: Reading, before: Reading | null, windowStart: Reading | null): Partial<Point> {
  const { metrics } = now;
  // Sessions: plain HTTP requests come and go.
  const streams = ['websocket', 'sse'].map((transport) => sumOf(metrics, 'coterie_connections', { transport }));
  const open = streams.every((count) => count === null)
    ? null
    : streams.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const standing = {
    connections: open,
    rooms: sumOf(metrics, 'coterie_rooms'),
    queueBytes: sumOf(metrics, 'coterie_outbox_bytes'),
    conflictsOpen: sumOf(metrics, 'coterie_conflicts_open'),
    locks: sumOf(metrics, 'coterie_locks'),
    memoryBytes: sumOf(metrics, 'process_resident_memory_bytes'),
  };
  if (before === null) return standing;
  return {
    ...standing,
    edits: ratePerSecond(before, now, 'coterie_edits_total', { outcome: 'committed' }),
    delivered: ratePerSecond(before, now, 'coterie_events_delivered_total'),
    slowReads: grownBy(before, now, 'coterie_catch_ups_total', { from: 'log' }),
    signIns: grownBy(before, now, 'coterie_sign_ins_total', { outcome: 'signed_in' }),
    signInsRefused: grownBy(before, now, 'coterie_sign_ins_total', { outcome: 'refused' }),
    limitHits: grownBy(before, now, 'coterie_limit_hits_total'),
    errors: grownBy(before, now, 'coterie_errors_total'),
    ...quantiles(windowStart === null ? [] : bucketsOf(windowStart.metrics, delivery), now),
  };
}

/** What is known of either; the metrics go first. */
function joined(first: Partial<Point>, second: Partial<Point>): Omit<Point, 'at'> {
  const point: { -readonly [name in FigureName]: number | null } = { ...emptyPoint };
  for (const name of figureNames) point[name] = first[name] ?? second[name] ?? null;
  return point;
}

export interface Sources {
  now: Reading | null;
  before: Reading | null;
  /** The reading that the quantiles begin at. */
  windowStart: Reading | null;
  counted: Counted;
  countedBefore: { at: number; counted: Counted } | null;
}

export function pointOf(at: number, sources: Sources): Point {
  const { now, before, windowStart, counted, countedBefore } = sources;
  const lists = ofLists(counted, countedBefore, at);
  return { at, ...joined(now === null ? {} : ofMetrics(now, before, windowStart), lists) };
}
