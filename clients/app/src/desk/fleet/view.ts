// What the fleet shows, kept in the address: it can be sent to somebody, and outlives a reload.
import type { ListOptions } from '@coterie/client';
import type { Filter } from '@coterie/protocol';

export interface FleetView {
  readonly search: string;
  readonly status: string;
  readonly origin: string;
  /** Only those of which some are left. */
  readonly left: boolean;
  /** `Name`, `-dailyRate`. */
  readonly sort: string;
}

export const plainView: FleetView = { search: '', status: '', origin: '', left: false, sort: 'Name' };

export function viewOf(query: string): FleetView {
  const words = new URLSearchParams(query);
  return {
    search: words.get('search') ?? '',
    status: words.get('status') ?? '',
    origin: words.get('origin') ?? '',
    left: words.has('left'),
    sort: words.get('sort') ?? plainView.sort,
  };
}

export function queryOf(view: FleetView): string {
  const words = new URLSearchParams();
  if (view.search) words.set('search', view.search);
  if (view.status) words.set('status', view.status);
  if (view.origin) words.set('origin', view.origin);
  if (view.left) words.set('left', '');
  if (view.sort !== plainView.sort) words.set('sort', view.sort);
  const text = words.toString();
  return text ? `?${text}` : '';
}

/** The last word is one that is still being typed. */
export function searchOf(typed: string): string {
  const text = typed.trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return '';
  return /[\p{L}\p{N}]$/u.test(text) ? `${text}*` : text;
}

export function optionsOf(view: FleetView): ListOptions {
  const filter: Filter = {
    ...(view.status ? { status: view.status } : {}),
    ...(view.origin ? { Origin: view.origin } : {}),
    ...(view.left ? { available: { $gte: 1 } } : {}),
  };
  const search = searchOf(view.search);
  return {
    sort: view.sort,
    ...(Object.keys(filter).length ? { filter } : {}),
    ...(search ? { search } : {}),
  };
}

/** Up, down, up: a click on a column's head. */
export const sortedBy = (sort: string, field: string): string => (sort === field ? `-${field}` : field);
