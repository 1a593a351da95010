// A list by pages, in its states, with a button for the next page.
import type { ReactNode } from 'react';
import { Button, Empty, Skeleton } from '../../ui/index.js';
import { formatCount, plural } from '../format/numbers.js';
import type { PagedList } from '../hooks.js';
import { Stale, Trouble } from './Trouble.js';

interface PagedAnswerProps<T> {
  list: PagedList<T>;
  empty: { icon?: ReactNode; title: string; text?: ReactNode };
  /** What is counted: "change". */
  noun: [one: string, many: string];
  children(items: readonly T[]): ReactNode;
}

export function PagedAnswer<T>({ list, empty, noun, children }: PagedAnswerProps<T>): ReactNode {
  const { items, problem, at, asking } = list;
  const again = () => void list.refresh();
  if (at === null && problem === null) return <Skeleton lines={8} rows />;
  if (at === null && problem !== null) return <Trouble problem={problem} retry={again} />;
  return (
    <>
      {problem !== null && <Stale problem={problem} at={at} retry={again} />}
      {items.length === 0 ? (
        <Empty icon={empty.icon} title={empty.title}>
          {empty.text}
        </Empty>
      ) : (
        children(items)
      )}
      <footer className="adm-more">
        <span className="muted small" role="status">
          {items.length > 0 && `${plural(items.length, ...noun)} shown`}
          {list.total !== undefined && list.total > items.length && ` of ${formatCount(list.total)}`}
        </span>
        {list.hasMore && (
          <Button onClick={() => void list.loadMore()} disabled={asking === 'more'}>
            {asking === 'more' ? 'Loading' : 'Load more'}
          </Button>
        )}
      </footer>
    </>
  );
}
