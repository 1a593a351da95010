// How much room there is for columns.
import { useSyncExternalStore } from 'react';

export type Room = 'narrow' | 'medium' | 'wide';

const medium = matchMedia('(min-width: 900px)');
const wide = matchMedia('(min-width: 1240px)');

function subscribe(listener: () => void): () => void {
  for (const query of [medium, wide]) query.addEventListener('change', listener);
  return () => {
    for (const query of [medium, wide]) query.removeEventListener('change', listener);
  };
}

export const useRoom = (): Room =>
  useSyncExternalStore(subscribe, () => (wide.matches ? 'wide' : medium.matches ? 'medium' : 'narrow'));
