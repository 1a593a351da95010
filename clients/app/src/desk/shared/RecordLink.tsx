// A record by its name, once that is known, as a link to its page.
import { useEntity } from '@coterie/react';
import type { RecordState } from '@coterie/client';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';

const pages: { [type: string]: string } = { Vehicle: 'fleet', Booking: 'bookings' };

export function RecordLink({ type, id }: { type: string; id: string }): ReactNode {
  const name = useEntity(type, id, ({ data }: RecordState) => data?.Name ?? data?.customer);
  const words = typeof name === 'string' && name ? name : `${type} ${id.slice(0, 12)}`;
  const page = pages[type];
  return page ? <Link to={`/${page}/${encodeURIComponent(id)}`}>{words}</Link> : <>{words}</>;
}
