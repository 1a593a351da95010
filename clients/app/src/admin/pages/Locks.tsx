// Who holds what, and the way to free it.
import { LockKeyholeOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import type { LockEntry } from '@coterie/protocol';
import type { Column } from '../../ui/index.js';
import { formatCount, formatSpan } from '../format/numbers.js';
import { ListPage, type RowAction } from '../ui/ListPage.js';
import { UserLink } from '../ui/parts.js';

const placeOf = (lock: LockEntry) => `${lock.entityType}/${lock.entityId}`;

export const Locks = (): ReactNode => (
  <ListPage
    title="Locks"
    subtitle="Fields and records that somebody holds, the newest first"
    noun="lock"
    looksAt="Record, field, holder"
    wordsOf={(one) => [placeOf(one), one.field, one.holder.userId, one.holder.name]}
    ask={(api, limit, signal) => api.locks({ limit }, signal)}
    everyMs={5000}
    rowsOf={({ locks }) => locks}
    empty={{ icon: <LockKeyholeOpen />, title: 'Nothing is locked' }}
    columns={columns}
    keyOf={(one) => String(one.fence)}
    action={release}
  />
);

const release: RowAction<LockEntry> = {
  verb: 'Release',
  label: (one) => `Release ${placeOf(one)} ${one.field ?? ''}`,
  question: (one) => `Release ${placeOf(one)}${one.field === undefined ? '' : `, ${one.field}`}?`,
  done: (one) => `${placeOf(one)} is free`,
  act: (api, one) => api.releaseLock(one.entityType, one.entityId, one.field),
  about: (one) => (
    <p>{one.holder.name ?? one.holder.userId} holds it, and is told that it is free. What they typed is not lost.</p>
  ),
};

const columns: readonly Column<LockEntry>[] = [
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
];
