// One vehicle: its fields, who is here, what is booked of it, and its history.
import { useConflicts, useConnection, useEntity, useList } from '@coterie/react';
import { Minus, Plus, SearchX, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { Avatars, Badge, Button, Empty, Page, Skeleton } from '../../ui/index.js';
import { BookDialog } from '../bookings/BookDialog.js';
import { DraftInput } from '../shared/DraftInput.js';
import { HistoryCard } from '../shared/HistoryCard.js';
import { LastChange, StaleMark } from '../shared/LastChange.js';
import { asPerson, learn } from '../shared/people.js';
import { vehicleStatuses } from '../shared/records.js';
import type { Booking, Vehicle } from '../shared/records.js';
import { SaveMark } from '../shared/SaveMark.js';
import { Days, Status } from '../shared/values.js';
import { useAsked } from '../shared/useRecord.js';

export function VehiclePage({ id }: { id: string }): ReactNode {
  const vehicle = useEntity<Vehicle>('Vehicle', id, { presence: true, draft: { lock: 'on-focus' } });
  const { data, entity, status, others, draft, record } = vehicle;
  const [booking, setBooking] = useState(false);
  useAsked(record as never);
  useEffect(() => learn(others), [others]);
  const waiting = useConflicts('Vehicle', id).length;
  if (!data || !entity) return <Missing status={status} message={vehicle.message} />;
  const wired = { draft: draft as never, type: 'Vehicle', id };
  return (
    <Page
      title={data.Name}
      back={{ to: '/fleet', name: 'Fleet' }}
      subtitle={
        <span className="cluster">
          <LastChange of={entity} />
          <StaleMark stale={vehicle.isStale} />
          <SaveMark state={draft.saveState} message={draft.message} />
          {waiting > 0 && <Badge tone="danger">{waiting} to decide</Badge>}
        </span>
      }
      actions={
        <div className="cluster">
          {status === 'live' && <Avatars people={others.map(asPerson)} />}
          <Button onClick={() => void draft.undo()} disabled={draft.saveState !== 'saved'}>
            <Undo2 size={16} aria-hidden /> Undo
          </Button>
          <Button kind="primary" disabled={data.status !== 'ready'} onClick={() => setBooking(true)}>
            Book
          </Button>
        </div>
      }
    >
      <div className="columns">
        <section className="card" aria-label="Fields">
          <div className="body form">
            <DraftInput {...wired} path="Name" />
            <DraftInput {...wired} path="status" kind="choice" choices={vehicleStatuses} />
            <DraftInput {...wired} path="dailyRate" kind="number" rule={{ min: 0, max: 10_000 }} />
            <DraftInput {...wired} path="Origin" />
            <DraftInput {...wired} path="Horsepower" kind="number" rule={{ min: 0, max: 2000, optional: true }} />
            <DraftInput {...wired} path="Miles_per_Gallon" kind="number" rule={{ min: 0, max: 500, optional: true }} />
            <div className="span">
              <DraftInput {...wired} path="note" kind="long" />
            </div>
            <Stock id={id} data={data} />
          </div>
        </section>
        <div className="stack">
          <Booked id={id} />
          <HistoryCard type="Vehicle" id={id} />
        </div>
      </div>
      {booking && <BookDialog id={id} onClose={() => setBooking(false)} />}
    </Page>
  );
}

/** How many there are: one more, one less of those that stand here. */
function Stock({ id, data }: { id: string; data: Vehicle }): ReactNode {
  const { record } = useEntity<Vehicle>('Vehicle', id);
  const change = (by: 1 | -1) =>
    void record.update(
      { increment: { units: by, available: by } },
      by < 0 ? { guard: { available: { $gte: 1 } } } : {},
    );
  return (
    <p className="span cluster">
      <span className="grow">
        <strong className="number">{data.available}</strong> of <span className="number">{data.units}</span> available
      </span>
      <Button small disabled={data.available < 1} onClick={() => change(-1)} aria-label="1 unit less">
        <Minus size={14} aria-hidden /> 1 unit
      </Button>
      <Button small onClick={() => change(1)} aria-label="1 unit more">
        <Plus size={14} aria-hidden /> 1 unit
      </Button>
    </p>
  );
}

function Booked({ id }: { id: string }): ReactNode {
  const { items, status } = useList<Booking>('Booking', { filter: { vehicle: id }, sort: '-from', pageSize: 20 });
  return (
    <section className="card" aria-label="Bookings of this vehicle">
      <header className="head">
        <h2>Bookings</h2>
      </header>
      {status === 'loading' && items.length === 0 ? (
        <div className="body">
          <Skeleton lines={3} />
        </div>
      ) : items.length === 0 ? (
        <Empty title="Not booked yet" />
      ) : (
        <ul className="lines">
          {items.map(({ entityId, data }) => (
            <li key={entityId}>
              <Link to={`/bookings/${encodeURIComponent(entityId)}`} className="grow clip">
                {data.customer}
              </Link>
              <span className="muted small number">
                {data.units} × <Days from={data.from} to={data.to} />
              </span>
              <Status of={data.status} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Missing({ status, message }: { status: string; message?: string | undefined }): ReactNode {
  const offline = useConnection((connection) => connection.state !== 'live');
  if (status === 'loading') {
    return (
      <Page title="Loading">
        {offline && <p className="muted">Not connected; this record is not kept here.</p>}
        <Skeleton lines={8} rows />
      </Page>
    );
  }
  const [title, why] = missing[status] ?? ['This record cannot be shown', 'Something went wrong.'];
  return (
    <Page title={title} back={{ to: '/fleet', name: 'Fleet' }}>
      <Empty icon={<SearchX />} title={message ?? why} />
    </Page>
  );
}

const missing: { [status: string]: [title: string, why: string] } = {
  gone: ['This record is not there', 'It was deleted, or the address is wrong.'],
  denied: ['You may not see this record', 'Somebody who administers this server can give you the right to.'],
};
