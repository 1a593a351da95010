import { ConflictDialog, LockableField } from '@coterie/react/components';
import { useDraft } from '@coterie/react';

interface Booking {
  note: string;
  price: number;
  insured: boolean;
}

export function BookingForm({ id }: { id: string }) {
  const draft = useDraft<Booking>('Booking', id, { lock: 'on-focus', strategy: 'merge' });
  const insured = draft.field('insured');
  if (!draft.value) return <p>{draft.record.status}</p>;
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <LockableField draft={draft} path="note" label="Note" />
      <LockableField draft={draft} path="price" label="Price" type="number" />
      <label>
        <input
          type="checkbox"
          checked={insured.value === true}
          onChange={insured.onChange}
          aria-disabled={insured.locked}
        />
        Insured
      </label>
      <p role="status">{draft.message ?? draft.saveState}</p>
      <button onClick={() => void draft.undo()}>Undo</button>
      <ConflictDialog conflicts={draft.conflict ? [draft.conflict] : []} />
    </form>
  );
}
