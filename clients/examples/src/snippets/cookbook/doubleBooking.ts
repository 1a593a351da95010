import type { Coterie } from '@coterie/client';

/** One record for each day of a room: `unique = [["room", "day"]]` in coterie.toml lets only one of two through. */
export async function book(coterie: Coterie, room: string, days: string[], guest: string): Promise<string> {
  const transaction = coterie.transaction();
  for (const day of days) transaction.create('Night', { room, day, guest });
  const result = await transaction.commit();
  if (result.ok) return `Booked for ${days.length} nights.`;
  if (result.status === 'rejected' && result.code === 'unique') {
    return `${room} is taken on ${days[result.opIndex] ?? 'one of these days'}; nothing was booked.`;
  }
  return result.message;
}
