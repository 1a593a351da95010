import { describe, expect, it } from 'vitest';
import { readNumber } from '../../src/desk/shared/numbers.js';

describe('A number that is typed', () => {
  it('is read with a point or a comma', () => {
    expect(readNumber(' 12.5 ')).toEqual({ ok: true, value: 12.5 });
    expect(readNumber('12,5')).toEqual({ ok: true, value: 12.5 });
    expect(readNumber('-3')).toEqual({ ok: true, value: -3 });
  });
  it('is refused in words where it is none', () => {
    for (const text of ['1e3', '0x10', '12 cars', '1.2.3', 'NaN']) {
      expect(readNumber(text)).toEqual({ ok: false, error: 'That is no number.' });
    }
  });
  it('keeps to its rule', () => {
    expect(readNumber('2.5', { integer: true })).toEqual({ ok: false, error: 'A whole number is needed.' });
    expect(readNumber('-1', { min: 0 })).toEqual({ ok: false, error: 'At least 0.' });
    expect(readNumber('17', { max: 16 })).toEqual({ ok: false, error: 'At most 16.' });
  });
  it('may be left out only where that means something', () => {
    expect(readNumber('', { optional: true })).toEqual({ ok: true, value: null });
    expect(readNumber('  ')).toEqual({ ok: false, error: 'A number is needed.' });
  });
});
