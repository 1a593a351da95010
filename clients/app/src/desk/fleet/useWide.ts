// Whether there is room for all columns.
import { useSyncExternalStore } from 'react';

const query = matchMedia('(min-width: 900px)');

export const useWide = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches,
  );
