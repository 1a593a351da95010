// What was done to a record, page by page, and putting an old state back.
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { MutationResult, RecordHandle, RecordState } from '@coterie/client';
import type { PastEvent } from '@coterie/protocol';
import { firstRecord } from './idle.js';
import { useLatest } from './lifetime.js';
import { useSlice } from './observe.js';
import { useRecord } from './record.js';

export interface HistoryView {
  /** The newest first, each with the `old` values. */
  readonly events: readonly PastEvent[];
  readonly status: 'loading' | 'ready' | 'error';
  /** Why, of an `error`. */
  readonly message?: string;
  readonly hasMore: boolean;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  /** Makes the record what it was at that version, as a new version. */
  restore(version: number): Promise<MutationResult>;
}

interface Shown {
  readonly of: RecordHandle | null;
  readonly events: readonly PastEvent[];
  readonly status: HistoryView['status'];
  readonly next?: number | undefined;
  readonly message?: string;
}
const nothing: Shown = { of: null, events: [], status: 'loading' };

/** What is newer and what is older in one list, each version once; without the older where some are missing between. */
function joined(newer: Shown, { events, next }: Shown): Pick<Shown, 'events' | 'next'> {
  const oldest = newer.events.at(-1)?.version ?? Infinity;
  if (events[0] && events[0].version < oldest - 1) return { events: newer.events, next: newer.next };
  return { events: [...newer.events, ...events.filter((event) => event.version < oldest)], next };
}

const momentOf = (state: RecordState) => (state.status === 'loading' ? '' : `${state.status} ${state.version}`);

/**
 * The history of one record: who changed what, when, from what to what. It follows the record: a new version is at
 * the top as soon as it is live. `restore` ends in one typed result; a failed page is `status: 'error'`, with what has
 * come already kept, and `refresh` tries again.
 *
 * @example
 * const { events, hasMore, loadMore, restore } = useHistory('Booking', id);
 */
export function useHistory(
  type: string,
  id: string | null | undefined,
  { pageSize = 50 }: { pageSize?: number } = {},
): HistoryView {
  const record = useRecord(type, id);
  const moment = useSlice(record, firstRecord, momentOf);
  const [kept, keep] = useState<Shown>(nothing);
  const shown = kept.of === record ? kept : nothing;
  const latest = useLatest(shown);

  const fetchPage = useCallback(
    async (before?: number) => {
      const answer = await record.history({ limit: pageSize, ...(before !== undefined && { before }) });
      keep((all) => {
        const known = all.of === record ? all : nothing;
        if (!answer.ok) return { ...known, of: record, status: 'error', message: answer.message };
        const page: Shown = { of: record, status: 'ready', events: answer.events, next: answer.next };
        const old = known.events.length ? known : page;
        return { ...page, ...(before === undefined ? joined(page, old) : joined(old, page)) };
      });
    },
    [record, pageSize],
  );
  useEffect(() => {
    if (moment) void fetchPage();
  }, [fetchPage, moment]);

  const calls = useMemo(
    () => ({
      loadMore: async () => {
        const { next } = latest.current;
        if (next !== undefined) await fetchPage(next);
      },
      refresh: () => fetchPage(),
      restore: (version: number) => record.restore(version),
    }),
    [fetchPage, record, latest],
  );
  return useMemo(() => ({ ...shown, ...calls, hasMore: shown.next !== undefined }), [shown, calls]);
}
