// Things that live as long as a component does, and what is always of the last render.
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { alike } from './observe.js';

/** Before the browser paints; on a server, where there is no layout, nothing. */
export const useLayout = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** What the last render had, for functions that keep their identity. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useLayout(() => {
    latest.current = value;
  });
  return latest;
}

/** What options say, to tell them from others. (Functions say nothing, and an environment stays what it was.) */
export const saidBy = (options: object): string => JSON.stringify({ ...options, environment: 0 });

interface Held<R> {
  readonly resource: R;
  readonly of: readonly unknown[];
  users: number;
  dropped: boolean;
}

/**
 * A resource made once the component stands on the page, anew when `of` changes, and dropped `later` than its last
 * use: StrictMode's rehearsal (mount, unmount, mount) makes one, not two. Null while there is none, on a server too.
 */
export function useResource<R>(
  of: readonly unknown[],
  make: () => R | null,
  drop: (resource: R) => void,
  later: (work: () => void) => unknown = queueMicrotask,
): R | null {
  const [shown, show] = useState<Held<R> | null>(null);
  const last = useRef<Held<R> | null>(null);
  useLayout(() => {
    let held = last.current;
    if (!held || held.dropped || !alike(held.of, of)) {
      const resource = make();
      if (resource === null) return;
      held = last.current = { resource, of, users: 0, dropped: false };
    }
    const mine = held;
    mine.users++;
    show(mine);
    return () => {
      mine.users--;
      later(() => {
        if (mine.users || mine.dropped) return;
        mine.dropped = true;
        drop(mine.resource);
      });
    };
  }, of);
  return shown && alike(shown.of, of) ? shown.resource : null;
}
