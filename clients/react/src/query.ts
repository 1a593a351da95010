// Live records in the cache of TanStack Query: the query's function waits for the first state, and every later one is
// written into the cache for as long as somebody looks at the query.
import type { DataTag, QueryClient, QueryFunction, QueryKey } from '@tanstack/react-query';
import type { Coterie, ListOptions, ListState, Observable, RecordState, TypeName, TypeOf } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';

/** Nothing to show and nothing to wait for: `denied` or `error`. */
export class CoterieQueryError extends Error {
  constructor(
    readonly status: string,
    message: string | undefined,
  ) {
    super(message ?? status);
    this.name = 'CoterieQueryError';
  }
}

interface Status {
  readonly status: string;
  readonly message?: string;
}

const numbers = new WeakMap<Coterie, number>();
let lastNumber = 0;

/** Tells clients apart: what the stand-in of a first render was asked for is not what the client will be asked for. */
function numberOf(coterie: Coterie): number {
  const number = numbers.get(coterie) ?? ++lastNumber;
  numbers.set(coterie, number);
  return number;
}

const following = new WeakMap<QueryClient, Map<string, () => void>>();

/** Writes what `source` shows into the cache, until nobody looks at the query any more. */
function follow<S extends Status>(cache: QueryClient, key: QueryKey, source: Observable<S>): void {
  const all = following.get(cache) ?? new Map<string, () => void>();
  following.set(cache, all);
  const name = JSON.stringify(key);
  all.get(name)?.();
  const stopRecord = source.subscribe(() => {
    const state = source.get();
    if (state.status !== 'loading') cache.setQueryData(key, state);
    // Emptied: nobody, or somebody else, is signed in.
    else void cache.resetQueries({ queryKey: key, exact: true });
  });
  const stopCache = cache.getQueryCache().subscribe(({ type, query }) => {
    if (JSON.stringify(query.queryKey) !== name) return;
    const left = type === 'observerRemoved' && query.getObserversCount() === 0;
    if (!left && type !== 'removed') return;
    stop();
    // Not followed any more: asked for anew by whoever looks next.
    if (left) void cache.invalidateQueries({ queryKey: key, exact: true, refetchType: 'none' });
  });
  const stop = () => {
    stopRecord();
    stopCache();
    all.delete(name);
  };
  all.set(name, stop);
}

const forgetting = new WeakMap<QueryClient, WeakSet<Coterie>>();

/** Nobody is shown what was cached for the one before. */
function forget(cache: QueryClient, coterie: Coterie): void {
  const known = forgetting.get(cache) ?? new WeakSet();
  forgetting.set(cache, known);
  if (known.has(coterie)) return;
  known.add(coterie);
  let last = coterie.connection.get().user?.id;
  coterie.connection.subscribe(() => {
    const { state, user } = coterie.connection.get();
    if (state === 'needs-auth' || (last !== undefined && user && user.id !== last))
      cache.removeQueries({ queryKey: ['coterie', numberOf(coterie)], type: 'inactive' });
    last = user?.id ?? last;
  });
}

/** The first state that says something. */
function firstOf<S extends Status>(source: Observable<S>, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const state = source.get();
      if (state.status === 'loading') return;
      end();
      if (state.status === 'denied' || state.status === 'error')
        reject(new CoterieQueryError(state.status, state.message));
      else resolve(state);
    };
    const give = () => {
      end();
      reject(signal.reason as Error);
    };
    let stop: (() => void) | null = null;
    const end = () => {
      stop?.();
      signal.removeEventListener('abort', give);
    };
    stop = source.subscribe(look);
    signal.addEventListener('abort', give);
    look();
  });
}

interface Fetching {
  readonly client: QueryClient;
  readonly signal: AbortSignal;
  readonly queryKey: QueryKey;
}

async function fetchLive<S extends Status>(
  coterie: Coterie,
  source: Observable<S>,
  { client, signal, queryKey }: Fetching,
): Promise<S> {
  forget(client, coterie);
  const state = await firstOf(source, signal);
  follow(client, queryKey, source);
  return state;
}

/** What `queryOptions` makes, by names that every version has. */
export interface LiveQueryOptions<S> {
  queryKey: DataTag<QueryKey, S>;
  queryFn: QueryFunction<S>;
  staleTime: number;
}

const optionsFor = <S extends Status>(
  coterie: Coterie,
  type: string,
  what: string | ListOptions,
  source: () => Observable<S>,
): LiveQueryOptions<S> => ({
  queryKey: ['coterie', numberOf(coterie), type, what] as QueryKey as DataTag<QueryKey, S>,
  staleTime: Infinity,
  queryFn: (context) => fetchLive(coterie, source(), context),
});

/**
 * Options for `useQuery` and the like: one record, live. `data` is the `RecordState`; a record that may not be read
 * makes the query fail with a `CoterieQueryError`.
 *
 * @example
 * const { data } = useQuery(coterieQueryOptions<Booking>(useCoterie(), 'Booking', id));
 * data?.data?.note;
 */
export function coterieQueryOptions<K extends TypeName>(
  coterie: Coterie,
  type: K,
  id: string,
): LiveQueryOptions<RecordState<TypeOf<K>>>;
export function coterieQueryOptions<T extends object = JsonObject>(
  coterie: Coterie,
  type: string,
  id: string,
): LiveQueryOptions<RecordState<T>>;
export function coterieQueryOptions<T extends object>(
  coterie: Coterie,
  type: string,
  id: string,
): LiveQueryOptions<RecordState<T>> {
  return optionsFor(coterie, type, id, () => coterie.record<T>(type, id));
}

/**
 * Options for `useQuery` and the like: a list, live. `data` is the `ListState`, with `items`.
 *
 * @example
 * const { data } = useQuery(listQueryOptions<Booking>(useCoterie(), 'Booking', { sort: '-due' }));
 */
export function listQueryOptions<K extends TypeName>(
  coterie: Coterie,
  type: K,
  options?: ListOptions,
): LiveQueryOptions<ListState<TypeOf<K>>>;
export function listQueryOptions<T extends object = JsonObject>(
  coterie: Coterie,
  type: string,
  options?: ListOptions,
): LiveQueryOptions<ListState<T>>;
export function listQueryOptions<T extends object>(
  coterie: Coterie,
  type: string,
  options: ListOptions = {},
): LiveQueryOptions<ListState<T>> {
  return optionsFor(coterie, type, options, () => coterie.list<T>(type, options));
}
