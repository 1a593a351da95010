// Who has taken what, and when it comes back.
import { useMutation, usePaginatedData } from '@coterie/react';
import type { Shown } from '@coterie/client';
import { CalendarRange } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { navigate, useQuery } from '../../router/router.js';
import { Button, Empty, Page, Skeleton, Table, toast } from '../../ui/index.js';
import type { Column } from '../../ui/index.js';
import { Choice } from '../shared/Choice.js';
import { Days, Status } from '../shared/values.js';
import { LastChange, StaleMark } from '../shared/LastChange.js';
import { report } from '../shared/outcome.js';
import { bookingStatuses } from '../shared/records.js';
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
        <div className="filters">
          <Choice name="status" of={bookingStatuses} value={status} onChange={show} />
        </div>
      }
    >
      {isEmpty && list.status === 'loading' && <Skeleton lines={10} rows label="Loading the bookings" />}
      {isEmpty && list.status !== 'loading' && (
        <Empty icon={<CalendarRange />} title={list.message ?? 'No bookings here'}>
          <p>
            Book a vehicle from the <Link to="/fleet">fleet</Link>.
          </p>
        </Empty>
      )}
      {!isEmpty && <Table caption="Bookings" columns={columns} rows={list.data} keyOf={(item) => item.entityId} />}
      {list.hasMore && (
        <Button disabled={list.loadingMore} onClick={() => void list.loadMore()}>
          More bookings
        </Button>
      )}
    </Page>
  );
}

const columns: readonly Column<Shown<Booking>>[] = [
  {
    name: 'Customer',
    cell: ({ data, entityId }) => (
      <>
        <Link to={`/bookings/${encodeURIComponent(entityId)}`}>{data.customer}</Link>
        <div className="muted small number">{data.number}</div>
      </>
    ),
  },
  {
    name: 'Vehicle',
    cell: ({ data }) => (
      <span className="nowrap">
        <span className="number">{data.units} × </span>
        <Link to={`/fleet/${encodeURIComponent(data.vehicle)}`}>{data.vehicleName}</Link>
      </span>
    ),
  },
  { name: 'Days', cell: ({ data }) => <Days from={data.from} to={data.to} /> },
  { name: 'Status', cell: ({ data }) => <Status of={data.status} /> },
  { name: 'Last change', cell: (item) => <LastChange of={item} /> },
  { name: 'Next', quiet: true, cell: ({ data, entityId }) => <Steps id={entityId} booking={data} /> },
];

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
