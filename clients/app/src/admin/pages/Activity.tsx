// The activity log: sign-ins and administration, and every change of a record among them.
import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, Page, SelectField } from '../../ui/index.js';
import type { ActivityEntry, ChangeEntry } from '../api/types.js';
import { useAdmin } from '../context.js';
import { formatCount } from '../format/numbers.js';
import { usePages } from '../hooks.js';
import { asked, useFilters } from '../ui/filters.js';
import { ChangeList, OperationBadge } from '../ui/ChangeList.js';
import { LogFilters } from '../ui/LogFilters.js';
import { PagedAnswer } from '../ui/PagedAnswer.js';
import { Agent, UserLink } from '../ui/parts.js';
import { Table, type Column } from '../../ui/Table.js';
import { When } from '../ui/When.js';

type Row = ActivityEntry | ChangeEntry;
type Tone = 'good' | 'warning' | 'danger' | 'info' | undefined;

/** Those that the server knows today; another one is shown by its own name. */
const kinds: { [kind: string]: [words: string, tone: Tone] } = {
  signed_in: ['signed in', 'good'],
  sign_in_refused: ['sign-in refused', 'warning'],
  signed_out: ['signed out', undefined],
  token_reused: ['token used twice', 'danger'],
  session_ended: ['session ended', 'warning'],
  user_added: ['user added', 'info'],
  user_changed: ['user changed', 'info'],
  password_changed: ['password changed', 'info'],
  connection_ended: ['disconnected', 'warning'],
  lock_released: ['lock released', 'warning'],
  exported: ['exported', 'info'],
  configured: ['configured', 'info'],
  change: ['record changed', undefined],
};

const isChange = (row: Row): row is ChangeEntry => row.kind === 'change';
const keyOf = (row: Row) =>
  isChange(row) ? `change ${row.seq} ${row.entityType}/${row.entityId}` : `log ${row.number}`;

const columns: Column<Row>[] = [
  { name: 'When', cell: (row) => <When at={row.timestamp} /> },
  { name: 'Who', cell: (row) => <UserLink id={row.userId} /> },
  { name: 'What', cell: (row) => <Kind row={row} /> },
  { name: 'On', cell: (row) => <Subject row={row} /> },
  { name: 'From', cell: (row) => (isChange(row) ? null : row.address) },
  {
    name: 'Program',
    cell: (row) => (isChange(row) ? null : <Agent text={row.userAgent} />),
  },
  {
    name: 'Row',
    number: true,
    cell: (row) => (isChange(row) ? null : <span title={`SHA-256 ${row.hash}`}>{formatCount(row.number)}</span>),
  },
];

function Kind({ row }: { row: Row }): ReactNode {
  if (isChange(row)) return <OperationBadge event={row} />;
  const [words, tone] = kinds[row.kind] ?? [row.kind.replaceAll('_', ' '), undefined];
  return <Badge {...(tone === undefined ? {} : { tone })}>{words}</Badge>;
}

function Subject({ row }: { row: Row }): ReactNode {
  if (!isChange(row)) {
    return (
      <>
        {row.subject} {row.detail !== undefined && <span className="muted small">{row.detail}</span>}
      </>
    );
  }
  return (
    <details className="adm-details">
      <summary>
        {row.entityType}/{row.entityId}
      </summary>
      <ChangeList event={row} />
    </details>
  );
}

const names = ['kind', 'userId', 'since', 'until'] as const;

export function Activity(): ReactNode {
  const { api } = useAdmin();
  const [filters, setFilter, clear] = useFilters(names);
  const key = JSON.stringify(filters);
  const list = usePages<Row>(
    async (cursor, limit, signal) => {
      const answer = await api.activity({ ...asked(filters), cursor, limit }, signal);
      if (!answer.ok) return answer;
      const { activity, cursor: next } = answer.value;
      return { ok: true, value: { items: activity, ...(next === undefined ? {} : { cursor: next }) } };
    },
    keyOf,
    { pageSize: 50, everyMs: 10_000 },
    [api, key],
  );
  return (
    <Page title="Activity" subtitle="Who did what: sign-ins, administration, and every change, the newest first">
      <LogFilters filters={filters} onFilter={setFilter} onClear={clear}>
        <SelectField label="What" value={filters.kind} onChange={(event) => setFilter('kind', event.target.value)}>
          <option value="">Everything</option>
          {Object.entries(kinds).map(([kind, [words]]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </SelectField>
      </LogFilters>
      <Head rows={list.items} />
      <PagedAnswer
        list={list}
        noun={['row', 'rows']}
        empty={{ icon: <ScrollText />, title: 'Nothing in the log fits' }}
      >
        {(rows) => <Table caption="Activity" columns={columns} rows={rows} keyOf={keyOf} />}
      </PagedAnswer>
    </Page>
  );
}

/** The newest row's number and hash: kept elsewhere, it proves later that the log was not rewritten. */
function Head({ rows }: { rows: readonly Row[] }): ReactNode {
  const newest = rows.find((row): row is ActivityEntry => !isChange(row));
  if (newest === undefined) return null;
  const head = `${newest.number}:${newest.hash}`;
  return (
    <details className="adm-details small">
      <summary>How to prove that this log is whole</summary>
      <p className="muted">
        Each row holds the hash of the row before. On the server, this checks every row against a head that you have
        kept elsewhere; the newest row shown here is:
      </p>
      <pre className="adm-code">coterie audit verify --head {head}</pre>
    </details>
  );
}
