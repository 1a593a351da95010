// Below a list that the server gives in one piece: how much of it is shown, and the way to see more.
import type { ReactNode } from 'react';
import { Button } from '../../ui/index.js';
import { formatCount, plural } from '../format/numbers.js';

/** How many are asked for; the last is the most that the server gives. */
export const limits = [100, 300, 1000] as const;
export type Limit = (typeof limits)[number];

interface LimitedProps {
  noun: string;
  shown: number;
  read: number;
  total: number;
  limit: Limit;
  onLimit(limit: Limit): void;
}

export function Limited({ noun, shown, read, total, limit, onLimit }: LimitedProps): ReactNode {
  const next = limits[limits.indexOf(limit) + 1];
  return (
    <footer className="adm-more">
      <span className="muted small" role="status">
        {plural(shown, noun)} shown{total > shown && ` of ${formatCount(total)}`}
        {read < total && next === undefined && `; the server lists at most ${formatCount(read)} at once`}
      </span>
      {read < total && next !== undefined && <Button onClick={() => onLimit(next)}>Load more</Button>}
    </footer>
  );
}
