// What JSON cannot carry, found before it is shown, kept or sent: there each would fail in another way, or be lost.

/** In words, with the path to it; null: all of it can be sent. */
export function unfit(value: unknown, path = '', above: readonly unknown[] = []): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return sentence(path, String(value));
  if (['bigint', 'function', 'symbol'].includes(typeof value)) return sentence(path, `a ${typeof value}`);
  if (typeof value !== 'object' || value === null) return null;
  if (above.includes(value)) return sentence(path, 'a part of itself');
  for (const [name, inner] of Object.entries(value)) {
    const found = unfit(inner, path ? `${path}.${name}` : name, [...above, value]);
    if (found !== null) return found;
  }
  return null;
}

function sentence(path: string, what: string): string {
  return `${path || 'This'} cannot be sent: it is ${what}.`;
}
