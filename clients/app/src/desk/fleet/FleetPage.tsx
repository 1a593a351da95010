// The fleet: what there is, live, with filters, search and order in the address.
import { useConnection, usePaginatedData } from '@coterie/react';
import { Car } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { navigate, useQuery } from '../../router/router.js';
import { Button, Empty, Page, SearchBox, Skeleton } from '../../ui/index.js';
import { BookDialog } from '../bookings/BookDialog.js';
import { Choice } from '../shared/Choice.js';
import { StaleMark } from '../shared/LastChange.js';
import { whoIsWhere } from '../shared/people.js';
import { vehicleStatuses } from '../shared/records.js';
import type { Vehicle } from '../shared/records.js';
import { FleetGrid } from './FleetGrid.js';
import { optionsOf, plainView, queryOf, sortedBy, viewOf } from './view.js';
import type { FleetView } from './view.js';

const pageSize = 200;
const counted = new Intl.NumberFormat('en');

export function FleetPage(): ReactNode {
  const query = useQuery();
  const view = useMemo(() => viewOf(query), [query]);
  const show = (changed: Partial<FleetView>) =>
    navigate(`/fleet${queryOf({ ...view, ...changed })}`, { replace: true });
  const list = usePaginatedData<Vehicle>('Vehicle', 'Vehicle', pageSize, optionsOf(view));
  const session = useConnection((connection) => connection.sessionId);
  const where = useMemo(() => whoIsWhere(list.presence, list.locks, session), [list.presence, list.locks, session]);
  const [booking, setBooking] = useState<string | null>(null);
  const [total, setTotal] = useState<number | undefined>();
  const { count } = list;
  useEffect(() => {
    if (list.status !== 'live') return;
    let gone = false;
    void count().then((answer) => gone || setTotal(answer.ok ? answer.total : undefined));
    return () => void (gone = true);
  }, [count, list.status, list.data.length]);

  const isEmpty = list.data.length === 0;
  return (
    <Page
      title="Fleet"
      fills
      subtitle={
        <span className="cluster">
          {list.status === 'loading' ? 'Loading' : `${counted.format(total ?? list.data.length)} vehicles`}
          <StaleMark stale={list.isStale} />
        </span>
      }
      actions={<Filters view={view} onChange={show} />}
    >
      {isEmpty && list.status === 'loading' && <Skeleton lines={14} rows label="Loading the fleet" />}
      {isEmpty && (list.status === 'denied' || list.status === 'error') && (
        <Empty icon={<Car />} title="The fleet cannot be shown">
          <p>{list.message ?? 'You may not see it.'}</p>
        </Empty>
      )}
      {isEmpty && (list.status === 'live' || list.status === 'stale') && (
        <Empty icon={<Car />} title="No vehicle fits">
          <Button onClick={() => navigate('/fleet', { replace: true })}>Show all</Button>
        </Empty>
      )}
      {!isEmpty && (
        <FleetGrid
          key={queryOf({ ...view, sort: plainView.sort })}
          items={list.data}
          total={total}
          hasMore={list.hasMore}
          loadMore={list.loadMore}
          sort={view.sort}
          onSort={(field) => show({ sort: sortedBy(view.sort, field) })}
          where={where}
          onBook={setBooking}
        />
      )}
      {booking !== null && <BookDialog id={booking} onClose={() => setBooking(null)} />}
    </Page>
  );
}

const searchAfterMs = 150;
const origins = ['Europe', 'Japan', 'USA'] as const;

function Filters({ view, onChange }: { view: FleetView; onChange(changed: Partial<FleetView>): void }): ReactNode {
  const [typed, setTyped] = useState(view.search);
  useEffect(() => setTyped(view.search), [view.search]);
  useEffect(() => {
    if (typed === view.search) return;
    const timer = setTimeout(() => onChange({ search: typed }), searchAfterMs);
    return () => clearTimeout(timer);
  });
  return (
    <div className="filters" role="search" aria-label="Fleet">
      <SearchBox label="Search by name or note" value={typed} onChange={setTyped} />
      <Choice name="status" of={vehicleStatuses} value={view.status} onChange={(status) => onChange({ status })} />
      <Choice name="origin" of={origins} value={view.origin} onChange={(origin) => onChange({ origin })} />
      <Button aria-pressed={view.left} onClick={() => onChange({ left: !view.left })}>
        Some left
      </Button>
    </div>
  );
}
