// Lists: live, paged, in the order of the server.
import { useMemo } from 'react';
import type { Coterie, ListHandle, ListOptions, ListState, Shown, TypeName, TypeOf } from '@coterie/client';
import type { Filter, JsonObject } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { firstList } from './idle.js';
import { useCalls, useShown, useSlice, whole } from './observe.js';

/** The handle of a list, the same object while its options say the same. */
export function useListHandle<T extends object = JsonObject>(
  client: Coterie,
  type: string,
  options: ListOptions,
): ListHandle<T> {
  const text = JSON.stringify(options);
  return useMemo(() => client.list<T>(type, JSON.parse(text) as ListOptions), [client, type, text]);
}

/**
 * A slice of a live list, for a component that shows no more than that.
 *
 * @example
 * const late = useList('Booking', { filter: { status: 'late' } }, (list) => list.items.length);
 */
export function useList<K extends TypeName>(type: K, options?: ListOptions): ListState<TypeOf<K>>;
export function useList<K extends TypeName, S>(
  type: K,
  options: ListOptions,
  select: (state: ListState<TypeOf<K>>) => S,
): S;
export function useList<T extends object = JsonObject, S = ListState<T>>(
  type: string,
  options?: ListOptions,
  select?: (state: ListState<T>) => S,
): S;
export function useList<T extends object, S>(
  type: string,
  options: ListOptions = {},
  select: (state: ListState<T>) => S = whole as (state: ListState<T>) => S,
): S {
  return useSlice<ListState<T>, S>(useListHandle<T>(useCoterie(), type, options), firstList, select);
}

export interface PageOptions extends Omit<ListOptions, 'pageSize'> {}

export interface PaginatedView<T extends object = JsonObject> extends Omit<ListState<T>, 'items'> {
  /** The records so far, in order: what is in the cache at once, then live. */
  readonly data: readonly Shown<T>[];
  /** Shown from memory or disk while not live: mark it so. */
  readonly isStale: boolean;
  /** The next page; does nothing while one is coming or where there is none. */
  loadMore(): Promise<void>;
  /** Shows what `options.hold` has held back above (`newAbove`). */
  showNew(): void;
  /** Asks the server anew. */
  refresh(): Promise<void>;
  /** How many there are in all, counted now. */
  count: ListHandle<T>['count'];
}

/** `/api/v1/entities/Booking?filter=...&sort=-due&search=...`, as the server's HTTP interface has it. */
function optionsOf(typeOrUrl: string): PageOptions {
  const { filter, sort, search } = Object.fromEntries(new URLSearchParams(typeOrUrl.split('?')[1]));
  return { ...(filter && { filter: filterOf(filter) }), ...(sort && { sort }), ...(search && { search }) };
}

function filterOf(text: string): Filter {
  try {
    return JSON.parse(text) as Filter;
  } catch {
    throw new SyntaxError(`No JSON: filter=${text}`);
  }
}

/**
 * The records of a type page by page, live: what changes is changed in place, what leaves the filter goes.
 *
 * `typeOrUrl` is the type again, or a URL of the list as the HTTP interface takes it, of which `filter`, `sort` and
 * `search` are read; `options` win over it. Another type, page size or option is another list.
 *
 * @throws SyntaxError where the URL's `filter` is no JSON.
 * @example
 * const { data, loadMore, hasMore } = usePaginatedData<Booking>('Booking', 'Booking', 50, { sort: '-due' });
 */
export function usePaginatedData<K extends TypeName>(
  typeOrUrl: string,
  type: K,
  pageSize?: number,
  options?: PageOptions,
): PaginatedView<TypeOf<K>>;
export function usePaginatedData<T extends object = JsonObject>(
  typeOrUrl: string,
  type: string,
  pageSize?: number,
  options?: PageOptions,
): PaginatedView<T>;
export function usePaginatedData<T extends object>(
  typeOrUrl: string,
  type: string,
  pageSize = 50,
  options: PageOptions = {},
): PaginatedView<T> {
  const list = useListHandle<T>(useCoterie(), type, { ...optionsOf(typeOrUrl), ...options, pageSize });
  const calls = useCalls(list, 'loadMore', 'refresh', 'count', 'showNew');
  return useShown<ListState<T>, never, Omit<PaginatedView<T>, keyof ListState>>(
    list,
    firstList,
    undefined,
    ({ items, status }) => ({ ...calls, data: items, isStale: status === 'stale' }),
  );
}
