// Who holds what, and the way to free it.
import { LockKeyholeOpen } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { LockEntry } from '@coterie/protocol';
import { Button, Empty, Page } from '../../ui/index.js';
import { useAdmin } from '../context.js';
import { formatCount, formatSpan } from '../format/numbers.js';
import { usePolled } from '../hooks.js';
import { Answer } from '../ui/Answer.js';
import { Confirm } from '../ui/Confirm.js';
import { Limited, limits, type Limit } from '../ui/Limited.js';
import { FilterBox, matches, UserLink } from '../ui/parts.js';
import { Table, type Column } from '../ui/Table.js';

const placeOf = (lock: LockEntry) => `${lock.entityType}/${lock.entityId}`;

export function Locks(): ReactNode {
  const { api } = useAdmin();
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState<Limit>(limits[0]);
  const [freeing, setFreeing] = useState<LockEntry | null>(null);
  const state = usePolled((signal) => api.locks({ limit }, signal), 5000, [api, limit]);
  const columns = useMemo(() => columnsOf(setFreeing), []);
  return (
    <Page
      title="Locks"
      subtitle="Fields and records that somebody holds, the newest first"
      actions={<FilterBox label="Record, field, holder" value={words} onChange={setWords} />}
    >
      <Answer state={state}>
        {({ locks, total }) => {
          if (total === 0) return <Empty icon={<LockKeyholeOpen />} title="Nothing is locked" />;
          const shown = locks.filter((one) =>
            matches(words, placeOf(one), one.field, one.holder.userId, one.holder.name),
          );
          return (
            <>
              {shown.length === 0 ? (
                <Empty title="No lock fits the filter" />
              ) : (
                <Table caption="Locks" columns={columns} rows={shown} keyOf={(one) => String(one.fence)} />
              )}
              <Limited
                noun="lock"
                shown={shown.length}
                read={locks.length}
                total={total}
                limit={limit}
                onLimit={setLimit}
              />
            </>
          );
        }}
      </Answer>
      {freeing !== null && (
        <Confirm
          title={`Release ${placeOf(freeing)}${freeing.field === undefined ? '' : `, ${freeing.field}`}?`}
          verb="Release"
          done={`${placeOf(freeing)} is free`}
          act={() => api.releaseLock(freeing.entityType, freeing.entityId, freeing.field)}
          onDone={state.refresh}
          onClose={() => setFreeing(null)}
        >
          <p>
            {freeing.holder.name ?? freeing.holder.userId} holds it, and is told that it is free. What they typed is not
            lost.
          </p>
        </Confirm>
      )}
    </Page>
  );
}

function columnsOf(free: (lock: LockEntry) => void): Column<LockEntry>[] {
  return [
    { name: 'Record', cell: placeOf, by: placeOf },
    {
      name: 'Field',
      cell: (one) =>
        one.field === undefined ? <span className="muted">the whole record</span> : <code>{one.field}</code>,
      by: (one) => one.field ?? '',
    },
    {
      name: 'Holder',
      cell: (one) => (
        <UserLink id={one.holder.userId} {...(one.holder.name === undefined ? {} : { name: one.holder.name })} />
      ),
      by: (one) => one.holder.userId,
    },
    {
      name: 'Ends unless renewed',
      cell: (one) => `in ${formatSpan(Math.max(1000, Math.round(one.ttlMs / 1000) * 1000))}`,
      by: (one) => one.ttlMs,
    },
    { name: 'Fence', cell: (one) => formatCount(one.fence), by: (one) => one.fence, number: true },
    {
      name: 'Actions',
      quiet: true,
      cell: (one) => (
        <Button small kind="danger" onClick={() => free(one)} aria-label={`Release ${placeOf(one)} ${one.field ?? ''}`}>
          Release
        </Button>
      ),
    },
  ];
}
