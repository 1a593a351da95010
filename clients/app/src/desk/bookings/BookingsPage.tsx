// Who has taken what, and when it comes back.
import { useMutation, usePaginatedData } from '@coterie/react';
import type { Shown } from '@coterie/client';
import { CalendarRange } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { navigate, useQuery } from '../../router/router.js';
import { Badge, Button, Empty, Page, Skeleton, toast } from '../../ui/index.js';
import { LastChange, StaleMark } from '../shared/LastChange.js';
import { report } from '../shared/outcome.js';
import { bookingStatuses, statusTone } from '../shared/records.js';
import type { Booking } from '../shared/records.js';
import { stepsFrom, take } from './steps.js';
import type { Step } from './steps.js';

export function BookingsPage(): ReactNode {
  const status = new URLSearchParams(useQuery()).get('status') ?? '';
  const list = usePaginatedData<Booking>('Booking', 'Booking', 50, {
    sort: '-from',
    ...(status ? { filter: { status } } : {}),
  });
  const show = (next: string) => navigate(next ? `/bookings?status=${next}` : '/bookings', { replace: true });
  const isEmpty = list.data.length === 0;
  return (
    <Page
      title="Bookings"
      subtitle={<StaleMark stale={list.isStale} />}
      actions={
        <select
          className="input filter"
          aria-label="Status"
          value={status}
          onChange={(event) => show(event.target.value)}
        >
          <option value="">Any status</option>
          {bookingStatuses.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      }
    >
      {isEmpty && list.status === 'loading' && <Skeleton lines={10} label="Loading the bookings" />}
      {isEmpty && list.status !== 'loading' && (
        <Empty icon={<CalendarRange />} title={list.message ?? 'No bookings here'}>
          <p>
            Book a vehicle from the <Link to="/fleet">fleet</Link>.
          </p>
        </Empty>
      )}
      {!isEmpty && (
        <div className="card table-wrap">
          <table className="table stacks">
            <thead>
              <tr>
                <th>Customer</th>
                <th>Vehicle</th>
                <th>Days</th>
                <th>Status</th>
                <th>Last change</th>
                <th>
                  <span className="hidden-visually">Next</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.data.map((item) => (
                <Row key={item.entityId} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasMore && (
        <Button disabled={list.loadingMore} onClick={() => void list.loadMore()}>
          More bookings
        </Button>
      )}
    </Page>
  );
}

function Row({ item }: { item: Shown<Booking> }): ReactNode {
  const { data, entityId } = item;
  const tone = statusTone[data.status];
  return (
    <tr data-id={entityId}>
      <td>
        <Link to={`/bookings/${encodeURIComponent(entityId)}`}>{data.customer}</Link>
        <div className="muted small">{data.number}</div>
      </td>
      <td>
        <span className="number">{data.units} × </span>
        <Link to={`/fleet/${encodeURIComponent(data.vehicle)}`}>{data.vehicleName}</Link>
      </td>
      <td className="number">
        {data.from} – {data.to}
      </td>
      <td>
        <Badge {...(tone ? { tone } : {})}>{data.status}</Badge>
      </td>
      <td>
        <LastChange of={item} />
      </td>
      <td>
        <Steps id={entityId} booking={data} />
      </td>
    </tr>
  );
}

export function Steps({ id, booking }: { id: string; booking: Booking }): ReactNode {
  const { mutate, pending } = useMutation((tx, step: Step) => take(tx, id, booking, step));
  const run = async (step: Step) => {
    const result = await mutate(step);
    if (result.ok) toast({ title: `${booking.customer}: ${step.to}` });
    else report(step.name, result);
  };
  return (
    <span className="cluster">
      {stepsFrom(booking.status).map((step) => (
        <Button
          key={step.to}
          small
          disabled={pending}
          kind={step.to === 'cancelled' ? 'quiet' : 'plain'}
          onClick={() => void run(step)}
        >
          {step.name}
        </Button>
      ))}
    </span>
  );
}
