import { useList } from '@coterie/react';

/** Renders again only when the number changes. */
export function LateCount() {
  const late = useList('Booking', { filter: { status: 'late' } }, (list) =>
    list.hasMore ? `${list.items.length}+` : `${list.items.length}`,
  );
  return <b>{late} late</b>;
}
