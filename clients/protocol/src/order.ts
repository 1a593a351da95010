// The order of values: numbers by value, texts by code point. JavaScript's own `<` goes by UTF-16 units, which is
// another order beyond U+FFFF; a list that was sorted by it would differ from the server's.
import type { JsonValue } from './json.js';

/** Negative, 0 or positive: by code point. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; ++i) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return raised(x) - raised(y);
  }
  return a.length - b.length;
}

/** Lifts the halves of what lies beyond U+FFFF above everything else. */
function raised(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Absent and null, booleans, numbers, texts, anything else. */
function rank(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0;
  return { boolean: 1, number: 2, string: 3 }[typeof value as string] ?? 4;
}

/** The order of a sort's values, ascending. Lists and objects are equal among themselves. */
export function compareValues(a: JsonValue | undefined, b: JsonValue | undefined): number {
  const kind = rank(a);
  const other = rank(b);
  if (kind !== other) return kind - other;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (kind === 0 || kind === 4) return 0;
  return Number(a) - Number(b);
}
