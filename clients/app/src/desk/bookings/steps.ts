// What may become of a booking, and what each step gives back.
import type { Transaction } from '@coterie/client';
import type { Booking, BookingStatus } from '../shared/records.js';

export interface Step {
  readonly to: BookingStatus;
  readonly name: string;
  readonly givesBack: boolean;
}

const steps: { [from in BookingStatus]: readonly Step[] } = {
  booked: [
    { to: 'out', name: 'Hand over', givesBack: false },
    { to: 'cancelled', name: 'Cancel booking', givesBack: true },
  ],
  out: [{ to: 'returned', name: 'Take back', givesBack: true }],
  returned: [],
  cancelled: [],
};

export const stepsFrom = (status: BookingStatus): readonly Step[] => steps[status] ?? [];

/** The step and what it gives back to the fleet, both or neither; refused where the booking has moved on. */
export function take(tx: Transaction, id: string, booking: Booking, step: Step): Transaction {
  const moved = tx.transition('Booking', id, 'status', booking.status, step.to);
  return step.givesBack ? moved.give('Vehicle', booking.vehicle, 'available', booking.units) : moved;
}
