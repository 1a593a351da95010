// One booking: its fields, the next step, its history.
import { useEntity } from '@coterie/react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { Avatars, Page } from '../../ui/index.js';
import { Missing } from '../fleet/VehiclePage.js';
import { DraftInput } from '../shared/DraftInput.js';
import { HistoryCard } from '../shared/HistoryCard.js';
import { LastChange, StaleMark } from '../shared/LastChange.js';
import { asPerson } from '../shared/people.js';
import type { Booking } from '../shared/records.js';
import { SaveMark } from '../shared/SaveMark.js';
import { Status } from '../shared/values.js';
import { useAsked } from '../shared/useRecord.js';
import { Steps } from './BookingsPage.js';

export function BookingPage({ id }: { id: string }): ReactNode {
  const booking = useEntity<Booking>('Booking', id, { presence: true, draft: { lock: 'on-focus' } });
  const { data, entity, status, others, draft, record } = booking;
  useAsked(record as never);
  if (!data || !entity) return <Missing status={booking.status} message={booking.message} />;
  const wired = { draft: draft as never, type: 'Booking', id };
  return (
    <Page
      title={data.customer}
      back={{ to: '/bookings', name: 'Bookings' }}
      subtitle={
        <span className="cluster">
          <Status of={data.status} />
          {data.number} <LastChange of={entity} />
          <StaleMark stale={booking.isStale} />
          <SaveMark state={draft.saveState} message={draft.message} />
        </span>
      }
      actions={
        <div className="cluster">
          {status === 'live' && <Avatars people={others.map(asPerson)} />}
          <Steps id={id} booking={data} />
        </div>
      }
    >
      <div className="columns">
        <section className="card" aria-label="Fields">
          <div className="body form">
            <div className="span">
              <DraftInput {...wired} path="customer" />
            </div>
            <DraftInput {...wired} path="from" kind="date" />
            <DraftInput {...wired} path="to" kind="date" />
            <p className="span">
              <span className="number">{data.units} × </span>
              <Link to={`/fleet/${encodeURIComponent(data.vehicle)}`}>{data.vehicleName}</Link>
            </p>
            <div className="span">
              <DraftInput {...wired} path="note" kind="long" />
            </div>
          </div>
        </section>
        <HistoryCard type="Booking" id={id} />
      </div>
    </Page>
  );
}
