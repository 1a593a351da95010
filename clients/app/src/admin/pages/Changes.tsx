// Every change of every record, the newest first: who, when, old value to new.
import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PastEvent } from '@coterie/protocol';
import { Page } from '../../ui/index.js';
import type { Answered } from '../api/answer.js';
import type { AdminApi } from '../api/adminApi.js';
import { useAdmin } from '../context.js';
import { usePages, usePolled } from '../hooks.js';
import type { Page as PageOf } from '../poll/pages.js';
import { asked, useFilters } from '../ui/filters.js';
import { ChangeList, OperationBadge } from '../ui/ChangeList.js';
import { LateField } from '../ui/LateField.js';
import { LogFilters } from '../ui/LogFilters.js';
import { PagedAnswer } from '../ui/PagedAnswer.js';
import { UserLink } from '../ui/parts.js';
import { Table, type Column } from '../../ui/Table.js';
import { When } from '../ui/When.js';

const names = ['entityType', 'userId', 'since', 'until'] as const;

export async function readChanges(
  api: AdminApi,
  filters: { [name: string]: string | undefined },
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Answered<PageOf<PastEvent>>> {
  const answer = await api.history({ ...filters, before: cursor, limit }, signal);
  if (!answer.ok) return answer;
  const { events, next } = answer.value;
  return { ok: true, value: { items: events, ...(next === undefined ? {} : { cursor: String(next) }) } };
}

const columns: Column<PastEvent>[] = [
  { name: 'When', cell: (event) => <When at={event.timestamp} /> },
  { name: 'Who', cell: (event) => <UserLink id={event.userId} /> },
  { name: 'Did', cell: (event) => <OperationBadge event={event} /> },
  {
    name: 'Record',
    cell: (event) => (
      <span className="adm-room" title={`Version ${event.version}, commit ${event.seq}`}>
        {event.entityType}/{event.entityId}
      </span>
    ),
  },
  { name: 'What', cell: (event) => <ChangeList event={event} /> },
];

export function Changes(): ReactNode {
  const { api } = useAdmin();
  const [filters, setFilter, clear] = useFilters(names);
  const key = JSON.stringify(filters);
  const list = usePages(
    (cursor, limit, signal) => readChanges(api, asked(filters), cursor, limit, signal),
    (event) => `${event.seq} ${event.entityType}/${event.entityId}`,
    { pageSize: 50, everyMs: 10_000 },
    [api, key],
  );
  const { value: settings } = usePolled((signal) => api.configuration(signal), 60_000, [api]);
  return (
    <Page title="Changes" subtitle="Every change of every record, the newest first">
      <LogFilters filters={filters} onFilter={setFilter} onClear={clear}>
        <LateField
          label="Type"
          list="adm-types"
          value={filters.entityType ?? ''}
          onValue={(value) => setFilter('entityType', value)}
        />
        <datalist id="adm-types">
          {settings?.types?.map((type) => (
            <option key={type} value={type} />
          ))}
        </datalist>
      </LogFilters>
      <PagedAnswer
        list={list}
        noun={['change', 'changes']}
        empty={{
          icon: <History />,
          title: 'No change fits',
          text: <p>Nothing was changed, or the filters let nothing through.</p>,
        }}
      >
        {(events) => (
          <Table
            caption="Changes"
            columns={columns}
            rows={events}
            keyOf={(event) => `${event.seq} ${event.entityType}/${event.entityId}`}
          />
        )}
      </PagedAnswer>
    </Page>
  );
}
