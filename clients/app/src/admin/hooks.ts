// From things that change to components.
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { DependencyList } from 'react';
import type { Observable } from '@coterie/client';
import type { Answered } from './api/answer.js';
import { browserClock } from './poll/clock.js';
import { Pages, type PagesState, type ReadPage } from './poll/pages.js';
import { Poller, type PollState } from './poll/poller.js';

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** Asks now and every `everyMs` while the component is there and the page is shown; anew when `deps` change. */
export function usePolled<T>(
  ask: (signal: AbortSignal) => Promise<Answered<T>>,
  everyMs: number,
  deps: DependencyList,
): PollState<T> & { refresh(): void } {
  const poller = useMemo(() => new Poller(ask, everyMs, browserClock), deps);
  const state = useObservable(poller);
  return { ...state, refresh: poller.refresh };
}

export interface PagedList<T> extends PagesState<T> {
  refresh(): Promise<void>;
  loadMore(): Promise<void>;
}

/** A list by pages, its head asked for again every `everyMs` (0: never) while the page is shown. */
export function usePages<T>(
  read: ReadPage<T>,
  keyOf: (item: T) => string,
  options: { pageSize: number; everyMs: number },
  deps: DependencyList,
): PagedList<T> {
  const { pageSize, everyMs } = options;
  const pages = useMemo(() => new Pages(read, keyOf, pageSize, browserClock.now), deps);
  const state = useObservable(pages);
  const failures = useRef(0);
  useEffect(() => {
    failures.current = state.problem === null ? 0 : failures.current + 1;
  }, [state.problem]);
  useEffect(() => {
    void pages.refresh();
    if (everyMs === 0) return undefined;
    let skip = 0;
    const timer = window.setInterval(() => {
      if (!browserClock.page.visible() || pages.get().asking !== 'nothing') return;
      if (skip > 0) {
        skip -= 1;
        return;
      }
      skip = Math.min(2 ** failures.current - 1, 7);
      void pages.refresh();
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [pages, everyMs]);
  return { ...state, refresh: pages.refresh, loadMore: pages.loadMore };
}
