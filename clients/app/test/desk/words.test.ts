import { describe, expect, it } from 'vitest';
import type { MutationResult } from '@coterie/client';
import type { Shown } from '@coterie/client';
import { match } from '../../src/router/router.js';
import { stepsFrom } from '../../src/desk/bookings/steps.js';
import { remoteChanges } from '../../src/desk/shared/changes.js';
import { leftWords, reasonOf } from '../../src/desk/shared/outcome.js';
import { ago } from '../../src/ui/time.js';

const rejected = (more: object): Exclude<MutationResult, { ok: true }> =>
  ({
    ok: false,
    status: 'rejected',
    mutationId: 'm',
    opIndex: 0,
    message: 'as the server says',
    retry: false,
    ...more,
  }) as never;
const vehicle = (version: number, note: string, pending = false): Shown<{ note: string }> =>
  ({ entityType: 'Vehicle', entityId: '1', version, pending, data: { note } }) as never;

describe('A refusal in words', () => {
  it('says how many are left', () => {
    const current = { data: { available: 1 } };
    expect(reasonOf(rejected({ code: 'guard_failed', current, guard: { available: { $gte: 2 } } }))).toBe(
      'Only 1 is left.',
    );
    expect([leftWords(0), leftWords(3)]).toEqual(['None are left.', 'Only 3 are left.']);
  });
  it('says who is in the way', () => {
    const holder = { userId: 'u7', name: 'Ann', sessionId: 's' };
    expect(reasonOf(rejected({ code: 'locked', field: 'note', holder }))).toBe('Ann is editing Note.');
  });
  it('is the words of the server where there are no better ones', () => {
    expect(reasonOf(rejected({ code: 'invalid' }))).toBe('as the server says');
  });
});

describe('A change by somebody else', () => {
  const before = new Map([['1', vehicle(1, 'old')]]);
  it('names the fields that differ', () => {
    expect(remoteChanges(before, [vehicle(2, 'new')])[0]?.fields).toEqual(['note']);
  });
  it('is none where it is my own, or where nothing shown differs', () => {
    expect(remoteChanges(before, [{ ...vehicle(2, 'new'), updatedBy: 'ann' }], 'ann')).toEqual([]);
    expect(remoteChanges(before, [vehicle(1, 'new', true)])).toEqual([]);
    expect(remoteChanges(new Map([['1', vehicle(1, 'new', true)]]), [vehicle(2, 'new')])).toEqual([]);
  });
});

describe('Words of time', () => {
  it('are those that people use', () => {
    const now = Date.UTC(2026, 10, 27, 12);
    expect(ago(now - 20_000, now)).toBe('just now');
    expect(ago(now + 5000, now)).toBe('just now');
    expect(ago(now - 120_000, now)).toBe('2 minutes ago');
    expect(ago(now - 86_400_000, now)).toBe('yesterday');
  });
});

describe('Addresses', () => {
  it('fit their pattern part by part', () => {
    expect(match('/fleet/:id', '/fleet/a%20b')).toEqual({ id: 'a b' });
    expect(match('/fleet/:id', '/fleet')).toBeNull();
    expect(match('/admin/*', '/admin')).toEqual({});
    expect(match('/admin/*', '/admin/users/7')).toEqual({});
    expect(match('/fleet/:id', '/fleet/%')).toEqual({ id: '%' });
  });
});

describe('A booking', () => {
  it('gives back what it took when it ends, and can end once', () => {
    expect(stepsFrom('booked').map(({ to, givesBack }) => [to, givesBack])).toEqual([
      ['out', false],
      ['cancelled', true],
    ]);
    expect(stepsFrom('out').map(({ to, givesBack }) => [to, givesBack])).toEqual([['returned', true]]);
    expect([...stepsFrom('returned'), ...stepsFrom('cancelled')]).toEqual([]);
  });
});
