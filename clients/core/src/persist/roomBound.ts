// How many rooms the cache holds; the least recently used go first.

export const MOST_ROOMS = 200;

/** The keys of those that go, so that at most `most` stay. */
export function leastUsed(rooms: readonly { key: string; usedAt: number }[], most: number): string[] {
  if (rooms.length <= most) return [];
  const byAge = [...rooms].sort((a, b) => a.usedAt - b.usedAt);
  return byAge.slice(0, rooms.length - most).map(({ key }) => key);
}
