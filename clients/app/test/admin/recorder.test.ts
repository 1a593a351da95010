import { describe, expect, it } from 'vitest';
import type { ConnectionShown } from '../../src/admin/api/types.js';
import { gapMs, keptMs, Recorder } from '../../src/admin/metrics/recorder.js';
import { parseMetrics } from '../../src/admin/metrics/parse.js';

const told = (edits: number, delivered = 0) =>
  parseMetrics(
    [
      `coterie_edits_total{outcome="committed"} ${edits}`,
      `coterie_events_delivered_total ${delivered}`,
      'coterie_connections{transport="websocket"} 3',
      'coterie_connections{transport="http"} 9',
      'coterie_connections{transport="sse"} 1',
      `coterie_delivery_seconds_bucket{le="0.001"} ${edits}`,
      `coterie_delivery_seconds_bucket{le="+Inf"} ${edits}`,
      'coterie_sign_ins_total{outcome="signed_in"} ' + edits,
    ].join('\n'),
  );

function connection(userId: string, queuedBytes = 0, live = true): ConnectionShown {
  return {
    sessionId: `s-${userId}`,
    userId,
    name: userId,
    transport: 'websocket',
    address: '127.0.0.1',
    userAgent: '',
    connectedAt: '2026-11-23T04:00:00.123Z',
    seq: 1,
    live,
    queuedBytes,
    inFlight: 0,
    rooms: [],
  };
}

describe('The recorder of figures', () => {
  it('counts the connections of sessions, not single requests', () => {
    expect(new Recorder().add(0, told(0), {}).connections).toBe(4);
  });

  it('tells rates and quantiles from the second reading on', () => {
    const recorder = new Recorder();

    const first = recorder.add(0, told(100, 1000), {});
    const second = recorder.add(5000, told(150, 2000), {});

    expect([first.edits, first.p50]).toEqual([null, null]);
    expect([second.edits, second.delivered]).toEqual([10, 200]);
    expect(second.p50).toBeCloseTo(0.0005);
    expect(recorder.sum('signIns')).toBe(50);
  });

  it('falls back on the lists where there are no metrics', () => {
    const recorder = new Recorder();
    const shown = [connection('ann', 100), connection('ben', 70_000), connection('ann', 0, false)];

    recorder.add(0, null, { seq: 10, limitHits: 1 });
    const point = recorder.add(5000, null, {
      connections: { shown, total: 3 },
      rooms: 2,
      locks: 1,
      conflictsOpen: 4,
      seq: 20,
      limitHits: 3,
    });

    expect(point).toMatchObject({ connections: 3, users: 2, queueBytes: 70_100, behind: 2, rooms: 2, locks: 1 });
    expect(point).toMatchObject({ conflictsOpen: 4, edits: 2, limitHits: 2, p50: null, delivered: null });
  });

  it('does not guess from a part of the connections', () => {
    const point = new Recorder().add(0, null, { connections: { shown: [connection('ann')], total: 5000 } });

    expect(point).toMatchObject({ connections: 5000, users: null, queueBytes: null });
  });

  it('leaves a gap where nobody asked, and no rate over it', () => {
    const recorder = new Recorder();

    recorder.add(0, told(0), {});
    const late = recorder.add(gapMs + 1, told(5000), {});

    expect(late.edits).toBeNull();
    expect(recorder.columns(['connections'])[1]).toEqual([4, null, 4]);
  });

  it('keeps a quarter of an hour, however long it runs', () => {
    const recorder = new Recorder();

    for (let at = 0; at <= 2 * keptMs; at += 5000) recorder.add(at, told(at), {});

    expect(recorder.points.length).toBe(keptMs / 5000 + 1);
    expect(recorder.columns(['edits'])[0][0]).toBe(keptMs / 1000);
  });
});
