// Documents: paths, results that share what is unchanged, and operations laid over what is confirmed.
import { describe, expect, it } from 'vitest';
import {
  applyChange,
  applyChanges,
  compareText,
  difference,
  getAt,
  overlaps,
  overlay,
  parsePath,
  Refusal,
  sameValue,
  setAt,
  unsetAt,
  type JsonObject,
} from '../src/index.js';

describe('A path', () => {
  it('is names with dots between them', () => {
    expect(parsePath('address.city')).toEqual(['address', 'city']);
    for (const bad of ['', 'a..b', '.a', 'a.', '$a', 'a.$b', 'a\u0007', 'a\u0085'])
      expect(() => parsePath(bad), JSON.stringify(bad)).toThrow(Refusal);
  });

  it('has at most 32 steps', () => {
    expect(parsePath(Array(32).fill('a').join('.'))).toHaveLength(32);
    expect(() => parsePath(Array(33).fill('a').join('.'))).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it('overlaps itself, what lies above and what lies below, and no name that only begins like it', () => {
    expect([overlaps('a', 'a'), overlaps('a', 'a.b'), overlaps('a.b', 'a')]).toEqual([true, true, true]);
    expect([overlaps('a', 'ab'), overlaps('a.b', 'a.c')]).toEqual([false, false]);
  });

  it('finds nothing that an object merely inherits', () => {
    expect(getAt({}, 'constructor')).toBeUndefined();
    expect(getAt({}, '__proto__.toString')).toBeUndefined();
  });
});

describe('A changed document', () => {
  const document: JsonObject = { a: { x: 1 }, b: { y: { z: 1 } }, l: [1] };

  it('shares what is unchanged, and leaves the old one as it was', () => {
    const before = structuredClone(document);
    const after = setAt(document, 'b.y.z', 2);
    expect(document).toEqual(before);
    expect(after?.a).toBe(document.a);
    expect(after?.l).toBe(document.l);
    expect(getAt(after ?? {}, 'b.y.z')).toBe(2);
  });

  it('is the very same one where nothing was to unset', () => {
    expect(unsetAt(document, 'b.q')).toBe(document);
    expect(unsetAt(document, 'l.0')).toBe(document);
  });

  it('does not touch the prototype, whatever its members are called', () => {
    const after = setAt({}, '__proto__.polluted', true) ?? {};
    expect(Object.keys(after)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('is led to by the difference of both', () => {
    const after: JsonObject = { a: { x: 2 }, b: 5, n: { m: {} } };
    const change = difference(document, after);
    expect(change).toEqual({ set: { 'a.x': 2, b: 5, n: { m: {} } }, unset: ['l'] });
    expect(sameValue(applyChange(document, change), after)).toBe(true);
  });
});

describe('Equality and order', () => {
  it('disregards the order of members, not that of items', () => {
    expect(sameValue({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue({ a: null }, {})).toBe(false);
    expect(sameValue([], {})).toBe(false);
  });

  it('goes by code point beyond U+FFFF, where the order of JavaScript does not', () => {
    expect('\uffee' < '\u{1f600}').toBe(false);
    expect(compareText('\uffee', '\u{1f600}')).toBeLessThan(0);
  });
});

describe('An operation', () => {
  it('sets, unsets, increments, appends and removes', () => {
    const changes = {
      set: { 'a.b': 1 },
      unset: ['gone'],
      increment: { n: 2, m: 0.5 },
      append: { l: ['c'], k: [1] },
      remove: { r: [{ x: 1, y: 2 }] },
      stamp: { by: '$user.id', at: '$now' } as const,
    };
    const before = { gone: 1, n: 3, l: ['a'], r: [{ y: 2, x: 1 }, 2, { y: 2, x: 1 }] };
    const stamps = { userId: 'u7', now: '2026-11-23T04:00:00.123Z' };
    expect(applyChanges(before, changes, stamps)).toEqual({
      ok: true,
      data: { a: { b: 1 }, n: 5, m: 0.5, l: ['a', 'c'], k: [1], r: [2], by: 'u7', at: stamps.now },
    });
  });

  it.each([
    ['a number that is none', { increment: { t: 1 } }, 't'],
    ['a sum out of range', { increment: { most: 1 } }, 'most'],
    ['a list that is none', { append: { t: [1] } }, 't'],
    ['items of what is no list', { remove: { t: [1] } }, 't'],
    ['a way through a text', { set: { 't.x': 1 } }, 't.x'],
  ])('names the field at fault: %s', (_, changes, field) => {
    expect(applyChanges({ t: 'x', most: Number.MAX_SAFE_INTEGER }, changes)).toMatchObject({ ok: false, field });
  });

  it('is laid over what is confirmed; where it does not fit, that stays', () => {
    const key = { entityType: 'T', entityId: '1' };
    expect(overlay({ n: 1 }, { op: 'update', ...key, increment: { n: 1 } })).toEqual({ n: 2 });
    expect(overlay({ n: 'x' }, { op: 'update', ...key, increment: { n: 1 } })).toEqual({ n: 'x' });
    expect(overlay(null, { op: 'update', ...key, set: { n: 1 } })).toBeNull();
    expect(overlay(null, { op: 'create', ...key, data: { n: 1 } })).toEqual({ n: 1 });
    expect(overlay({ n: 1 }, { op: 'delete', ...key, baseVersion: 1 })).toBeNull();
  });
});
