import { describe, expect, it } from 'vitest';
import { decisionOf, firstChoices, pathsOf, valueAt } from '../../src/desk/conflicts/decision.js';
import type { Sides } from '../../src/desk/conflicts/decision.js';

const sides: Sides = {
  base: { note: '', dailyRate: 50, status: 'ready', Origin: 'USA' },
  current: { note: 'theirs', dailyRate: 99, status: 'ready', Origin: 'USA' },
  yours: { note: 'mine', dailyRate: 50, status: 'service', Origin: 'USA' },
  merged: { note: 'theirs', dailyRate: 99, status: 'service', Origin: 'USA' },
  fields: { dailyRate: 'theirs', note: 'clash', status: 'yours' },
};

describe('A conflict', () => {
  it('shows first what somebody has to look at', () => {
    expect(pathsOf(sides)[0]).toBe('note');
  });
  it('begins with what only I changed, and leaves theirs where we both did', () => {
    expect(decisionOf(sides, firstChoices(sides))).toEqual({ status: 'service' });
  });
  it('writes what I choose and nothing else', () => {
    expect(decisionOf(sides, { note: 'mine', status: 'mine', dailyRate: 'mine' })).toEqual({
      note: 'mine',
      status: 'service',
    });
    expect(decisionOf(sides, { note: 'theirs', status: 'theirs' })).toBe('use-theirs');
  });
  it('takes a field away where that was my change', () => {
    const gone: Sides = { ...sides, yours: { dailyRate: 50 }, fields: { note: 'clash' } };
    const decision = decisionOf(gone, { note: 'mine' });
    expect(Object.keys(decision)).toEqual(['note']);
    expect(decision).toEqual({ note: undefined });
  });
  it('finds members of members, and only those of the document', () => {
    expect(valueAt({ address: { city: 'Bonn' } }, 'address.city')).toBe('Bonn');
    expect(valueAt({ address: 'Bonn' }, 'address.city')).toBeUndefined();
    expect(valueAt({}, 'toString')).toBeUndefined();
  });
});
