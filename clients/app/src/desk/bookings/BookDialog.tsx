// Booking: so many units are taken if so many are left, and the booking is made, both or neither.
import { useEntity, useMutation } from '@coterie/react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Button, Dialog, TextField, toast } from '../../ui/index.js';
import { readNumber } from '../shared/numbers.js';
import { reasonOf } from '../shared/outcome.js';
import type { Booking, Vehicle } from '../shared/records.js';

const dayMs = 86_400_000;
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

export function BookDialog({ id, onClose }: { id: string; onClose(): void }): ReactNode {
  const { data } = useEntity<Vehicle>('Vehicle', id);
  const [error, setError] = useState('');
  const { mutate, pending, waiting } = useMutation((tx, booking: Booking) =>
    tx.take('Vehicle', id, 'available', booking.units).create('Booking', booking, { number: { number: 'booking' } }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const units = readNumber(text('units'), { integer: true, min: 1, max: 1000 });
    if (!units.ok) return setError(units.error);
    if (text('to') < text('from')) return setError('It ends before it begins.');
    setError('');
    const result = await mutate(newBooking(id, data?.Name ?? '', units.value ?? 1, text));
    if (result.ok) {
      toast({ title: `Booked for ${text('customer')}`, text: `${units.value} × ${data?.Name ?? 'vehicle'}` });
      onClose();
    } else {
      setError(reasonOf(result) ?? '');
    }
  };
  const now = Date.now();
  return (
    <Dialog title={`Book ${data?.Name ?? ''}`} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <div className="span">
          <TextField label="Customer" name="customer" required maxLength={120} autoFocus autoComplete="off" />
        </div>
        <TextField label="From" name="from" type="date" defaultValue={day(now)} required />
        <TextField label="To" name="to" type="date" defaultValue={day(now + 2 * dayMs)} required />
        <TextField
          label="Units"
          name="units"
          inputMode="numeric"
          defaultValue="1"
          required
          hint={data ? `${data.available} of ${data.units} available now` : undefined}
        />
        <TextField label="Note" name="note" maxLength={500} autoComplete="off" />
        {error && (
          <p className="notice danger span" role="alert">
            {error}
          </p>
        )}
        {waiting && <p className="muted small span">Waits for the connection; it is safe to close this.</p>}
        <div className="foot span">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={pending}>
            {pending ? 'Booking' : 'Book'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The number is the server's to give. */
function newBooking(vehicle: string, vehicleName: string, units: number, text: (name: string) => string): Booking {
  return {
    customer: text('customer'),
    vehicle,
    vehicleName,
    from: text('from'),
    to: text('to'),
    units,
    status: 'booked',
    note: text('note'),
  } as Booking;
}
