import { describe, expect, it } from 'vitest';
import { shortAgent } from '../../src/admin/format/agents.js';
import {
  formatBytes,
  formatCount,
  formatRate,
  formatSeconds,
  formatSpan,
  plural,
} from '../../src/admin/format/numbers.js';
import { ageInWords, relativeTime, timestampOfInput } from '../../src/admin/format/times.js';
import { fieldChanges, shown } from '../../src/admin/format/values.js';

describe('Numbers', () => {
  it('have their unit', () => {
    expect([0, 512, 1023, 1024, 1536, 1048570, 5 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '512 B',
      '1,023 B',
      '1 KB',
      '1.5 KB',
      '1 MB',
      '5 GB',
    ]);
    expect([0.00024, 0.0013, 0.25, 1.5, 12].map(formatSeconds)).toEqual([
      '240 µs',
      '1.3 ms',
      '250 ms',
      '1.5 s',
      '12 s',
    ]);
    expect([0, 0.001, 0.5, 12.34, 1234].map(formatRate)).toEqual(['0', '< 0.01', '0.5', '12.3', '1,234']);
    expect([900_000, 86_400_000, 5_400_000, 250].map(formatSpan)).toEqual([
      '15 minutes',
      '1 day',
      '1.5 hours',
      '250 ms',
    ]);
    expect([plural(1, 'lock'), plural(0, 'lock'), plural(2, 'entry', 'entries')]).toEqual([
      '1 lock',
      '0 locks',
      '2 entries',
    ]);
  });

  it('that are not known are no zero', () => {
    expect([formatCount(null), formatBytes(undefined), formatSeconds(null), formatRate(null)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
  });
});

describe('Times', () => {
  const now = Date.parse('2026-11-23T12:00:00.000Z');

  it('are in words, before and after now', () => {
    const words = (timestamp: string) => relativeTime(timestamp, now);

    expect(words('2026-11-23T11:59:55.000Z')).toBe('just now');
    expect(words('2026-11-23T12:00:05.000Z')).toBe('just now');
    expect(words('2026-11-23T11:59:30.000Z')).toBe('under a minute ago');
    expect(words('2026-11-23T11:55:00.000Z')).toBe('5 minutes ago');
    expect(words('2026-11-23T10:59:00.000Z')).toBe('an hour ago');
    expect(words('2026-12-22T12:00:00.000Z')).toBe('in 29 days');
    expect(words('tea')).toBe('tea');
  });

  it('of figures are told by the second', () => {
    expect([900, 42_000, 61_000, 7_260_000].map(ageInWords)).toEqual(['1 s', '42 s', '1 min 1 s', '2 h 1 min']);
  });

  it('of a filter go to the server in UTC, and an empty one not at all', () => {
    expect(timestampOfInput('')).toBeUndefined();
    expect(timestampOfInput('2026-11-23T12:00')).toBe(new Date(2026, 10, 23, 12).toISOString());
  });
});

describe('Programs', () => {
  it('are named by browser and system', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

    expect(shortAgent(chrome)).toBe('Chrome 142 on Linux');
    expect(shortAgent('Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0')).toBe(
      'Firefox 130 on Windows',
    );
    expect(shortAgent('coterie/0.1.0 (cli)')).toBe('coterie/0.1.0');
    expect(shortAgent('')).toBe('not told');
  });
});

describe('Changes', () => {
  const event = {
    seq: 1,
    entityType: 'Booking',
    entityId: '1',
    version: 2,
    userId: 'ann',
    timestamp: '',
    cause: 'user',
  } as const;

  it('are told field by field, old and new', () => {
    const changed = fieldChanges({
      ...event,
      operation: 'UPDATE',
      set: { price: 12 },
      unset: ['note'],
      old: { price: 10, note: 'x' },
    });

    expect(changed).toEqual([
      { path: 'price', old: 10, now: 12 },
      { path: 'note', old: 'x', now: undefined },
    ]);
    expect(fieldChanges({ ...event, operation: 'CREATE', data: { price: 1 } })).toEqual([
      { path: 'price', old: undefined, now: 1 },
    ]);
    expect(fieldChanges({ ...event, operation: 'DELETE', old: { price: 1 } })).toEqual([
      { path: 'price', old: 1, now: undefined },
    ]);
  });

  it('have long values cut and empty ones named', () => {
    expect(shown('x'.repeat(100))).toHaveLength(80);
    expect([shown(''), shown(undefined), shown(null), shown({ a: [1] })]).toEqual([
      '(empty)',
      '(nothing)',
      'null',
      '{"a":[1]}',
    ]);
  });
});
