// The inbox of edits that clashed with others: who is to decide, and the decision.
import { GitMerge } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ConflictEntry } from '@coterie/protocol';
import { Badge, Button, Page, SelectField } from '../../ui/index.js';
import { useAdmin } from '../context.js';
import { usePages } from '../hooks.js';
import { FilterBar, useFilters } from '../ui/filters.js';
import { LateField } from '../ui/LateField.js';
import { PagedAnswer } from '../ui/PagedAnswer.js';
import { UserLink } from '../ui/parts.js';
import { Table, type Column } from '../../ui/Table.js';
import { When } from '../ui/When.js';
import { Decide } from './conflicts/Decide.js';

const names = ['state', 'entityType', 'assignee'] as const;

export function Conflicts(): ReactNode {
  const { api } = useAdmin();
  const [filters, setFilter, clear] = useFilters(names);
  const [deciding, setDeciding] = useState<number | null>(null);
  const state = filters.state === '' ? 'open' : filters.state;
  const key = JSON.stringify(filters);
  const list = usePages<ConflictEntry>(
    async (cursor, limit, signal) => {
      const asked = { ...filters, state: state === 'all' ? undefined : state, cursor, limit };
      const answer = await api.conflicts(asked, signal);
      if (!answer.ok) return answer;
      const { conflicts, cursor: next } = answer.value;
      return { ok: true, value: { items: conflicts, ...(next === undefined ? {} : { cursor: next }) } };
    },
    (one) => String(one.conflictId),
    { pageSize: 50, everyMs: 10_000 },
    [api, key],
  );
  const columns = useMemo(() => columnsOf(setDeciding), []);
  return (
    <Page title="Conflicts" subtitle="Edits that rested on an older version and clashed; nothing of them was written">
      <FilterBar filters={filters} onClear={clear}>
        <SelectField label="State" value={state} onChange={(event) => setFilter('state', event.target.value)}>
          <option value="open">Open</option>
          <option value="decided">Decided</option>
          <option value="dismissed">Dismissed</option>
          <option value="all">All</option>
        </SelectField>
        <LateField label="Type" value={filters.entityType ?? ''} onValue={(value) => setFilter('entityType', value)} />
        <LateField
          label="Assigned to"
          value={filters.assignee ?? ''}
          onValue={(value) => setFilter('assignee', value)}
        />
      </FilterBar>
      <PagedAnswer
        list={list}
        noun={['conflict', 'conflicts']}
        empty={{ icon: <GitMerge />, title: state === 'open' ? 'No conflict waits' : 'No conflict fits' }}
      >
        {(conflicts) => (
          <Table caption="Conflicts" columns={columns} rows={conflicts} keyOf={(one) => String(one.conflictId)} />
        )}
      </PagedAnswer>
      {deciding !== null && (
        <Decide id={deciding} onClose={() => setDeciding(null)} onDone={() => void list.refresh()} />
      )}
    </Page>
  );
}

const tones = { open: 'warning', decided: 'good', dismissed: undefined } as const;

function columnsOf(open: (id: number) => void): Column<ConflictEntry>[] {
  return [
    { name: 'Record', cell: (one) => <span className="adm-room">{`${one.entityType}/${one.entityId}`}</span> },
    { name: 'By', cell: (one) => <UserLink id={one.userId} /> },
    { name: 'Since', cell: (one) => <When at={one.storedAt} /> },
    { name: 'Clashes', cell: (one) => <Clashes conflict={one} /> },
    {
      name: 'State',
      cell: (one) => {
        const tone = tones[one.state];
        return (
          <>
            <Badge {...(tone === undefined ? {} : { tone })}>{one.state}</Badge>
            {one.decidedBy !== undefined && <span className="muted small"> by {one.decidedBy}</span>}
          </>
        );
      },
    },
    {
      name: 'Assigned to',
      cell: (one) =>
        one.assignee === undefined ? <span className="muted">nobody</span> : <UserLink id={one.assignee} />,
    },
    {
      name: 'Actions',
      quiet: true,
      cell: (one) => (
        <Button small onClick={() => open(one.conflictId)}>
          {one.state === 'open' ? 'Decide' : 'Look at'}
          <span className="hidden-visually">
            {one.entityType}/{one.entityId}
          </span>
        </Button>
      ),
    },
  ];
}

function Clashes({ conflict }: { conflict: ConflictEntry }): ReactNode {
  const fields = Object.entries(conflict.fields).filter(([, verdict]) => verdict === 'clash');
  if (fields.length === 0)
    return <span className="muted">{conflict.op === 'delete' ? 'deletes' : 'none by field'}</span>;
  return (
    <span className="cluster">
      {fields.map(([path]) => (
        <code key={path}>{path}</code>
      ))}
    </span>
  );
}
