// A moment in words, the exact time as its tooltip.
import type { ReactNode } from 'react';
import { ago, exactly, useNow } from './time.js';

export function Ago({ at }: { at: number | string }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {ago(at, now)}
    </time>
  );
}
