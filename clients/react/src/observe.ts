// Reading what changes: an Observable of the client as React wants it. Nothing is subscribed to during a render, and a
// component renders again only where the slice it selects has changed.
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Observable } from '@coterie/client';

const kindOf = (value: unknown): unknown => (value as object | null | undefined)?.constructor;

/** Whether both show the same: equal, or plain objects or lists of equal members. */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const kind = kindOf(a);
  if (kind !== kindOf(b) || (kind !== Object && kind !== Array)) return false;
  const [one, other] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

export const sessionOf = ({ sessionId }: { readonly sessionId?: string }): string | undefined => sessionId;
export const isLive = ({ state }: { readonly state: string }): boolean => state === 'live';
export const whole = <T>(value: T): T => value;

/**
 * A slice of what `source` shows, the same object for as long as it shows the same. `start` stands for the source on
 * a server and while a page of a server is taken over, so that both make the same page.
 */
export function useSlice<T, S>(source: Observable<T>, start: T, select: (value: T) => S): S {
  const last = useRef<{ slice: S } | null>(null);
  const [read, readStart] = useMemo(() => {
    let memo: { of: T; slice: S } | null = null;
    const sliceOf = (value: T): S => {
      if (memo && memo.of === value) return memo.slice;
      const fresh = select(value);
      const old = memo ?? last.current;
      memo = { of: value, slice: old && alike(old.slice, fresh) ? old.slice : fresh };
      return memo.slice;
    };
    return [() => sliceOf(source.get()), () => sliceOf(start)];
  }, [source, start, select]);
  const subscribe = useCallback((listener: () => void) => source.subscribe(listener), [source]);
  const slice = useSyncExternalStore(subscribe, read, readStart);
  useEffect(() => {
    last.current = { slice };
  });
  return slice;
}

/** These calls of `of`, to be handed about: each the same function while `of` is the same. */
export function useCalls<T extends object, K extends keyof T & string>(of: T, ...names: K[]): Pick<T, K> {
  return useMemo(() => {
    const calls = of as Record<string, (...words: unknown[]) => unknown>;
    return Object.fromEntries(names.map((name) => [name, (...words: unknown[]) => calls[name]?.(...words)])) as Pick<
      T,
      K
    >;
  }, [of]);
}

/** The same object while its members are the same; always the same members, in the same order. */
export function useView<V extends object>(view: V): V {
  return useMemo(() => view, Object.values(view));
}

/**
 * What a hook gives: the slice that `select` takes; without it all that `source` shows, and `more` besides (always the
 * same members, in the same order).
 */
export function useShown<T extends object, S, M extends object>(
  source: Observable<T>,
  start: T,
  select: ((value: T) => S) | undefined,
  more: (value: T) => M,
): (T & M) | S {
  const slice = useSlice<T, T | S>(source, start, select ?? whole);
  const extra = select ? {} : more(slice as T);
  return useMemo(
    () => (select ? (slice as S) : { ...(slice as T), ...(extra as M) }),
    [slice, ...Object.values(extra)],
  );
}

/** All that `source` shows. */
export const useWhole = <T>(source: Observable<T>, start: T): T => useSlice<T, T>(source, start, whole);
