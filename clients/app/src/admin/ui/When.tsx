// A moment in words, past or to come, with the exact time as its title.
import type { ReactNode } from 'react';
import { useNow } from '../../ui/index.js';
import { exactTime, relativeTime } from '../format/times.js';

export function When({ at }: { at: string }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
