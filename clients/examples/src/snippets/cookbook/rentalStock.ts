import type { Coterie } from '@coterie/client';

/** Rents `units` of a vehicle, if so many are left: stock and booking together, or neither. In words for the clerk. */
export async function rent(coterie: Coterie, vehicle: string, customer: string, units: number): Promise<string> {
  const result = await coterie
    .transaction()
    .take('Vehicle', vehicle, 'available', units)
    .create('Booking', { vehicle, customer, units, status: 'open' }, { number: { bookingNumber: 'booking' } })
    .commit();
  if (result.ok) return `Booked as ${result.results[1]?.numbers?.['bookingNumber'] ?? result.mutationId}.`;
  if (result.status === 'rejected' && result.code === 'guard_failed') {
    return `Only ${String(result.current?.data['available'] ?? 0)} left.`;
  }
  return result.message;
}

/** Gives them back, once: the second of two who try is told that it was done already. */
export async function giveBack(coterie: Coterie, booking: string, vehicle: string, units: number) {
  return coterie
    .transaction()
    .transition('Booking', booking, 'status', 'open', 'returned')
    .give('Vehicle', vehicle, 'available', units)
    .commit();
}
